/** What was chosen stays chosen in a new result: its rows and labels are numbered anew, the places stay. */

import { hypot, max, min } from "../core/maths";
import type { Table } from "../core/types";
import { numbers, rowOfLabel, rowsOf, type Reading, type Selection } from "./data";
import { positionOf, samePlace, type Position } from "./toggle";

type Result = Pick<Reading, "peaks" | "domains" | "selection">;

/** `before` with the selection made in it, `now` with other tables; null for what is not there any more. */
export function followed(before: Result, now: Pick<Result, "peaks" | "domains">, reach: number): Selection {
  return { peak: samePeak(before, now.peaks, reach), domain: sameDomain(before, now, reach) };
}

function samePeak({ selection: { peak }, peaks: before }: Result, now: Table, reach: number): number | null {
  if (peak === null || peak >= before.rows) return null;
  const place = positionOf(before, peak);
  const distances = rowsOf(now).map((row) => {
    const [kx, ky] = positionOf(now, row);
    // a mate is the same peak
    return min(distance(place, [kx, ky]), distance(place, [-kx, -ky]));
  });
  return nearest(distances, () => reach);
}

/** Of the domains of the same reflection the one that lies where the chosen one lay. */
function sameDomain(before: Result, now: Pick<Result, "peaks" | "domains">, reach: number): number | null {
  const row = rowOfLabel(before.domains, before.selection.domain);
  if (row === null) return null;
  const reflections = reflectionsOf(before, row);
  const here = centroid(before.domains, row);
  const distances = rowsOf(now.domains).map((other) => {
    const same = reflectionsOf(now, other).some((a) => reflections.some((b) => samePlace(a, b, reach)));
    return same ? distance(here, centroid(now.domains, other)) : Infinity;
  });
  const radius = (of: Table, each: number): number => numbers(of, "equivalent_diameter")[each] / 2;
  const found = nearest(distances, (other) => max(radius(before.domains, row), radius(now.domains, other)));
  return found === null ? null : numbers(now.domains, "label")[found];
}

function reflectionsOf({ peaks, domains }: Pick<Result, "peaks" | "domains">, row: number): Position[] {
  const wanted = numbers(domains, "family")[row];
  const families = numbers(peaks, "family");
  return rowsOf(peaks).filter((peak) => families[peak] === wanted).map((peak) => positionOf(peaks, peak));
}

function centroid(domains: Table, row: number): Position {
  return [numbers(domains, "centroid_x")[row], numbers(domains, "centroid_y")[row]];
}

function distance(a: Position, b: Position): number {
  return hypot(a[0] - b[0], a[1] - b[1]);
}

/** Row of the least distance, unless that is too far. */
function nearest(distances: number[], far: (row: number) => number): number | null {
  const row = distances.indexOf(min(...distances));
  return row >= 0 && distances[row] <= far(row) ? row : null;
}
