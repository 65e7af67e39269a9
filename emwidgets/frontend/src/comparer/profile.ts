/** Values along one line in all images. */

import { profileAlong } from "../core/measure";
import type { Measurement, Pixels } from "../core/types";
import { element } from "../core/ui/dom";
import { prettyUnit, significant, withUnit } from "../core/ui/format";
import { panel } from "../core/ui/panel";
import { type Curve, curveChart, type CurveKind } from "./curves";
import { type Context, names } from "./context";
import { rasterOf } from "./readout";

/** The lines of a profile; none where no line is drawn. */
export function profileCurves(context: Context, line: Measurement | null, restored: Pixels | null): Curve[] {
  if (line?.kind !== "profile") return [];
  const { before, truth } = context.reading;
  const called = names(context);
  const images: [CurveKind, Pixels | null][] = [["truth", truth], ["before", before], ["after", restored]];
  return images.flatMap(([kind, image]) => {
    if (!image) return [];
    const { position, value } = profileAlong(rasterOf(image), line);
    return [{ kind, name: called[kind], x: position, y: value }];
  });
}

export function profilePanel(context: Context, draw: () => void): { element: HTMLElement; show(line: Measurement | null, restored: Pixels | null): void; destroy(): void } {
  const chart = curveChart("Line profile");
  const start = element("button.em-link", { "data-action": "draw-profile", onclick: draw }, "Draw a line");
  const hint = element("p.em-unit", {}, start, " on the image to compare the values along it.");
  return {
    element: panel("profile", "Line profile", null, null, hint, chart.element),
    destroy: chart.destroy,
    show(line, restored) {
      const curves = profileCurves(context, line, restored);
      hint.hidden = curves.length > 0;
      chart.element.hidden = !curves.length;
      if (!curves.length) return;
      const { unit } = line!;
      const { quantity } = context.reading.before!;
      chart.show(curves, [`position / ${prettyUnit(unit)}`, quantity], [(x) => withUnit(significant(x), unit), (y) => significant(y, 4)]);
    },
  };
}
