/** From levels to colours: histogram, limits, gamma and logarithm, all in one look-up table. */

import { colourTable } from "./colormaps";
import { clamp, floor, log1p, max, min, round } from "./maths";
import type { Raster } from "./pixels";
import type { ColourMapName, Histogram, LimitPreset } from "./types";

/** Brightness of the logarithmic display: log(1 + 999 t) / log(1000), three decades from dark to bright. */
const LOG_SPAN = 999;

/** Fractions (%) of pixels left dark and bright by a preset. */
const PRESETS: Record<LimitPreset, [number, number]> = {
  auto: [0.1, 99.9],
  "0.1-99.9": [0.1, 99.9],
  "1-99": [1, 99],
  "min-max": [0, 100],
};

export const LIMIT_PRESETS = ["0.1-99.9", "1-99", "min-max"] as const satisfies readonly LimitPreset[];

/** How often each level occurs, and what follows from it. */
export class LevelCounts implements Histogram {
  readonly counts: Uint32Array;
  readonly lo: number;
  readonly hi: number;
  readonly quantity: string;
  readonly #cumulative: Float64Array;
  readonly #first: number;
  readonly #last: number;

  readonly #raster: Raster;

  constructor(raster: Raster) {
    this.#raster = raster;
    const perLevel = countLevels(raster.levels, raster.depth);
    this.#cumulative = new Float64Array(raster.depth);
    let sum = 0;
    let first = -1;
    let last = 0;
    for (let level = 0; level < raster.depth; level++) {
      if (perLevel[level] > 0) {
        if (first < 0) first = level;
        last = level;
      }
      sum += perLevel[level];
      this.#cumulative[level] = sum;
    }
    this.#first = max(first, 0);
    this.#last = last;
    this.lo = raster.levelValue(this.#first);
    this.hi = raster.levelValue(this.#last);
    this.quantity = raster.pixels.quantity;
    this.counts = binned(perLevel, this.#first, this.#last);
  }

  percentile(p: number): number {
    const total = this.#cumulative[this.#cumulative.length - 1];
    // 99.9 / 100 * 10000 is a little more than 9990: without the slack a pixel too many
    const wanted = (clamp(p, 0, 100) / 100) * total * (1 - 1e-12);
    let low = this.#first;
    let high = this.#last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cumulative[middle] >= wanted) high = middle;
      else low = middle + 1;
    }
    return this.#raster.levelValue(low);
  }

  /** Values at the ends of a preset; the whole range where the percentiles fall together (a few bright pixels on black). */
  limits(preset: LimitPreset): [number, number] {
    const [dark, bright] = PRESETS[preset] ?? PRESETS.auto;
    const limits: [number, number] = [this.percentile(dark), this.percentile(bright)];
    return limits[0] === limits[1] ? [this.lo, this.hi] : limits;
  }
}

function countLevels(levels: ArrayLike<number>, depth: number): Uint32Array {
  // four tables in turn: equal neighbours would otherwise wait for each other's increment
  const counts = [0, 1, 2, 3].map(() => new Uint32Array(depth));
  const [a, b, c, d] = counts;
  const whole = levels.length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    a[levels[i]]++;
    b[levels[i + 1]]++;
    c[levels[i + 2]]++;
    d[levels[i + 3]]++;
  }
  for (; i < levels.length; i++) a[levels[i]]++;
  for (let level = 0; level < depth; level++) a[level] += b[level] + c[level] + d[level];
  return a;
}

/** At most 256 bins of equal width; fewer where there are fewer levels, so that no bin is empty by construction. */
function binned(perLevel: Uint32Array, first: number, last: number): Uint32Array {
  const span = last - first + 1;
  const counts = new Uint32Array(min(256, span));
  for (let level = first; level <= last; level++) {
    counts[floor(((level - first) * counts.length) / span)] += perLevel[level];
  }
  return counts;
}

/** Position of a value on the colour map, 0…1. */
export function brightness(value: number, lo: number, hi: number, gamma: number, log: boolean): number {
  if (hi === lo) return value < lo ? 0 : value > hi ? 1 : 0.5;
  let t = clamp((value - lo) / (hi - lo), 0, 1);
  if (log) t = log1p(LOG_SPAN * t) / log1p(LOG_SPAN);
  return gamma === 1 ? t : t ** gamma;
}

/** The value that has a given brightness: where the ticks of a colour bar go. */
export function valueAt(t: number, lo: number, hi: number, gamma: number, log: boolean): number {
  let linear = gamma === 1 ? t : t ** (1 / gamma);
  if (log) linear = Math.expm1(linear * log1p(LOG_SPAN)) / LOG_SPAN;
  return lo + linear * (hi - lo);
}

export interface Mapping {
  map: ColourMapName;
  limits: [number, number];
  gamma: number;
  log: boolean;
}

/** One colour per level. */
export function lookUp(raster: Raster, { map, limits: [lo, hi], gamma, log }: Mapping, into?: Int32Array): Int32Array {
  const colours = colourTable(map);
  const table = into?.length === raster.depth ? into : new Int32Array(raster.depth);
  for (let level = 0; level < table.length; level++) {
    table[level] = colours[round(255 * brightness(raster.levelValue(level), lo, hi, gamma, log))];
  }
  return table;
}
