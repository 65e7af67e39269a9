/** A line chart, for profiles. */

import { axisOver, chart, linePath } from "./chart";
import { svg } from "./dom";

export interface LineChart {
  readonly element: SVGSVGElement;
  show(x: ArrayLike<number>, y: ArrayLike<number>, labelX: string, labelY: string): void;
  destroy(): void;
}

export function lineChart(label: string): LineChart {
  const { element, show, destroy } = chart(label);
  return {
    element,
    destroy,
    show(x, y, labelX, labelY) {
      const axes = [axisOver(labelX, Array.from(x), false, 0), axisOver(labelY, Array.from(y), false)] as const;
      show(...axes, ({ right, down }) => [
        svg("path", { class: "em-line", d: linePath(Array.from(x, (value, i) => [right(value), down(y[i])])) }),
      ]);
    },
  };
}
