/** Taking peaks in and out by hand: what happens to the traits `include` and `exclude`. */

import { abs, hypot, max, min } from "../core/maths";
import type { Pixels, Table } from "../core/types";
import { significant, withUnit } from "../core/ui/format";
import { flags, numbers, texts } from "./data";

export type Position = [number, number];

export interface Choices {
  include: Position[];
  exclude: Position[];
}

/** How the reason of such a row begins; one that the image cannot show says more. */
const BY_HAND = "added by hand";

/** Of a Friedel pair, the mate that the table lists: kx > 0, or ky >= 0 on the axis. */
export function listedMate([kx, ky]: Position): Position {
  return kx < 0 || (kx === 0 && ky < 0) ? [-kx || 0, -ky || 0] : [kx, ky];
}

/** The same reflection, either mate, within `reach` (1/nm). */
export function samePlace(a: Position, b: Position, reach: number): boolean {
  const near = (sign: number): boolean => hypot(a[0] - sign * b[0], a[1] - sign * b[1]) <= reach;
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
  if (texts(peaks, "reason")[row].startsWith(BY_HAND) && contains(include, place, reach)) return others;
  if (flags(peaks, "crystalline")[row]) return { ...others, exclude: [...others.exclude, place] };
  return { ...others, include: [...others.include, place] };
}

/** Why no reflection of this image can be there; "" where one can. */
export function impossible(place: Position, image: Pixels | null): string {
  if (!image) return "";
  const { x, y } = image.axes;
  const [rows, columns] = image.shape;
  const [across, down] = [abs(x.scale), abs(y.scale)];
  // of the image as recorded, whatever is shown of it
  const least = (2 * max(across, down)) / image.binned;
  const most = min(columns * across, rows * down) / 2;
  const d = 1 / hypot(...place);
  if (d >= least && d < most) return "";
  const say = (length: number): string => withUnit(significant(length), x.unit);
  return `No peak can be there: d is at least two pixels (${say(least)}) and less than half of the image (${say(most)})`;
}

/** A reflection that the search did not list. */
export function addPosition(place: Position, { include, exclude }: Choices, reach: number): Choices {
  const mate = listedMate(place);
  return {
    include: [...without(include, mate, reach), mate],
    exclude: without(exclude, mate, reach),
  };
}
