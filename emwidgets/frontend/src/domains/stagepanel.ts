/** What the two pictures of the explorer have in common: a title, tools, a stage, contrast, a tip at the pointer. */

import { ImageStage } from "../core/stage";
import type { Stage } from "../core/types";
import { contrastPanel, type ContrastPanel } from "../core/ui/contrastpanel";
import { element } from "../core/ui/dom";
import type { Context } from "./context";
import { pointerTip, type PointerTip } from "./pointertip";

export interface StagePanel {
  readonly element: HTMLElement;
  readonly stage: Stage;
  readonly contrast: ContrastPanel;
  readonly tip: PointerTip;
  destroy(): void;
}

export function stagePanel(context: Context, name: "image" | "spectrum", title: string, tools: HTMLElement[], describe: () => string): StagePanel {
  const { view } = context;
  const host = element("div.em-stage-host", { "data-stage": name });
  const stage = new ImageStage(host, { title, describe });
  const contrast = contrastPanel(stage, `Contrast and colours: ${title}`, `${name}-contrast`, () => context.reading[name]?.log ?? false, (display) =>
    view.save({ [name]: { ...view.get()[name], ...display } }),
  );
  stage.onView((looking) => view.saveWhenStill({ [`${name}_view`]: looking }));
  const toolbar = element("div.em-toolbar", { role: "toolbar", "aria-label": `${title}: tools` }, ...tools, contrast.element);
  const head = element("header.em-panel-head", {}, element("h2.em-panel-title", {}, title), toolbar);
  return {
    element: element(`section.em-panel.em-panel-${name}`, { "aria-label": title }, head, host),
    stage,
    contrast,
    tip: pointerTip(stage.canvas, host),
    destroy() {
      contrast.destroy();
      stage.dispose();
    },
  };
}
