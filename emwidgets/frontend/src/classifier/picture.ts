/** What the pattern and the navigator have in common: a title, tools, a stage, contrast. */

import { abs, clamp } from "../core/maths";
import { DEFAULT_DISPLAY } from "../core/scene";
import { ImageStage } from "../core/stage";
import type { Display, Pixels, Stage, StageOptions } from "../core/types";
import { type ContrastPanel, contrastPanel } from "../core/ui/contrastpanel";
import { element, setVariable } from "../core/ui/dom";
import type { Changed } from "../core/ui/model";
import { panel } from "../core/ui/panel";
import { WHOLE } from "../core/view";
import type { ClassifierView, Context } from "./context";

export interface Picture {
  readonly element: HTMLElement;
  readonly stage: Stage;
  readonly contrast: ContrastPanel;
  show(pixels: Pixels | null): void;
  /** what is new in the `view` trait */
  showSettings(changed: Changed<ClassifierView>): void;
  destroy(): void;
}

export function picture(
  { view }: Context,
  name: "stage" | "navigator",
  title: string,
  tools: HTMLElement[],
  options: Partial<StageOptions>,
  log: () => boolean,
  own: Partial<Display> = {},
): Picture {
  const host = element("div.em-stage-host", { "data-stage": name });
  const stage = new ImageStage(host, { title, ...options });
  const contrast = contrastPanel(stage, `Contrast and colours: ${title}`, `${name}-contrast`, log, (display) =>
    view.save({ [name]: { ...view.get()[name], ...display } }),
  );
  stage.onView((looking) => view.saveWhenStill({ [`${name}_view`]: looking }));
  const toolbar = element("div.em-toolbar", { role: "toolbar", "aria-label": `${title}: tools` }, ...tools, contrast.element);
  return {
    element: panel(name, title, null, toolbar, host),
    stage,
    contrast,
    show(pixels) {
      if (pixels) setVariable(host, "--em-aspect", aspect(pixels));
      stage.setImage(pixels);
    },
    showSettings(changed) {
      if (changed(`${name}_view`)) stage.view = view.get()[`${name}_view`] ?? WHOLE;
      if (!changed(name)) return;
      stage.setDisplay({ ...DEFAULT_DISPLAY, ...own, ...view.get()[name] });
      contrast.refresh();
    },
    destroy() {
      contrast.destroy();
      stage.dispose();
    },
  };
}

/** Width over height as seen, with unequal scales; within reason. */
function aspect({ shape: [rows, columns], axes: { x, y } }: Pixels): number {
  return clamp(abs((columns * x.scale) / (rows * y.scale)) || 1, 0.6, 3);
}
