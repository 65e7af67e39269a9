/** Takes back what Python (emwidgets/frontend/codecs.py) did to an array so that gzip finds more in it; all of it is exact. */

import type { DType } from "../core/types";
import type { BufferSpec, Codec } from "./manifest";

type Whole = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Codecs move whole elements about; as what number they are read matters to `delta` alone, which floats have not. */
const READ_AS = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Uint32Array,
} satisfies Record<DType, new (buffer: ArrayBuffer) => Whole>;

type Size = [rows: number, columns: number];

/** The bytes of the array as Python had them. Throws if there are too many or too few. */
export function decode(coded: ArrayBuffer, { length, dtype, shape, codec }: BufferSpec): ArrayBuffer {
  let decoded = coded;
  if (dtype && shape && codec.length) {
    const has = (each: Codec): boolean => codec.includes(each);
    const kept = has("half") ? [upperRows(shape[0]), shape[1]] : shape;
    const along = has("columns") ? kept[0] : kept[kept.length - 1];
    let array: Whole = new READ_AS[dtype](has("shuffle") ? gathered(coded, READ_AS[dtype].BYTES_PER_ELEMENT) : coded);
    if (has("delta")) summed(array, along);
    if (has("columns")) array = transposed(array, kept as Size);
    if (has("half")) array = completed(array, shape as Size);
    decoded = array.buffer;
  }
  if (decoded.byteLength !== length) throw new Error(`a buffer has ${decoded.byteLength} bytes instead of ${length}`);
  return decoded;
}

/** `shuffle`: all lowest bytes came first, then all second ones. */
function gathered(planes: ArrayBuffer, size: number): ArrayBuffer {
  const from = new Uint8Array(planes);
  const count = from.length / size;
  const to = new Uint8Array(from.length);
  for (let plane = 0; plane < size; plane += 1) {
    for (let i = 0; i < count; i += 1) to[i * size + plane] = from[plane * count + i];
  }
  return to.buffer;
}

/** `delta`, in place: each element is what it adds to its left neighbour; typed arrays wrap as Python's did. */
function summed(array: Whole, along: number): void {
  for (let i = 0; i < array.length; i += 1) {
    if (i % along !== 0) array[i] += array[i - 1];
  }
}

/** `columns`: what was stored column by column. */
function transposed(array: Whole, [rows, columns]: Size): Whole {
  const out = array.slice();
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < rows; row += 1) out[row * columns + column] = array[column * rows + row];
  }
  return out;
}

/** `half`: of an array that is the same seen from the other side of its middle, as power spectra are, the upper half. */
function completed(upper: Whole, [rows, columns]: Size): Whole {
  const out = new (upper.constructor as new (length: number) => Whole)(rows * columns);
  out.set(upper);
  for (let row = upperRows(rows); row < rows; row += 1) {
    const from = mate(row, rows) * columns;
    for (let column = 0; column < columns; column += 1) out[row * columns + column] = upper[from + mate(column, columns)];
  }
  return out;
}

function upperRows(rows: number): number {
  return Math.floor(rows / 2) + 1;
}

/** The index opposite, seen from the middle n // 2. */
function mate(i: number, n: number): number {
  return (2 * Math.floor(n / 2) - i + n) % n;
}
