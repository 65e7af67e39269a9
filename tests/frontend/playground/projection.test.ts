import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expected, livePicture, steadyLimits } from "../../../emwidgets/frontend/src/playground/live";
import { blurred, type Ellipsoid, type Grid, type HalfSpaces, type Motion, thickness } from "../../../emwidgets/frontend/src/playground/projection";
import { about, type Quaternion, random, type Vector } from "../../../emwidgets/frontend/src/playground/quaternion";
import { ball, cuboid, pictureOf, recording, SIZE } from "./traits";

/** Written and checked by tests/particles/test_projection_reference.py. */
type Case = Grid & Motion & { solid: HalfSpaces | Ellipsoid; orientation: Quaternion; probe: number; thickness: number[] };
const CASES: Record<string, Case> = JSON.parse(readFileSync(new URL("./projection.json", import.meta.url), "utf8"));

const GRID: Grid = { rows: SIZE, columns: SIZE, pixel_size: 1, position: [0, 0] };
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, each) => total + each, 0);
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.max(...Array.from(a, (each, i) => Math.abs(each - b[i])));

/** The same numbers each time. */
function sequence(seed: number): () => number {
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647;
}

describe("the projection", () => {
  it.each(Object.entries(CASES))("of a %s is Python's to 1e-5 nm", (_, each) => {
    const through = thickness(each.solid, each.orientation, each, each);
    const seen = blurred(through, each.rows, each.columns, each.probe / each.pixel_size);
    expect(seen).toHaveLength(each.thickness.length);
    expect(farthest(seen, each.thickness)).toBeLessThan(1e-5);
  });

  it("keeps the volume in whatever orientation", () => {
    const next = sequence(5);
    const fine: Grid = { rows: 128, columns: 128, pixel_size: 0.25, position: [0, 0] };
    for (const solid of [cuboid([0, 6]), ball]) {
      for (let i = 0; i < 6; i++) {
        const volume = sum(thickness(solid, random(next), fine)) * 0.25 ** 2;
        expect(volume / solid.volume).toBeCloseTo(1, 2);
      }
    }
  });

  it("of a particle that lies elsewhere is elsewhere", () => {
    const here = thickness(cuboid(), [0, 0, 0, 1], GRID);
    const there = thickness(cuboid(), [0, 0, 0, 1], { ...GRID, position: [2, -3] });
    expect(there[(16 - 3) * SIZE + 18]).toBe(here[16 * SIZE + 16]);
    expect(sum(there)).toBeCloseTo(sum(here), 3);
  });

  it("through a spinning sphere is that of one at rest", () => {
    const sphere: Ellipsoid = { kind: "ellipsoid", semi_axes: [6, 6, 6] };
    const still = thickness(sphere, [0, 0, 0, 1], GRID);
    expect(farthest(thickness(sphere, [0, 0, 0, 1], GRID, { turn: 150, spin_axis: "x", drift: 0 }), still)).toBeLessThan(1e-5);
  });
});

describe("an upright cuboid", () => {
  it("keeps its volume, however it lies on the grid and a little tilted", () => {
    const volume = 13 * 11 * 15;
    for (const [x, angle] of [[0, 0], [0.3, 0.01], [0.5, 0.02], [-0.2, 0.03]]) {
      const image = thickness(cuboid(), about([1, 0.5, 0], angle), { ...GRID, position: [x, -x] });
      expect(sum(image) / volume).toBeCloseTo(1, 2);
    }
  });
});

describe("the probe", () => {
  it("moves signal about and loses none", () => {
    const image = thickness(cuboid(), about([1, 2, 3], 0.7), GRID);
    const seen = blurred(image, SIZE, SIZE, 2);
    expect(sum(seen) / sum(image)).toBeCloseTo(1, 4);
    expect(farthest(seen, image)).toBeGreaterThan(0.5);
  });

  it("of no width changes nothing", () => {
    const image = thickness(ball, [0, 0, 0, 1], GRID);
    expect(blurred(image, SIZE, SIZE, 0)).toBe(image);
  });
});

describe("the live picture", () => {
  it("is on the grey scale of the recorded one: counts a nm over the film", () => {
    const edges: Vector = [12, 10, 15]; // in whole pixels, so that none is covered in part
    const values = expected(cuboid([], edges), recording({ probe: 0, film: 0.2, offset: 7 }), [0, 0, 0, 1]);
    const ground = values[0];
    expect(ground).toBeCloseTo(7 + 0.2 * 10 * 15, 3); // the mean of a cuboid along its edge is its edge
    expect(values[16 * SIZE + 16] - ground).toBeCloseTo(150, 3);
  });

  it("keeps values to a thousandth of the brightest, whatever the orientation", () => {
    for (const orientation of [[0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5], [0.1, 0.7, 0.1, 0.7]] as Quaternion[]) {
      const of = recording({ orientation });
      const pixels = livePicture(cuboid([7]), of, orientation, pictureOf(cuboid(), recording()));
      const stored = pixels.data as Uint16Array;
      const values = expected(cuboid([7]), of, orientation);
      expect(farthest(Array.from(stored, (each) => pixels.offset + pixels.scale * each), values)).toBeLessThan(0.01);
    }
  });

  it("is shown between limits that do not follow the orientation", () => {
    const [low, high] = steadyLimits(cuboid(), recording());
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThan(15);
    for (const orientation of [[0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]] as Quaternion[]) {
      const values = expected(cuboid(), recording(), orientation);
      expect(Math.max(...values)).toBeLessThan(high);
      expect(Math.max(...values)).toBeGreaterThan(low + 0.4 * (high - low));
    }
    expect(steadyLimits(cuboid(), recording({ orientation: [1, 0, 0, 0] }))).toEqual([low, high]);
  });
});
