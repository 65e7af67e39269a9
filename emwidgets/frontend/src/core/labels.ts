/** Domain masks: from runs to a map that can be drawn, and from a place to the domains that cover it. */

import { floor, max, min, round } from "./maths";
import { decode } from "./pixels";
import type { LabelLayer, WireArray } from "./types";

/** Which label lies on top at each pixel, as slots: 0 none, i + 1 the label paint[i]. */
export type Slots = Uint16Array | Uint32Array;

export class LabelMap {
  readonly rows: number;
  readonly columns: number;
  readonly slots: Slots;
  /** slots of the highlighted labels alone, on top of everything; null while none is */
  lit: Slots | null = null;
  /** first and last row with a highlighted pixel */
  litRows: [number, number] = [0, -1];
  readonly #runs: Uint32Array;
  readonly #slotOf = new Map<number, number>();
  /** first and last row of `runs` of each label */
  readonly #spans = new Map<number, [number, number]>();
  #litLabels: readonly number[] = [];

  constructor(
    runs: WireArray | Uint32Array,
    shape: [number, number],
    readonly paint: readonly number[],
  ) {
    [this.rows, this.columns] = shape;
    this.#runs = runsOf(runs);
    this.#findSpans();
    paint.forEach((label, i) => this.#slotOf.set(label, i + 1));
    this.slots = this.#empty();
    for (const label of paint) this.#fill(this.slots, label, this.#slotOf.get(label)!);
  }

  /** Labels covering a pixel, top-most first. */
  labelsAt(ix: number, iy: number): number[] {
    const column = round(ix);
    const row = round(iy);
    if (!(column >= 0 && row >= 0 && column < this.columns && row < this.rows)) return [];
    const place = row * this.columns + column;
    if (this.slots[place] === 0) return [];
    return this.paint.filter((label) => this.#covers(label, place)).reverse();
  }

  /** Light up these labels; returns whether that changed anything. */
  light(labels: readonly number[]): boolean {
    const wanted = labels.filter((label) => this.#slotOf.has(label));
    if (wanted.length === this.#litLabels.length && wanted.every((label, i) => label === this.#litLabels[i])) return false;
    const lit = this.lit ?? this.#empty();
    for (const label of this.#litLabels) this.#fill(lit, label, 0);
    const order = [...wanted].sort((a, b) => this.#slotOf.get(a)! - this.#slotOf.get(b)!);
    for (const label of order) this.#fill(lit, label, this.#slotOf.get(label)!);
    this.lit = wanted.length > 0 ? lit : null;
    this.litRows = this.#rowsOf(wanted);
    this.#litLabels = wanted;
    return true;
  }

  #empty(): Slots {
    const Kind = this.paint.length < 65535 ? Uint16Array : Uint32Array;
    return new Kind(this.rows * this.columns);
  }

  #findSpans(): void {
    const n = this.#runs.length / 3;
    for (let first = 0; first < n; ) {
      const label = this.#runs[3 * first + 2];
      let next = first + 1;
      while (next < n && this.#runs[3 * next + 2] === label) next++;
      this.#spans.set(label, [first, next - 1]);
      first = next;
    }
  }

  #fill(slots: Slots, label: number, slot: number): void {
    const span = this.#spans.get(label);
    if (!span) return;
    for (let run = span[0]; run <= span[1]; run++) {
      const start = this.#runs[3 * run];
      slots.fill(slot, start, start + this.#runs[3 * run + 1]);
    }
  }

  #rowsOf(labels: readonly number[]): [number, number] {
    let first = this.rows;
    let last = -1;
    for (const label of labels) {
      const [from, to] = this.#spans.get(label) ?? [0, -1];
      if (to < from) continue;
      first = min(first, floor(this.#runs[3 * from] / this.columns));
      last = max(last, floor((this.#runs[3 * to] + this.#runs[3 * to + 1] - 1) / this.columns));
    }
    return [first, last];
  }

  #covers(label: number, place: number): boolean {
    const span = this.#spans.get(label);
    if (!span) return false;
    let [low, high] = span;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#runs[3 * middle] <= place) low = middle;
      else high = middle - 1;
    }
    const start = this.#runs[3 * low];
    return start <= place && place < start + this.#runs[3 * low + 1];
  }
}

function runsOf(runs: WireArray | Uint32Array): Uint32Array {
  if (runs instanceof Uint32Array) return runs;
  const numbers = decode(runs);
  if (!(numbers instanceof Uint32Array) || numbers.length % 3 !== 0) {
    throw new TypeError(`runs of dtype ${runs.dtype} and shape [${runs.shape.join(", ")}]: expected uint32 [n, 3]`);
  }
  return numbers;
}

/** Label maps by layer, kept while runs, grid and order are the same: opacity or highlight rebuild nothing. */
export class LabelMaps {
  readonly #kept = new Map<string, { runs: LabelLayer["runs"]; map: LabelMap }>();

  of(layer: LabelLayer): LabelMap {
    let found = this.#kept.get(layer.id);
    if (!found || found.runs !== layer.runs || !sameGrid(found.map, layer)) {
      found = { runs: layer.runs, map: new LabelMap(layer.runs, layer.shape, [...layer.paint]) };
      this.#kept.set(layer.id, found);
    }
    found.map.light(layer.highlight ?? []);
    return found.map;
  }

  keepOnly(ids: Set<string>): void {
    for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id);
  }
}

function sameGrid(map: LabelMap, { shape, paint }: LabelLayer): boolean {
  const sameShape = map.rows === shape[0] && map.columns === shape[1];
  return sameShape && map.paint.length === paint.length && map.paint.every((label, i) => label === paint[i]);
}
