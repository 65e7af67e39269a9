import { describe, expect, it } from "vitest";
import { LabelMap, LabelMaps } from "../../../emwidgets/frontend/src/core/labels";
import type { LabelLayer } from "../../../emwidgets/frontend/src/core/types";
import { random } from "./specimens";

/** 6 × 4: label 7 a 4 × 3 block, 2 a row across it, 9 one pixel on both. */
const RUNS = Uint32Array.from([
  [6, 6, 2],
  [0, 4, 7], [6, 4, 7], [12, 4, 7],
  [8, 1, 9],
].flat());
const SHAPE: [number, number] = [4, 6];

function shown(map: LabelMap): number[][] {
  const rows = Array.from({ length: map.rows }, (_, y) => Array.from(map.slots.slice(y * map.columns, (y + 1) * map.columns)));
  return rows.map((row) => row.map((slot) => (slot === 0 ? 0 : map.paint[slot - 1])));
}

describe("label map", () => {
  it("paints in the order given, later labels on top", () => {
    expect(shown(new LabelMap(RUNS, SHAPE, [7, 2, 9]))).toEqual([
      [7, 7, 7, 7, 0, 0],
      [2, 2, 9, 2, 2, 2],
      [7, 7, 7, 7, 0, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
    expect(shown(new LabelMap(RUNS, SHAPE, [2, 9, 7]))[1]).toEqual([7, 7, 7, 7, 2, 2]);
  });

  it("names all labels under a place, top-most first, hidden ones too", () => {
    const map = new LabelMap(RUNS, SHAPE, [7, 2, 9]);
    expect(map.labelsAt(2, 1)).toEqual([9, 2, 7]);
    expect(map.labelsAt(3, 1)).toEqual([2, 7]);
    expect(map.labelsAt(5, 1)).toEqual([2]);
    expect(map.labelsAt(5, 3)).toEqual([]);
    for (const [x, y] of [[-1, 1], [6, 0], [0, 4], [NaN, 0]]) expect(map.labelsAt(x, y)).toEqual([]);
  });

  it("leaves out labels that are not to be painted, and ignores ones without a run", () => {
    const map = new LabelMap(RUNS, SHAPE, [2, 55]);
    expect(shown(map)[0]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(map.labelsAt(2, 1)).toEqual([2]);
  });

  it("lights labels whole, where others cover them too, and puts them out again", () => {
    const map = new LabelMap(RUNS, SHAPE, [7, 2, 9]);
    expect(map.light([7])).toBe(true);
    expect(map.light([7])).toBe(false);
    expect(Array.from(map.lit!).filter((slot) => slot === 1).length).toBe(12);
    expect(map.litRows).toEqual([0, 2]);
    map.light([2, 9]);
    expect(Array.from(map.lit!).filter((slot) => slot === 1).length).toBe(0);
    expect(map.lit![8]).toBe(3);
    map.light([]);
    expect(map.lit).toBeNull();
    expect(map.light([404])).toBe(false);
  });

  it("agrees with masks, for random overlapping domains", () => {
    const next = random(5);
    for (let round = 0; round < 20; round++) {
      const [rows, columns] = [2 + Math.floor(next() * 20), 2 + Math.floor(next() * 20)];
      const masks = Array.from({ length: 5 }, () => Array.from({ length: rows * columns }, () => next() < 0.3));
      const runs: number[] = [];
      masks.forEach((mask, i) => {
        for (let start = 0; start < mask.length; start++) {
          if (!mask[start] || mask[start - 1]) continue;
          let end = start;
          while (mask[end]) end++;
          runs.push(start, end - start, i + 1);
        }
      });
      const paint = [3, 1, 5, 2, 4];
      const map = new LabelMap(Uint32Array.from(runs), [rows, columns], paint);
      for (let place = 0; place < rows * columns; place++) {
        const expected = paint.filter((label) => masks[label - 1][place]).reverse();
        expect(map.labelsAt(place % columns, Math.floor(place / columns))).toEqual(expected);
        expect(map.slots[place] === 0 ? undefined : paint[map.slots[place] - 1]).toBe(expected[0]);
      }
    }
  });

  it("reads the wire form, and refuses another", () => {
    const wire = { shape: [5, 3], dtype: "uint32" as const, data: new DataView(RUNS.buffer) };
    expect(new LabelMap(wire, SHAPE, [7]).labelsAt(0, 0)).toEqual([7]);
    expect(() => new LabelMap({ ...wire, dtype: "int32" }, SHAPE, [7])).toThrow(/int32.*expected uint32/);
  });
});

describe("label maps of layers", () => {
  const layer: LabelLayer = { kind: "labels", id: "a", runs: RUNS, shape: SHAPE, paint: [7, 2], colour: () => "#ffffff", opacity: 0.4 };

  it("are kept when only opacity or highlight change, and rebuilt when the domains do", () => {
    const maps = new LabelMaps();
    const first = maps.of(layer);
    expect(maps.of({ ...layer, opacity: 1, highlight: [2], paint: [7, 2] })).toBe(first);
    expect(first.lit).not.toBeNull();
    expect(maps.of({ ...layer, paint: [2, 7] })).not.toBe(first);
    expect(maps.of({ ...layer, runs: RUNS.slice() })).not.toBe(first);
  });

  it("are forgotten with their layer", () => {
    const maps = new LabelMaps();
    const first = maps.of(layer);
    maps.keepOnly(new Set(["b"]));
    expect(maps.of(layer)).not.toBe(first);
  });
});
