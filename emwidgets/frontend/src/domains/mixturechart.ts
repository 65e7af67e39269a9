/** Crystalline or noise: the candidates in the plane of two features, with the fitted components. */

import { element } from "../core/ui/dom";
import { panel } from "../core/ui/panel";
import { scatterChart, type MarkerShape, type ScatterPoint } from "../core/ui/scatter";
import { PROBABILITY_GRADIENT, probabilityColour } from "./colours";
import { select, toggle, type Context } from "./context";
import { flags, numbers, texts } from "./data";
import type { Lit } from "./hover";
import { peakLines } from "./spectrumpanel";

export interface MixtureChart {
  readonly element: HTMLElement;
  update(): void;
  mark(lit: Lit): void;
  destroy(): void;
}

const LEGEND = "Probability to be crystalline. Filled: taken as crystalline; hollow: noise; diamond: by hand";

export function mixtureChart(context: Context): MixtureChart {
  /** rows of the peaks behind the points drawn */
  let rows: number[] = [];
  const chart = scatterChart(
    "Candidate peaks by two features, with the noise and the crystalline component",
    (point) => context.hover.peak(point === null ? null : rows[point]),
    (point) => {
      select(context, { peak: rows[point] });
      toggle(context, rows[point]);
    },
  );
  const strip = element("span.em-legend-strip", { style: `background:${PROBABILITY_GRADIENT}` });
  const legend = element("span.em-legend", { title: LEGEND }, "noise", strip, "crystal");

  function point(row: number, x: number, y: number): ScatterPoint {
    const { peaks } = context.reading;
    const byHand = texts(peaks, "reason")[row] === "added by hand";
    const shape: MarkerShape = byHand ? "diamond" : flags(peaks, "crystalline")[row] ? "disc" : "circle";
    const colour = probabilityColour(numbers(peaks, "probability")[row]);
    return { x, y, shape, colour, title: peakLines(context, row).join("\n") };
  }

  return {
    element: panel("mixture", "Mixture", null, legend, chart.element),
    destroy: chart.destroy,
    update() {
      const { peaks, mixture } = context.reading;
      const { x: nameX = "sharpness", y: nameY = "excess", log = true } = mixture ?? {};
      const [x, y] = [numbers(peaks, nameX), numbers(peaks, nameY)];
      const physical = flags(peaks, "physical");
      const label = (name: string): string => peaks.columns.find((column) => column.name === name)?.label ?? name;
      // what is not physical took no part in the fit, and by its strength would squeeze the rest into a corner
      rows = [...physical.keys()].filter((row) => physical[row] && x[row] > 0 && y[row] > 0);
      chart.show({
        points: rows.map((row) => point(row, x[row], y[row])),
        ellipses: mixture ? mixture.means.map((mean, i) => ({ mean, covariance: mixture.covariances[i], name: mixture.names[i] })) : [],
        log,
        labelX: label(nameX),
        labelY: label(nameY),
      });
    },
    mark(lit) {
      const points = new Set([...rows.keys()].filter((i) => lit.peaks.has(rows[i])));
      const { peak } = context.reading.selection;
      chart.mark(points, peak === null ? null : rows.indexOf(peak));
    },
  };
}
