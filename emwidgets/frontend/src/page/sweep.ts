/** The steps of a page's controls: which is nearest to what the reader asks for, and what it shows. */

import type { PackedSweep, Traits } from "./manifest";
import type { Pool } from "./pool";
import { same } from "./same";

export class Sweep {
  private loaded = new Map<number, Promise<Traits>>();

  constructor(
    private packed: PackedSweep,
    private pool: Pick<Pool, "unpack">,
  ) {}

  get names(): readonly string[] {
    return this.packed.names;
  }

  /** index of the step that each control begins with */
  get start(): readonly number[] {
    return this.packed.start;
  }

  /** Values of the steps of one control; null if it has none. */
  values(name: string): readonly unknown[] | null {
    const control = this.packed.names.indexOf(name);
    return control < 0 ? null : this.packed.values[control];
  }

  /** What the step of these indices shows, controls included; kept once it was unpacked. */
  load(at: readonly number[]): Promise<Traits> {
    const number = at.reduce((row, index, control) => row * this.packed.values[control].length + index, 0);
    const loaded = this.loaded.get(number) ?? this.pool.unpack(this.packed.steps[number]);
    this.loaded.set(number, loaded);
    return loaded;
  }
}

/**
 * Index of the step nearest to a value: the equal one, else for numbers, and ranges of them, the one at the least
 * distance, which on a logarithmic scale is the least ratio. Null if none can be called near.
 */
export function nearest(steps: readonly unknown[], value: unknown, log: boolean): number | null {
  const equal = steps.findIndex((step) => same(step, value));
  if (equal >= 0) return equal;
  const distances = steps.map((step) => distance(step, value, log));
  const least = Math.min(...distances);
  return least < Infinity ? distances.indexOf(least) : null;
}

function distance(step: unknown, value: unknown, log: boolean): number {
  if (Array.isArray(step) && Array.isArray(value)) {
    if (step.length !== value.length) return Infinity;
    return Math.hypot(...step.map((each, i) => distance(each, value[i], log)));
  }
  if (typeof step !== "number" || typeof value !== "number") return Infinity;
  const apart = log && step > 0 && value > 0 ? Math.log(step / value) : step - value;
  return Number.isNaN(apart) ? Infinity : Math.abs(apart);
}
