/** Widgets into the page: each with its model, in a section of its own, with how it was made below. */

import { element } from "../core/ui/dom";
import { about } from "./about";
import type { Bundles } from "./bundles";
import type { PackedWidget } from "./manifest";
import { PageModel } from "./model";
import type { Pool } from "./pool";
import { Sweep } from "./sweep";
import { trouble } from "./trouble";

/** The model of a widget as the page shows it first. Rejects if its data are damaged. */
export async function modelOf({ state, sweep }: PackedWidget, pool: Pool): Promise<PageModel> {
  const steps = sweep && new Sweep(sweep, pool);
  const [traits, first] = await Promise.all([pool.unpack(state), steps?.load(steps.start)]);
  return new PageModel({ ...traits, ...first }, steps);
}

/** Fills a section, with one sentence if it cannot; settles once the first result is on the screen. */
export async function mount(section: HTMLElement, kind: string, model: PageModel, bundles: Bundles): Promise<void> {
  const host = element("div.em-page-widget");
  section.append(host);
  try {
    const bundle = await bundles.get(kind);
    section.append(about(model));
    await bundle.render({ model, el: host });
    await shown(host);
  } catch (error) {
    reportError(error); // the page cannot mend it, whoever wrote the widget can
    host.replaceChildren(trouble(`This widget cannot be shown. ${error}`));
  }
}

/** Views write the number of the result that they show on their element. */
function shown(host: HTMLElement): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!host.dataset.emResult) return;
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(host, { attributeFilter: ["data-em-result"] });
    look();
  });
}
