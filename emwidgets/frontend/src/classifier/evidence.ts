/** What a rule saw, as marks on the pattern. */

import { decode } from "../core/pixels";
import { abs, sqrt } from "../core/maths";
import { spacingText } from "../core/readout";
import type { Layer, Pixels, RingLayer, WireArray } from "../core/types";
import type { Evidence } from "./data";
import { RING_INK, SPOT_INK } from "./glyphs";

/** Weaker rings are dashed. */
const WEAK = 0.5;
const MOST_NAMED = 5;
/** Rings closer than this part of their radius would write over each other. */
const APART = 0.2;

/** Rings solid or, where weak, dashed; the strongest with their spacing; spots by strength; a cross at the centre. */
export function evidenceLayers(found: Evidence | undefined, { axes: { x } }: Pixels): Layer[] {
  if (!found) return [];
  const spots = rowsOf(found.spots, 3);
  return [
    { kind: "rings", id: "circles", rings: rings(rowsOf(found.circles, 6), x.unit, abs(x.scale)), colour: RING_INK },
    {
      kind: "points",
      id: "spots",
      x: spots.map(([at]) => at),
      y: spots.map(([, at]) => at),
      radius: spots.map(([, , strength]) => 3.5 + 3 * (strength || 0)),
      shape: "square",
      colour: SPOT_INK,
    },
    { kind: "points", id: "centre", x: [found.centre[0]], y: [found.centre[1]], radius: 9, shape: "plus", colour: "#ffffff" },
  ];
}

function rings(circles: number[][], unit: string, step: number): RingLayer["rings"] {
  const named: number[] = [];
  return circles
    .sort((a, b) => b[5] - a[5])
    .map(([x, y, major, minor, angle, strength]) => {
      const radius = sqrt(major * minor);
      const clear = named.length < MOST_NAMED && named.every((other) => abs(other - radius) > APART * radius);
      const label = unit.startsWith("1/") && clear ? `d ${spacingText(radius, step, unit)}` : undefined;
      if (label) named.push(radius);
      return { x, y, radius: major, minor, angle, dashed: strength < WEAK, label };
    });
}

function rowsOf(wire: WireArray, columns: number): number[][] {
  const numbers = Array.from(decode(wire));
  return Array.from({ length: numbers.length / columns }, (_, row) => numbers.slice(columns * row, columns * (row + 1)));
}
