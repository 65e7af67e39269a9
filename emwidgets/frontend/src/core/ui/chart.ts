/** What the small charts share: scales, ticks and a frame in SVG that takes its size from the page. */

import { ceil, floor, log10, max, round } from "../maths";
import { fixed, significant, superscript } from "./format";
import { type Child, set, svg } from "./dom";

export interface Axis {
  label: string;
  log: boolean;
  min: number;
  max: number;
  /** data to [0, 1] along the axis */
  place(value: number): number;
}

/** An axis over the finite values (positive ones if logarithmic), with a little air at both ends. */
export function axisOver(label: string, values: Iterable<number>, log: boolean, air = 0.06): Axis {
  const forward = (value: number): number => (log ? log10(value) : value);
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    const placed = forward(value);
    if (!Number.isFinite(placed)) continue;
    low = Math.min(low, placed);
    high = Math.max(high, placed);
  }
  if (low > high) [low, high] = [0, 1];
  const margin = high - low < 1e-12 ? 0.5 : (high - low) * air;
  low -= margin;
  high += margin;
  const back = (value: number): number => (log ? 10 ** value : value);
  return { label, log, min: back(low), max: back(high), place: (value) => (forward(value) - low) / (high - low) };
}

/** A step of 1, 2 or 5 times a power of ten giving about `count` ticks. */
export function niceStep(span: number, count: number): number {
  const rough = span / max(1, count);
  const power = 10 ** floor(log10(rough));
  const factor = rough / power;
  return power * (factor <= 1.5 ? 1 : factor <= 3.5 ? 2 : factor <= 7.5 ? 5 : 10);
}

/** [value, label] of each tick: decades, or 1-2-5 within them where a logarithmic axis is short. */
export function ticks({ log, min, max }: Axis, count: number): [number, string][] {
  const found: [number, string][] = [];
  const decades = log ? log10(max / min) : 0;
  if (decades > 0.7) {
    const factors = decades < 2.2 ? [1, 2, 5] : [1];
    for (let power = floor(log10(min)); power <= log10(max); power += Math.max(1, round(decades / 5))) {
      for (const factor of factors) {
        const value = factor * 10 ** power;
        const plain = power >= -2 && power <= 3;
        if (value >= min && value <= max) found.push([value, plain ? significant(value, 1) : `10${superscript(power)}`]);
      }
    }
    return found;
  }
  const step = niceStep(max - min, count);
  const digits = Math.max(0, -floor(log10(step) + 1e-9));
  for (let k = ceil(min / step - 1e-9); k * step <= max + 1e-9 * step; k += 1) found.push([k * step, fixed(k * step, digits)]);
  return found;
}

/** Data to px of the drawing. */
export interface Place {
  right(value: number): number;
  down(value: number): number;
}

export interface Chart {
  readonly element: SVGSVGElement;
  /** `draw` gives the marks; it is called again whenever the size changes */
  show(x: Axis, y: Axis, draw: (place: Place) => Child[]): void;
  destroy(): void;
}

/** beside the ticks: the label of the axis and the gap */
const BESIDE = 28;
const LETTER = 6.4;
const LEAST_LEFT = 46;
const BOTTOM = 34;
const EDGE = 10;

export function chart(label: string): Chart {
  const root = svg("svg", { class: "em-chart", role: "img", "aria-label": label });
  let [width, height] = [320, 200];
  let left = LEAST_LEFT;
  let redraw = (): void => {};
  const watcher = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width < 60 || contentRect.height < 60) return;
    ({ width, height } = contentRect);
    redraw();
  });
  watcher.observe(root);

  const text = (x: number, y: number, anchor: string, content: string, more = {}): SVGElement =>
    svg("text", { x, y, "text-anchor": anchor, ...more }, content);

  function frame(x: Axis, y: Axis, { right, down }: Place): Child[] {
    const floor = height - BOTTOM;
    const middle = (EDGE + floor) / 2;
    return [
      ...ticks(x, width / 90).flatMap(([value, name]) => [
        svg("path", { class: "em-grid", d: `M${right(value)} ${EDGE}V${floor}` }),
        text(right(value), floor + 13, "middle", name),
      ]),
      ...ticks(y, height / 55).flatMap(([value, name]) => [
        svg("path", { class: "em-grid", d: `M${left} ${down(value)}H${width - EDGE}` }),
        text(left - 6, down(value) + 3.5, "end", name),
      ]),
      text((left + width) / 2, height - 4, "middle", x.label),
      text(10, middle, "middle", y.label, { transform: `rotate(-90 10 ${middle})` }),
    ];
  }

  return {
    element: root,
    show(x, y, draw) {
      redraw = () => {
        const longest = max(0, ...ticks(y, height / 55).map(([, name]) => name.length));
        left = max(LEAST_LEFT, BESIDE + LETTER * longest);
        const place = {
          right: (value: number): number => left + x.place(value) * (width - left - EDGE),
          down: (value: number): number => height - BOTTOM - y.place(value) * (height - BOTTOM - EDGE),
        };
        set(root, { viewBox: `0 0 ${width} ${height}` });
        const [inner, high] = [width - left - EDGE, height - BOTTOM - EDGE];
        const window = { x: left, y: EDGE, width: inner, height: high, viewBox: `${left} ${EDGE} ${inner} ${high}` };
        // an svg within the svg cuts off what lies beyond the axes
        root.replaceChildren(...(frame(x, y, place) as Node[]), svg("svg", window, ...draw(place)));
      };
      redraw();
    },
    destroy: () => watcher.disconnect(),
  };
}

/** A line through points; one that is no number lifts the pen. */
export function linePath(points: Iterable<[number, number]>): string {
  let path = "";
  let drawing = false;
  for (const [x, y] of points) {
    const real = Number.isFinite(x + y);
    if (real) path += `${drawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    drawing = real;
  }
  return path;
}
