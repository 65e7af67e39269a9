/** Array traits decoded, and an image as the stage needs it: integer levels for look-up, values for reading. */

import { abs, round } from "./maths";
import type { Axis, DType, Pixels, Stored, WireArray } from "./types";

const KINDS: Record<DType, { BYTES_PER_ELEMENT: number; new (buffer: ArrayBufferLike, offset: number, n: number): Stored }> = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
};

/** The numbers of an array trait; a view on the bytes received where their alignment allows, else a copy. */
export function decode(wire: WireArray): Stored {
  const Kind = KINDS[wire.dtype];
  if (!Kind) throw new TypeError(`array of dtype '${wire.dtype}': expected one of ${Object.keys(KINDS).join(", ")}`);
  const { buffer, byteOffset, byteLength } = bytesOf(wire.data);
  const count = wire.shape.reduce((product, n) => product * n, 1);
  if (byteLength !== count * Kind.BYTES_PER_ELEMENT) {
    throw new RangeError(
      `array of shape ${wire.shape.join(" × ")} and dtype ${wire.dtype} needs ` +
        `${count * Kind.BYTES_PER_ELEMENT} bytes, got ${byteLength}`,
    );
  }
  if (byteOffset % Kind.BYTES_PER_ELEMENT === 0) return new Kind(buffer, byteOffset, count);
  return new Kind(buffer.slice(byteOffset, byteOffset + byteLength), 0, count);
}

function bytesOf(data: WireArray["data"]): { buffer: ArrayBufferLike; byteOffset: number; byteLength: number } {
  if (ArrayBuffer.isView(data)) return data;
  return { buffer: data, byteOffset: 0, byteLength: data.byteLength };
}

export type Levels = Uint8Array | Uint16Array;

/**
 * An image with every pixel as a level 0…255 or 0…65535, so that brightness and colour are one look-up.
 * uint8 and uint16 images are their own levels; others are quantised once and keep their exact numbers for `value`.
 */
export class Raster {
  readonly rows: number;
  readonly columns: number;
  readonly levels: Levels;
  /** value = levelOffset + levelScale * level */
  readonly levelScale: number;
  readonly levelOffset: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly #stored: Stored;

  constructor(readonly pixels: Pixels) {
    if (pixels.shape.length !== 2 || pixels.shape.some((n) => !(n >= 1))) {
      throw new RangeError(`image of shape [${pixels.shape.join(", ")}]: expected [rows, columns], each at least 1`);
    }
    [this.rows, this.columns] = pixels.shape;
    this.x = pixels.axes.x;
    this.y = pixels.axes.y;
    this.#stored = decode(pixels);
    if (this.#stored instanceof Uint8Array || this.#stored instanceof Uint16Array) {
      this.levels = this.#stored;
      this.levelScale = pixels.scale;
      this.levelOffset = pixels.offset;
    } else {
      const [lo, hi] = finiteRange(this.#stored);
      const step = (hi - lo) / 65535 || 1;
      this.levels = Uint16Array.from(this.#stored, (stored) => round((stored - lo) / step)); // NaN becomes 0
      this.levelScale = pixels.scale * step;
      this.levelOffset = pixels.offset + pixels.scale * lo;
    }
  }

  get depth(): 256 | 65536 {
    return this.levels instanceof Uint8Array ? 256 : 65536;
  }

  /** Both axes in one unit: only then do lengths and angles across them mean something physical. */
  get isotropic(): boolean {
    return this.x.unit === this.y.unit;
  }

  /** Of lengths across the axes. */
  get unit(): string {
    return this.isotropic ? this.x.unit : "px";
  }

  get reciprocal(): boolean {
    return this.unit.startsWith("1/");
  }

  /** Height of a pixel over its width, as drawn. */
  get aspect(): number {
    const ratio = abs(this.y.scale / this.x.scale);
    return this.isotropic && Number.isFinite(ratio) && ratio > 0 ? ratio : 1;
  }

  /** Value of a pixel by whole index; NaN outside. */
  value(ix: number, iy: number): number {
    if (!(ix >= 0 && iy >= 0 && ix < this.columns && iy < this.rows)) return NaN;
    return this.pixels.offset + this.pixels.scale * this.#stored[iy * this.columns + ix];
  }

  levelValue(level: number): number {
    return this.levelOffset + this.levelScale * level;
  }

  toPhysical(ix: number, iy: number): [number, number] {
    return [this.x.offset + this.x.scale * ix, this.y.offset + this.y.scale * iy];
  }

  toIndex(x: number, y: number): [number, number] {
    return [(x - this.x.offset) / this.x.scale, (y - this.y.offset) / this.y.scale];
  }
}

function finiteRange(numbers: Stored): [number, number] {
  let lo = Infinity;
  let hi = -Infinity;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (!Number.isFinite(number)) continue;
    if (number < lo) lo = number;
    if (number > hi) hi = number;
  }
  return lo <= hi ? [lo, hi] : [0, 0];
}
