/** What Python wrote into the page (emwidgets/frontend/packing.py): the words of its manifest. */

import type { DType } from "../core/types";

export type Traits = Record<string, unknown>;

/**
 * A JSON value in which `{"$": i}` stands for entry i of the pool, `{"$b": i}` for buffer i, and
 * `{"$d": [[key, value], …]}` for an object with keys of its own that begin with "$".
 */
export type Packed = unknown;

export type Codec = "half" | "columns" | "delta" | "shuffle";

/** One binary buffer; dtype and shape are those of the array before it was coded. */
export interface BufferSpec {
  /** bytes, once unpacked */
  length: number;
  dtype: DType | null;
  shape: number[] | null;
  /** in the order in which they were applied */
  codec: Codec[];
}

/** Controls that were stepped through when the page was written. */
export interface PackedSweep {
  names: string[];
  /** one list for each name */
  values: unknown[][];
  /** where each name stands at first */
  start: number[];
  /** the traits of each step, the last name running fastest */
  steps: Record<string, Packed>[];
}

export interface PackedWidget {
  /** name of its bundle */
  kind: string;
  state: Record<string, Packed>;
  sweep: PackedSweep | null;
}

/** A trait of one widget and a trait of another that are always equal; widgets by number. */
export type PackedLink = [from: number, trait: string, to: number, other: string];

export interface Manifest {
  format: number;
  /** of the emwidgets that wrote the page */
  version: string;
  title: string;
  /** ISO date */
  written: string;
  pool: Packed[];
  buffers: BufferSpec[];
  widgets: PackedWidget[];
  links: PackedLink[];
}
