/** The traits of a DomainExplorer as the views read them, and what belongs together in them. */

import type { Pixels, Table, WireArray } from "../core/types";
import type { ControlSpec } from "../core/ui/control";
import { significant, withUnit } from "../core/ui/format";
import type { Model } from "../core/ui/model";
import type { Provenance } from "../core/ui/provenance";
import type { Status } from "../core/ui/statusbar";
import { fits, orNull } from "../core/ui/values";

export interface Totals {
  shape: [number, number];
  paint: number[];
  crystalline: boolean;
  crystalline_area: number;
  crystalline_fraction: number;
  n_grains: number;
  n_domains: number;
  n_families: number;
  /** distinct lattice spacings, largest first */
  d_spacings: number[];
  area_unit: string;
  length_unit: string;
  message: string;
}

export interface Mixture {
  x: string;
  y: string;
  means: number[][];
  covariances: number[][][];
  names: string[];
  log: boolean;
}

export interface Selection {
  /** row of `peaks` */
  peak: number | null;
  /** label of a domain */
  domain: number | null;
  /** moved by itself, after a new result */
  followed?: true;
}

/** One consistent reading of the traits; `null` until Python has sent the first result. */
export interface Reading {
  provenance: Provenance;
  image: Pixels | null;
  spectrum: Pixels | null;
  peaks: Table;
  domains: Table;
  runs: WireArray | null;
  totals: Totals | null;
  mixture: Mixture | null;
  controls: Record<string, ControlSpec>;
  code: string;
  status: Status;
  selection: Selection;
  include: unknown;
  exclude: unknown;
}

const NO_TABLE: Table = { columns: [], rows: 0, data: {} };
const IDLE: Status = { state: "idle", stage: "", fraction: 0, message: "", result: 0 };
const UNTITLED: Provenance = { title: "" };
const NOT_SELECTED: Selection = { peak: null, domain: null };

const SELECTION_SHAPE = { peak: orNull(0), domain: orNull(0) };

/** An empty trait (`{}`, null) reads as the same object each time, so that "has it changed" stays a comparison of references. */
export function read(model: Model): Reading {
  const filled = <T>(name: string, key: string, otherwise: T): T => {
    const value = model.get(name);
    return value && key in value ? value : otherwise;
  };
  const selection = model.get("selection");
  return {
    provenance: filled("provenance", "title", UNTITLED),
    image: filled<Pixels | null>("image", "data", null),
    spectrum: filled<Pixels | null>("spectrum", "data", null),
    peaks: filled("peaks", "columns", NO_TABLE),
    domains: filled("domains", "columns", NO_TABLE),
    runs: filled<WireArray | null>("runs", "data", null),
    totals: filled<Totals | null>("totals", "shape", null),
    mixture: filled<Mixture | null>("mixture", "means", null),
    controls: model.get("controls"),
    code: model.get("code"),
    status: filled("status", "state", IDLE),
    selection: fits(selection, SELECTION_SHAPE) ? selection : NOT_SELECTED,
    include: model.get("include"),
    exclude: model.get("exclude"),
  };
}

/** One column of a table, whatever it holds. */
const column = (of: Table, name: string): any[] => of.data[name] ?? [];

export const numbers: (of: Table, name: string) => number[] = column;
export const flags: (of: Table, name: string) => boolean[] = column;
export const texts: (of: Table, name: string) => string[] = column;

export function rowsOf({ rows }: Table): number[] {
  return [...Array(rows).keys()];
}

/** "0.374 nm": one value of a table, in words. */
export function spell(of: Table, name: string, row: number): string {
  const unit = of.columns.find((column) => column.name === name)?.unit ?? "";
  return withUnit(significant(numbers(of, name)[row]), unit);
}

export function rowOfLabel(domains: Table, label: number | null | undefined): number | null {
  const row = label === null || label === undefined ? -1 : numbers(domains, "label").indexOf(label);
  return row < 0 ? null : row;
}

/** Rows of the peaks that count: all, or the crystalline ones and those taken out by hand. */
export function listedPeaks(peaks: Table, all: boolean, excluded: (row: number) => boolean): number[] {
  const crystalline = flags(peaks, "crystalline");
  const rows = rowsOf(peaks);
  return all ? rows : rows.filter((row) => crystalline[row] || excluded(row));
}
