/** Binned copies of an image, 2×, 4×, 8× …, each built when it is first looked at. */

import { ceil, floor, max } from "./maths";
import type { Levels } from "./pixels";

export interface PyramidLevel {
  data: Levels;
  columns: number;
  rows: number;
  /** source pixels per pixel along each axis, a power of two */
  factor: number;
}

export class Pyramid {
  readonly #built: PyramidLevel[];

  constructor(data: Levels, columns: number, rows: number) {
    this.#built = [{ data, columns, rows, factor: 1 }];
  }

  /** The coarsest level that still has at least one pixel per canvas pixel (`zoom` = canvas px per source pixel). */
  forZoom(zoom: number): PyramidLevel {
    return this.level(max(0, floor(Math.log2(1 / zoom))));
  }

  level(n: number): PyramidLevel {
    while (this.#built.length <= n) {
      const last = this.#built[this.#built.length - 1];
      if (last.columns === 1 && last.rows === 1) return last;
      this.#built.push(halved(last));
    }
    return this.#built[n];
  }
}

/** Means of 2 × 2 pixels; at an odd edge of the two or the one that exist. */
export function halved(source: PyramidLevel): PyramidLevel {
  const columns = ceil(source.columns / 2);
  const rows = ceil(source.rows / 2);
  const data = source.data instanceof Uint8Array ? new Uint8Array(columns * rows) : new Uint16Array(columns * rows);
  const from = source.data;
  const whole = source.columns >> 1;
  for (let row = 0; row < rows; row++) {
    let top = 2 * row * source.columns;
    let bottom = 2 * row + 1 < source.rows ? top + source.columns : top;
    let to = row * columns;
    for (let column = 0; column < whole; column++, top += 2, bottom += 2, to++) {
      // halves are rounded up and down in turn, as on a chessboard: rounding up always would brighten level by level
      data[to] = (from[top] + from[top + 1] + from[bottom] + from[bottom + 1] + 1 + ((row + column) & 1)) >> 2;
    }
    if (whole < columns) data[to] = (from[top] + from[bottom] + (row & 1)) >> 1;
  }
  return { data, columns, rows, factor: source.factor * 2 };
}
