/** Which source pixel each canvas column (or row) shows, worked out once per repaint. */

import { ceil, clamp, floor, max, min, round } from "./maths";

/** Canvas positions first … end - 1 lie on the source; `low`, `high` and `weight` are counted from `first`. */
export interface Samples {
  first: number;
  end: number;
  low: Int32Array;
  /** neighbour to interpolate with, the same as `low` where nothing is interpolated */
  high: Int32Array;
  /** of `high`, 0 … 128 */
  weight: Int32Array;
}

/**
 * @param size canvas px
 * @param origin canvas position of the source's edge
 * @param scale canvas px per source pixel
 * @param count source pixels
 */
export function sample(size: number, origin: number, scale: number, count: number, interpolate: boolean): Samples {
  // positions are pixel centres: canvas pixel i lies at i + 0.5
  const first = max(0, ceil(origin - 0.5));
  const end = clamp(ceil(origin + scale * count - 0.5), first, size);
  const low = new Int32Array(end - first);
  const high = new Int32Array(end - first);
  const weight = new Int32Array(end - first);
  for (let i = first; i < end; i++) {
    const place = (i + 0.5 - origin) / scale;
    if (interpolate) {
      const left = clamp(place - 0.5, 0, count - 1);
      low[i - first] = floor(left);
      high[i - first] = min(low[i - first] + 1, count - 1);
      weight[i - first] = round(128 * (left - low[i - first]));
    } else {
      low[i - first] = high[i - first] = clamp(floor(place), 0, count - 1);
    }
  }
  return { first, end, low, high, weight };
}
