/** A strip of colours with what its ends mean. */

import { colourStops } from "../core/colormaps";
import { element, set, setText } from "../core/ui/dom";
import type { Legend } from "./overlays";

export function legendStrip(): { element: HTMLElement; show(legend: Legend | null, otherwise: string): void } {
  const title = element("span.em-scale-title");
  const [low, middle, high] = [0, 1, 2].map(() => element("span"));
  const strip = element("span.em-scale-strip", { "aria-hidden": true });
  const scale = element("span.em-scale-bar", {}, strip, element("span.em-scale-ends", {}, low, middle, high));
  const note = element("span.em-unit");
  const box = element("p.em-scale", { "data-legend": true }, title, scale, note);
  return {
    element: box,
    show(legend, otherwise) {
      scale.hidden = title.hidden = !legend;
      setText(note, legend ? "" : otherwise);
      set(box, { title: legend?.help });
      box.hidden = !legend && !otherwise;
      if (!legend) return;
      setText(title, legend.title);
      strip.style.background = `linear-gradient(to right,${colourStops(legend.map)})`;
      [legend.ends[0], legend.middle, legend.ends[1]].forEach((text, i) => setText([low, middle, high][i], text));
    },
  };
}
