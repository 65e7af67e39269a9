/** Class-activation maps are 16 × 16: made fine before they are painted, or bilinear steps would show as diamonds. */

import { decode } from "../core/pixels";
import { clamp, floor } from "../core/maths";
import type { Axis, Pixels } from "../core/types";

const FINER = 6;

/** A map with `FINER` times the pixels along each axis, at the same place; through its values by Catmull-Rom splines. */
export function refined(map: Pixels): Pixels {
  const [rows, columns] = map.shape;
  const values = Float32Array.from(decode(map), (stored) => map.offset + map.scale * stored);
  const wide = stretched(values, rows, columns, 1, columns);
  const fine = stretched(wide, columns * FINER, rows, columns * FINER, 1);
  // a spline swings a little beyond its values
  const stored = Uint8Array.from(fine, (value) => 255 * clamp(value, 0, 1) + 0.5);
  return {
    ...map,
    shape: [rows * FINER, columns * FINER],
    dtype: "uint8",
    data: stored,
    scale: 1 / 255,
    offset: 0,
    axes: { x: finer(map.axes.x), y: finer(map.axes.y) },
  };
}

function finer({ scale, offset, unit }: Axis): Axis {
  return { scale: scale / FINER, offset: offset - scale / 2 + scale / FINER / 2, unit };
}

/** Along one axis of `n` pixels that are `step` apart, for `lines` lines that are `apart` apart. */
function stretched(values: Float32Array, lines: number, n: number, step: number, apart: number): Float32Array {
  const out = new Float32Array(lines * n * FINER);
  const across = step === 1;
  for (let i = 0; i < n * FINER; i++) {
    const place = (i + 0.5) / FINER - 0.5;
    const left = floor(place);
    const weights = catmullRom(place - left);
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      weights.forEach((weight, k) => (sum += weight * values[line * apart + step * clamp(left - 1 + k, 0, n - 1)]));
      out[across ? line * n * FINER + i : i * lines + line] = sum;
    }
  }
  return out;
}

/** E. Catmull and R. Rom (1974), with tension 1/2. */
function catmullRom(t: number): number[] {
  return [-t + 2 * t ** 2 - t ** 3, 2 - 5 * t ** 2 + 3 * t ** 3, t + 4 * t ** 2 - 3 * t ** 3, -(t ** 2) + t ** 3].map((weight) => weight / 2);
}
