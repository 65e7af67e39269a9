/** Order of table rows. */

import type { Table } from "../types";
import { orNull } from "./values";

export interface Sorting {
  column: string;
  descending: boolean;
}

export const SORTING_SHAPE = orNull({ column: "", descending: true });

/** Numbers by size, text as people sort it; what is missing comes last whichever way round. Ties keep their order. */
export function sortedRows(table: Table, rows: readonly number[], sorting: Sorting | null): number[] {
  const values = sorting ? table.data[sorting.column] : undefined;
  if (!sorting || !values) return [...rows];
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [first, second] = [values[a], values[b]];
    const gap = Number(missing(first)) - Number(missing(second));
    if (gap !== 0 || missing(first)) return gap || a - b;
    return sign * compare(first!, second!) || a - b;
  });
}

function missing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "number" && Number.isNaN(value));
}

function compare(a: number | string | boolean, b: number | string | boolean): number {
  if (typeof a === "string" || typeof b === "string") return String(a).localeCompare(String(b), undefined, { numeric: true });
  return Number(a) - Number(b);
}
