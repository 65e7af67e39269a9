/** What the two pictures of the explorer have in common: a title, tools, a stage, contrast, a tip at the pointer. */

import { Labels } from "../core/labelling";
import { DEFAULT_DISPLAY } from "../core/scene";
import { ImageStage } from "../core/stage";
import type { Display, Stage, View } from "../core/types";
import { contrastPanel, type ContrastPanel } from "../core/ui/contrastpanel";
import { element } from "../core/ui/dom";
import type { Changed } from "../core/ui/model";
import { panel } from "../core/ui/panel";
import { WHOLE } from "../core/view";
import type { Context, DomainView } from "./context";
import { pointerTip, type PointerTip } from "./pointertip";

export interface StagePanel {
  readonly element: HTMLElement;
  readonly stage: Stage;
  readonly contrast: ContrastPanel;
  readonly tip: PointerTip;
  /** to where the `view` trait says, or the picture's own place */
  look(): void;
  /** what is new in the `view` trait */
  showSettings(changed: Changed<DomainView>): void;
  destroy(): void;
}

/** What a picture is unless the `view` trait says otherwise. */
export interface Own {
  display?: Partial<Display>;
  view?: () => View | null;
}

export function stagePanel(
  context: Context,
  name: "image" | "spectrum",
  title: string,
  tools: HTMLElement[],
  describe: () => string,
  own: Own = {},
): StagePanel {
  const { view } = context;
  const host = element("div.em-stage-host", { "data-stage": name });
  const stage = new ImageStage(host, { title, describe, labels: new Labels() });
  const contrast = contrastPanel(stage, `Contrast and colours: ${title}`, `${name}-contrast`, () => context.reading[name]?.log ?? false, (display) =>
    view.save({ [name]: { ...view.get()[name], ...display } }),
  );
  stage.onView((looking) => view.saveWhenStill({ [`${name}_view`]: looking }));
  const toolbar = element("div.em-toolbar", { role: "toolbar", "aria-label": `${title}: tools` }, ...tools, contrast.element);

  function look(): void {
    stage.view = view.get()[`${name}_view`] ?? own.view?.() ?? WHOLE;
  }

  return {
    element: panel(name, title, null, toolbar, host),
    stage,
    contrast,
    tip: pointerTip(stage.canvas, host),
    look,
    showSettings(changed) {
      if (changed(`${name}_view`)) look();
      if (!changed(name)) return;
      stage.setDisplay({ ...DEFAULT_DISPLAY, ...own.display, ...view.get()[name] });
      contrast.refresh();
    },
    destroy() {
      contrast.destroy();
      stage.dispose();
    },
  };
}
