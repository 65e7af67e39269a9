/** A few lines in one small chart, each with its name, and its value under the pointer. */

import { abs } from "../core/maths";
import { type Axis, axisOver, chart, linePath, type Place } from "../core/ui/chart";
import { type Child, element, set, setText, svg } from "../core/ui/dom";

export type CurveKind = "before" | "after" | "truth";

export interface Curve {
  kind: CurveKind;
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

export interface CurveChart {
  readonly element: HTMLElement;
  /** `sayX` and `sayY` write a value under the pointer; `below` gives marks under the lines */
  show(curves: readonly Curve[], labels: [x: string, y: string], say: [(x: number) => string, (y: number) => string], logY?: boolean, below?: Below): void;
  destroy(): void;
}

export type Below = (place: Place, y: Axis) => Child[];

export function curveChart(label: string): CurveChart {
  const drawn = chart(label);
  const names = element("p.em-curve-names");
  const pointer = svg("g", { class: "em-curve-pointer" });
  let curves: readonly Curve[] = [];
  let values: HTMLElement[] = [];
  let where: HTMLElement | null = null;
  let say: [(x: number) => string, (y: number) => string] = [String, String];
  let place: Place | null = null;

  drawn.element.addEventListener("pointermove", ({ clientX }) => point(clientX - drawn.element.getBoundingClientRect().left));
  drawn.element.addEventListener("pointerleave", leave);

  /** At the point of each line that is nearest to the pointer. */
  function point(at: number): void {
    if (!place || !curves.length) return;
    const { right, down } = place;
    const marks: Child[] = [];
    curves.forEach(({ kind, x, y }, i) => {
      let nearest = 0;
      for (let k = 1; k < x.length; k++) if (abs(right(x[k]) - at) < abs(right(x[nearest]) - at)) nearest = k;
      if (i === 0) {
        marks.push(svg("path", { class: "em-grid", d: `M${right(x[nearest])} 0V999` }));
        setText(where!, say[0](x[nearest]));
      }
      if (Number.isFinite(y[nearest])) marks.push(svg("circle", { class: `em-curve-dot em-curve-${kind}`, cx: right(x[nearest]), cy: down(y[nearest]), r: 3 }));
      setText(values[i], say[1](y[nearest]));
    });
    pointer.replaceChildren(...(marks as Node[]));
  }

  function leave(): void {
    pointer.replaceChildren();
    for (const each of [...values, where]) if (each) setText(each, "");
  }

  return {
    element: element("div.em-curves", {}, drawn.element, names),
    destroy: drawn.destroy,
    show(next, [labelX, labelY], write, logY = false, below = () => []) {
      curves = next;
      say = write;
      values = next.map(() => element("span.em-curve-value"));
      where = element("span.em-curve-where");
      names.replaceChildren(...next.map(({ kind, name }, i) => element("span.em-curve-name", {}, element(`span.em-curve-key.em-curve-${kind}`, { "aria-hidden": true }), name, values[i])), where);
      const x = axisOver(labelX, next.flatMap((curve) => Array.from(curve.x)), false, 0);
      const y = axisOver(labelY, next.flatMap((curve) => Array.from(curve.y)), logY);
      set(drawn.element, { "aria-label": `${label}: ${next.map(({ name }) => name.toLowerCase()).join(", ")}` });
      drawn.show(x, y, (now) => {
        place = now;
        pointer.replaceChildren();
        const lines = next.map((curve) => svg("path", { class: `em-curve em-curve-${curve.kind}`, d: linePath(Array.from(curve.x, (each, i) => [now.right(each), now.down(curve.y[i])])) }));
        return [...below(now, y), ...lines, pointer];
      });
    },
  };
}
