/** A scatter chart: class by colour and by shape, ellipses of a mixture, linear or log axes. */

import { cos, hypot, log10, max, min, PI, sin, sqrt } from "../maths";
import { axisOver, chart, linePath, type Place } from "./chart";
import { set, svg } from "./dom";

export type MarkerShape = "disc" | "circle" | "diamond";

export interface ScatterPoint {
  x: number;
  y: number;
  shape: MarkerShape;
  colour: string;
  /** tooltip */
  title: string;
}

/** A normal distribution; with `log`, of the decimal logarithms. */
export interface Ellipse {
  mean: number[];
  covariance: number[][];
  name: string;
}

export interface ScatterData {
  points: ScatterPoint[];
  ellipses: Ellipse[];
  log: boolean;
  labelX: string;
  labelY: string;
}

export interface ScatterChart {
  readonly element: SVGSVGElement;
  show(data: ScatterData): void;
  mark(lit: ReadonlySet<number>, selected: number | null): void;
  destroy(): void;
}

const REACH = 14; // px around the pointer
const DEVIATIONS = 2; // 86 % of a Gaussian in the plane

export function scatterChart(label: string, onHover: (point: number | null) => void, onPick: (point: number) => void): ScatterChart {
  const { element: root, show: showChart, destroy } = chart(label);
  let marks: SVGElement[] = [];
  let places: [number, number][] = [];
  let marked: [ReadonlySet<number>, number | null] = [new Set(), null];
  set(root, {
    onpointermove: (event) => onHover(nearest(event)),
    onpointerleave: () => onHover(null),
    onclick: (event) => {
      const point = nearest(event);
      if (point !== null) onPick(point);
    },
  });

  function nearest({ clientX, clientY }: MouseEvent): number | null {
    const { left, top } = root.getBoundingClientRect();
    const distances = places.map(([x, y]) => hypot(x - clientX + left, y - clientY + top));
    const best = distances.indexOf(min(...distances));
    return distances[best] < REACH ? best : null;
  }

  function showMarks(): void {
    const [lit, selected] = marked;
    root.classList.toggle("em-dimming", lit.size > 0);
    marks.forEach((each, i) => {
      each.classList.toggle("em-lit", lit.has(i));
      each.classList.toggle("em-selected", i === selected);
    });
  }

  return {
    element: root,
    destroy,
    show(data) {
      const { points, ellipses, log } = data;
      const x = axisOver(data.labelX, extended(points.map((point) => point.x), data, 0), log);
      const y = axisOver(data.labelY, extended(points.map((point) => point.y), data, 1), log);
      showChart(x, y, (place) => {
        places = points.map((point) => [place.right(point.x), place.down(point.y)]);
        marks = points.map((point, i) => marker(point, places[i]));
        queueMicrotask(showMarks);
        return [...ellipses.map((ellipse) => outline(ellipse, log, place)), ...marks];
      });
    },
    mark(...next) {
      marked = next;
      showMarks();
    },
  };
}

const SHAPES: Record<MarkerShape, string> = {
  disc: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
  circle: "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0",
  diamond: "m0-5l5 5-5 5-5-5z",
};

function marker({ shape, colour, title }: ScatterPoint, [x, y]: [number, number]): SVGElement {
  const d = `M${x.toFixed(1)} ${y.toFixed(1)}${SHAPES[shape]}`;
  return svg("path", { d, class: `em-mark em-mark-${shape}`, style: `color:${colour}` }, svg("title", {}, title));
}

/** Room for the ellipses too, but no more than the points take themselves, at either end: a wild fit must not squeeze them. */
function extended(values: number[], { ellipses, log }: ScatterData, axis: number): number[] {
  const axisOfPoints = axisOver("", values, log, 1);
  const [least, most] = log ? [log10(axisOfPoints.min), log10(axisOfPoints.max)] : [axisOfPoints.min, axisOfPoints.max];
  const ends = ellipses.flatMap(({ mean, covariance }) => {
    const reach = DEVIATIONS * sqrt(covariance[axis][axis]);
    return [max(least, mean[axis] - reach), min(most, mean[axis] + reach)];
  });
  return [...values, ...ends.map((end) => (log ? 10 ** end : end))];
}

/** The Cholesky factor of the covariance maps the unit circle to the ellipse. */
function outline({ mean, covariance, name }: Ellipse, log: boolean, { right, down }: Place): SVGElement {
  const a = sqrt(covariance[0][0]);
  const b = covariance[1][0] / a;
  const c = sqrt(max(covariance[1][1] - b * b, 0));
  const back = (value: number): number => (log ? 10 ** value : value);
  const points = Array.from({ length: 49 }, (_, i): [number, number] => {
    const u = DEVIATIONS * cos((PI * i) / 24);
    const v = DEVIATIONS * sin((PI * i) / 24);
    return [right(back(mean[0] + a * u)), down(back(mean[1] + b * u + c * v))];
  });
  return svg("path", { d: linePath(points), class: `em-ellipse em-ellipse-${name}` }, svg("title", {}, `${name}: 2 standard deviations`));
}
