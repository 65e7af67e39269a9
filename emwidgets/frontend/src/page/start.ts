/** From the scripts of the document to a page that is ready. */

import { element } from "../core/ui/dom";
import { colophon } from "./about";
import type { Bundles } from "./bundles";
import { gunzip, isNewEnough } from "./gunzip";
import { forwardKeys } from "./keys";
import { link } from "./links";
import type { Manifest } from "./manifest";
import type { PageModel } from "./model";
import { modelOf, mount } from "./mount";
import { Pool } from "./pool";
import { openForPrint } from "./printing";
import { damaged, TOO_OLD, trouble } from "./trouble";

const FORMAT = 1;

/** Never rejects: what goes wrong is said in the page. Readiness is marked for tests and benchmarks. */
export async function start(bundles: Bundles): Promise<void> {
  const page = document.querySelector<HTMLElement>("main.em-page") ?? document.body;
  try {
    if (!isNewEnough()) page.replaceChildren(trouble(TOO_OLD));
    else await fill(page, bundles);
  } catch (error) {
    page.replaceChildren(trouble(damaged("page"), error));
  }
  document.documentElement.dataset.emPage = "ready";
  performance.mark("em-page-ready");
}

async function fill(page: HTMLElement, bundles: Bundles): Promise<void> {
  const { manifest, coded } = await read();
  const pool = new Pool(manifest, coded);
  const unpacked = await Promise.allSettled(manifest.widgets.map((each) => modelOf(each, pool)));
  const models = unpacked.map((each) => (each.status === "fulfilled" ? each.value : null));
  link(models, manifest.links);
  // one widget says its title itself
  const several = models.length > 1;
  const sections = models.map((model, i) => element("section", { "aria-label": several ? `${i + 1} of ${models.length}: ${title(model) || "widget"}` : null }));
  const titles = several ? heading(models.map(title)) : [];
  page.replaceChildren(...titles, ...sections, colophon(manifest.version, manifest.written));
  openForPrint(page);
  forwardKeys(page);
  const mounting = unpacked.map((each, i) => {
    if (each.status === "fulfilled") return mount(sections[i], manifest.widgets[i].kind, each.value, bundles);
    return sections[i].append(trouble(damaged("widget"), each.reason));
  });
  await Promise.all(mounting);
}

/** The manifest, and a function for the bytes of each buffer. */
async function read(): Promise<{ manifest: Manifest; coded: (buffer: number) => Promise<ArrayBuffer> }> {
  const text = (script: Element | undefined): string => script?.textContent ?? "";
  const [script] = document.querySelectorAll("script[data-em=manifest]");
  const buffers = document.querySelectorAll("script[data-em=buffer]");
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(await gunzip(text(script))));
  if (manifest.format !== FORMAT) throw new Error(`the manifest has format ${manifest.format} instead of ${FORMAT}`);
  return { manifest, coded: (buffer) => gunzip(text(buffers[buffer])) };
}

/** Of files, which can be of any length. */
function title(model: PageModel | null): string {
  return model?.get("provenance")?.title?.slice(0, 200) ?? "";
}

/** Each title that there is once, and apart: one from right to left must not turn the others round. */
function heading(titles: string[]): HTMLElement[] {
  const known = [...new Set(titles.filter(Boolean))].flatMap((each) => [" · ", element("bdi", {}, each)]);
  return known.length ? [element("header.em-page-head", {}, element("h1", {}, ...known.slice(1)))] : [];
}
