/** What the particle is, in figures; of a picture that is read, how well the model fits it. */

import { element } from "../core/ui/dom";
import { significant } from "../core/ui/format";
import { type Context, isHidden } from "./context";
import type { Fitted, Truth } from "./data";

type Figure = [label: string, value: string, unit: string, title: string];

function simulated({ volume, counts, brightest, chiral, equivalent }: Truth): Figure[] {
  return [
    ["Volume", significant(volume), "nm³", "Exact, cuts taken off"],
    ["All counts", significant(counts), "", "Sum of the picture"],
    ["Brightest pixel", significant(brightest), "counts", "The noise there is its square root"],
    ["Equal cuts", String(equivalent), equivalent === 1 ? "way" : "ways", "So many choices of corners are the same particle, turned"],
    ["Mirror image", chiral ? "another" : "the same", chiral ? "particle" : "", "Whether a rotation turns it into its mirror image; one view never tells a mirror twin"],
  ];
}

function fitted({ misfit }: Fitted): Figure[] {
  return [["Misfit", significant(100 * misfit), "%", "What the fitted solid leaves over of the picture, noise apart, of the particle's mean signal"]];
}

export function truthStrip(context: Context): { element: HTMLElement; update(): void } {
  const list = element("dl.em-truths");
  const box = element("section.em-truth", { "aria-label": "The particle in figures" }, list);
  return {
    element: box,
    update() {
      const { truth, fitted: fit } = context.reading;
      const figures = truth ? simulated(truth) : fit ? fitted(fit) : [];
      box.hidden = !figures.length || isHidden(context);
      list.replaceChildren(
        ...figures.map(([label, value, unit, title]) =>
          element("div", { title }, element("dt", {}, label), element("dd", {}, value, unit && element("span.em-unit", {}, `\u202f${unit}`))),
        ),
      );
    },
  };
}
