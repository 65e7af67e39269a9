/** Taking peaks in and out by hand: what happens to the traits `include` and `exclude`. */

import type { Table } from "../core/types";
import { flags, numbers, texts } from "./data";

export type Position = [number, number];

export interface Choices {
  include: Position[];
  exclude: Position[];
}

const BY_HAND = "added by hand";

/** Of a Friedel pair, the mate that the table lists: kx > 0, or ky >= 0 on the axis. */
export function listedMate([kx, ky]: Position): Position {
  return kx < 0 || (kx === 0 && ky < 0) ? [-kx || 0, -ky || 0] : [kx, ky];
}

/** The same reflection, either mate, within `reach` (1/nm). */
export function samePlace(a: Position, b: Position, reach: number): boolean {
  const near = (sign: number): boolean => Math.hypot(a[0] - sign * b[0], a[1] - sign * b[1]) <= reach;
  return near(1) || near(-1);
}

function without(positions: Position[], place: Position, reach: number): Position[] {
  return positions.filter((each) => !samePlace(each, place, reach));
}

export function contains(positions: Position[], place: Position, reach: number): boolean {
  return positions.some((each) => samePlace(each, place, reach));
}

export function positionOf(peaks: Table, row: number): Position {
  return [numbers(peaks, "kx")[row], numbers(peaks, "ky")[row]];
}

/** A crystalline peak is taken out, any other one in; one added by hand simply goes again. */
export function togglePeak(peaks: Table, row: number, { include, exclude }: Choices, reach: number): Choices {
  const place = positionOf(peaks, row);
  const others = { include: without(include, place, reach), exclude: without(exclude, place, reach) };
  if (texts(peaks, "reason")[row] === BY_HAND && contains(include, place, reach)) return others;
  if (flags(peaks, "crystalline")[row]) return { ...others, exclude: [...others.exclude, place] };
  return { ...others, include: [...others.include, place] };
}

/** A reflection that the search did not list. */
export function addPosition(place: Position, { include, exclude }: Choices, reach: number): Choices {
  const mate = listedMate(place);
  return {
    include: [...without(include, mate, reach), mate],
    exclude: without(exclude, mate, reach),
  };
}
