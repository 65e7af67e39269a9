/** Restored at any strength: a weighted sum of the image before and after, worked out here so that it follows the slider. */

import { abs, clamp, max, min } from "../core/maths";
import { LevelCounts } from "../core/contrast";
import { decode, Raster } from "../core/pixels";
import type { LimitPreset, Pixels } from "../core/types";

const LEVELS = 65535;
/** Strength beyond which nobody goes. */
const STRONGEST = 1.5;
/** Of the differences, so many lie within the limits shown; which are no narrower than this part of the image's range. */
const MOST = 0.998;
const LEAST = 0.005;

type Part = [image: Pixels, weight: number];

/** Sum of images with weights, on the axes of the first, kept as whole numbers between two values. */
export function weighted(parts: readonly Part[], [low, high]: readonly [number, number], quantity: string): Pixels {
  const [like] = parts[0];
  const step = (high - low) / LEVELS || 1;
  // a loop over two or three arrays at once is several times as fast as one over parts within one over pixels
  const [a, b, c] = [0, 1, 2].map((i) => decode((parts[i] ?? parts[0])[0]));
  const [p, q, r] = [0, 1, 2].map((i) => (parts[i] ? (parts[i][0].scale * parts[i][1]) / step : 0));
  const base = parts.reduce((sum, [image, weight]) => sum + image.offset * weight, -low) / step + 0.5;
  const stored = new Uint16Array(a.length);
  for (let i = 0; i < stored.length; i++) {
    const level = base + p * a[i] + q * b[i] + r * c[i];
    stored[i] = level < 0 ? 0 : level > LEVELS ? LEVELS : level;
  }
  return { ...like, dtype: "uint16", data: stored, scale: step, offset: low, quantity };
}

function rangeOf(image: Pixels): [number, number] {
  const { lo, hi } = countsOf(image);
  return [lo, hi];
}

const counted = new WeakMap<Pixels, LevelCounts>();

/** Counted once for each image. */
export function countsOf(image: Pixels): LevelCounts {
  let counts = counted.get(image);
  if (!counts) counted.set(image, (counts = new LevelCounts(new Raster(image))));
  return counts;
}

/** Limits that do for all of the images. */
export function sharedLimits(images: readonly Pixels[], preset: LimitPreset): [number, number] {
  const each = images.map((image) => countsOf(image).limits(preset));
  return [min(...each.map(([low]) => low)), max(...each.map(([, high]) => high))];
}

/** Before and after of one result. */
export class Blend {
  readonly #range: [number, number];
  #last: { strength: number; pixels: Pixels } | null = null;
  #lastDifference: { strength: number; other: Pixels; pixels: Pixels } | null = null;
  #change: Pixels | null = null;
  readonly #limits = new Map<Pixels, number>();

  constructor(
    readonly before: Pixels,
    readonly after: Pixels,
  ) {
    const [[a, b], [c, d]] = [rangeOf(before), rangeOf(after)];
    const [low, high] = [min(a, c), max(b, d)];
    const room = (STRONGEST - 1) * (high - low);
    this.#range = [low - room, high + room];
  }

  /** The image restored so much; at 0 and 1 the very ones that Python sent. */
  at(strength: number): Pixels {
    if (strength === 0) return this.before;
    if (strength === 1) return this.after;
    if (this.#last?.strength !== strength) {
      const parts: Part[] = [[this.before, 1 - strength], [this.after, strength]];
      this.#last = { strength, pixels: weighted(parts, this.#range, this.after.quantity) };
    }
    return this.#last.pixels;
  }

  /** Restored at strength 1 less before. */
  get change(): Pixels {
    return (this.#change ??= this.#between(1, this.before));
  }

  /** The image restored so much, less another one. */
  difference(strength: number, other: Pixels): Pixels {
    const last = this.#lastDifference;
    if (last?.strength === strength && last.other === other) return last.pixels;
    const pixels = strength === 1 && other === this.before ? this.change : this.#between(strength, other);
    this.#lastDifference = { strength, other, pixels };
    return pixels;
  }

  #between(strength: number, other: Pixels): Pixels {
    const reach = this.#reach(other);
    const parts: Part[] = [[this.before, 1 - strength], [this.after, strength], [other, -1]];
    const unit = / \/ (.*)/.exec(this.after.quantity)?.[1] ?? "";
    return weighted(parts, [-reach, reach], `difference${unit && ` / ${unit}`}`);
  }

  /** Largest difference worth a colour of its own; the same for all strengths, so that colours fade as the slider goes down. */
  limit(other: Pixels): number {
    let limit = this.#limits.get(other);
    if (limit === undefined) this.#limits.set(other, (limit = this.#findLimit(other)));
    return limit;
  }

  #reach(other: Pixels): number {
    const [[low, high], [from, to]] = [this.#range, rangeOf(other)];
    return max(abs(high - from), abs(to - low)) || 1;
  }

  #findLimit(other: Pixels): number {
    const { data, scale, offset } = this.difference(1, other);
    const levels = data as Uint16Array;
    const middle = -offset / scale;
    const counts = new Uint32Array(LEVELS + 1);
    for (let i = 0; i < levels.length; i++) counts[clamp(abs(levels[i] - middle), 0, LEVELS) | 0]++;
    let seen = 0;
    let size = 0;
    while (size < LEVELS && (seen += counts[size]) < MOST * levels.length) size++;
    const [low, high] = rangeOf(this.before);
    return max((size + 1) * scale, LEAST * (high - low));
  }
}
