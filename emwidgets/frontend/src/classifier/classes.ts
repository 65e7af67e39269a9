/** What each pattern of a stack is, how many there are of each kind, and which of them are listed in which order. */

import { decode } from "../core/pixels";
import { abs, clamp, round } from "../core/maths";
import { type Corrections, type Frames, isLabel, type Label } from "./data";

export const PENDING = 0;
export const RING = 1;
export const SPOT = 2;
export const UNCERTAIN = 3;
export const PROBLEM = 4;

export type Kind = Label | "uncertain" | "problem" | "pending";

/** By code. */
export const KINDS: readonly Kind[] = ["pending", "ring", "spot", "uncertain", "problem"];

export const FILTERS = ["all", "ring", "spot", "uncertain", "corrected"] as const;
export type Filter = (typeof FILTERS)[number];

export const SORTS = ["frame", "probability", "doubt"] as const;
export type Sort = (typeof SORTS)[number];

export interface Tally {
  /** of each pattern, one of the above; a correction counts for what it says */
  codes: Uint8Array;
  corrected: Uint8Array;
  /** probability of "ring", NaN where it is not known */
  ring: ArrayLike<number>;
  counts: Record<Filter, number>;
}

export function tallied(frames: Frames, corrections: Corrections): Tally {
  const { total } = frames;
  const [ring, uncertain, problem] = [frames.ring, frames.uncertain, frames.problem].map(decode);
  const codes = new Uint8Array(total);
  const corrected = new Uint8Array(total);
  for (let i = 0; i < total; i++) {
    const p = ring[i];
    codes[i] = problem[i] ? PROBLEM : p !== p ? PENDING : uncertain[i] ? UNCERTAIN : p >= 0.5 ? RING : SPOT;
  }
  for (const [frame, label] of Object.entries(corrections)) {
    if (!(Number(frame) < total) || !isLabel(label)) continue;
    codes[Number(frame)] = label === "ring" ? RING : SPOT;
    corrected[Number(frame)] = 1;
  }
  const of = new Uint32Array(KINDS.length);
  let byHand = 0;
  for (let i = 0; i < total; i++) {
    of[codes[i]]++;
    byHand += corrected[i];
  }
  // what could not be read is no less uncertain than what could not be told
  const counts = { all: total, ring: of[RING], spot: of[SPOT], uncertain: of[UNCERTAIN] + of[PROBLEM], corrected: byHand };
  return { codes, corrected, ring, counts };
}

/** Flat indices of the patterns that pass a filter, in order; what has no probability yet comes last. */
export function listed(tally: Tally, filter: Filter, sort: Sort): Uint32Array {
  const { codes, corrected, ring } = tally;
  const passing = new Uint32Array(codes.length);
  let n = 0;
  for (let i = 0; i < codes.length; i++) {
    const passes =
      filter === "all" ||
      (filter === "corrected" ? corrected[i] : filter === "uncertain" ? codes[i] >= UNCERTAIN : codes[i] === (filter === "ring" ? RING : SPOT));
    if (passes) passing[n++] = i;
  }
  const found = passing.subarray(0, n);
  if (sort === "frame") return found;
  // of spots the most probable spot comes first, else the most probable ring
  if (sort === "probability") return sorted(found, (i) => (filter === "spot" ? ring[i] : 1 - ring[i]));
  return sorted(found, (i) => abs(ring[i] - 0.5) + (codes[i] === UNCERTAIN ? 0 : 0.5));
}

/** Finer than anyone reads a probability. */
const LEVELS = 10_000;

/** By a key from 0 to 1, by counting: 65 536 patterns take about a millisecond. Ties keep their order. */
function sorted(frames: Uint32Array, key: (frame: number) => number): Uint32Array {
  const levels = Uint16Array.from(frames, (frame) => {
    const value = key(frame);
    return value === value ? round(clamp(value, 0, 1) * LEVELS) : LEVELS + 1;
  });
  const next = new Uint32Array(LEVELS + 3);
  for (const level of levels) next[level + 1]++;
  for (let level = 1; level < next.length; level++) next[level] += next[level - 1];
  const order = new Uint32Array(frames.length);
  frames.forEach((frame, i) => {
    order[next[levels[i]]++] = frame;
  });
  return order;
}
