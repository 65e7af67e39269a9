/** Small images and repeatable randomness for the tests of the core. */

import type { Axis, DType, Pixels } from "../../../emwidgets/frontend/src/core/types";

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function axis(scale = 1, offset = 0, unit = "px"): Axis {
  return { scale, offset, unit };
}

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array, float32: Float32Array };

/** An image from its stored numbers, as a trait would carry it. */
export function pixels(numbers: ArrayLike<number>, shape: number[], more: Partial<Pixels> = {}, dtype: DType = "uint16"): Pixels {
  const array = ARRAYS[dtype].from(numbers as ArrayLike<number>);
  return {
    shape,
    dtype,
    data: new DataView(array.buffer),
    scale: 1,
    offset: 0,
    axes: { x: axis(), y: axis() },
    binned: 1,
    quantity: "counts",
    log: false,
    ...more,
  };
}

/** value = f(column, row) */
export function painted(columns: number, rows: number, f: (x: number, y: number) => number, more: Partial<Pixels> = {}, dtype: DType = "uint16"): Pixels {
  const numbers = Array.from({ length: columns * rows }, (_, i) => f(i % columns, Math.floor(i / columns)));
  return pixels(numbers, [rows, columns], more, dtype);
}
