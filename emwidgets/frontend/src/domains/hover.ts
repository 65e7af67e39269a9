/** What lights up with what: a peak with the domains of its family, a domain with the peaks of its own. */

import type { Table } from "../core/types";
import { numbers, rowOfLabel, type Selection } from "./data";

export type Target = { kind: "peak"; row: number } | { kind: "domain"; row: number } | null;

export interface Lit {
  /** rows of the tables */
  peaks: ReadonlySet<number>;
  domains: ReadonlySet<number>;
}

const NOTHING: ReadonlySet<number> = new Set();
export const UNLIT: Lit = { peaks: NOTHING, domains: NOTHING };

/** Rows whose family is that of `row` in the other table; -1 is no family. */
function family(from: Table, row: number, to: Table): Set<number> {
  const wanted = numbers(from, "family")[row];
  const found = new Set<number>();
  if (wanted === undefined || wanted < 0) return found;
  numbers(to, "family").forEach((each, other) => {
    if (each === wanted) found.add(other);
  });
  return found;
}

export function litBy(target: Target, peaks: Table, domains: Table): Lit {
  if (!target || target.row >= (target.kind === "peak" ? peaks : domains).rows) return UNLIT;
  const own = new Set([target.row]);
  if (target.kind === "peak") return { peaks: own, domains: family(peaks, target.row, domains) };
  return { peaks: family(domains, target.row, peaks), domains: own };
}

/** While nothing is pointed at, what was chosen stays lit. */
export function targetOf(selection: Selection, domains: Table): Target {
  const row = rowOfLabel(domains, selection.domain);
  if (row !== null) return { kind: "domain", row };
  return selection.peak === null ? null : { kind: "peak", row: selection.peak };
}

/** Where the pointer or the focus is; never sent to Python. */
export interface Hover {
  get(): Target;
  peak(row: number | null): void;
  domain(row: number | null): void;
}

export function createHover(changed: () => void): Hover {
  let target: Target = null;
  const point = (kind: "peak" | "domain") => (row: number | null) => {
    if (row === null ? target === null : target?.kind === kind && target.row === row) return;
    target = row === null ? null : { kind, row };
    changed();
  };
  return { get: () => target, peak: point("peak"), domain: point("domain") };
}
