import { describe, expect, it } from "vitest";
import { brightness, LevelCounts, lookUp, valueAt } from "../../../emwidgets/frontend/src/core/contrast";
import { Raster } from "../../../emwidgets/frontend/src/core/pixels";
import { painted, pixels, random } from "./specimens";

describe("histogram", () => {
  const ramp = new LevelCounts(new Raster(painted(100, 100, (x, y) => x + 100 * y, { scale: 2, offset: -5 })));

  it("counts every pixel once, between the smallest and the largest value", () => {
    expect(ramp.counts.length).toBe(256);
    expect(ramp.counts.reduce((a, b) => a + b)).toBe(10000);
    expect([ramp.lo, ramp.hi]).toEqual([-5, 2 * 9999 - 5]);
  });

  it("gives percentiles in values", () => {
    expect(ramp.percentile(0)).toBe(-5);
    expect(ramp.percentile(50)).toBeCloseTo(2 * 4999 - 5, 5);
    expect(ramp.percentile(100)).toBe(ramp.hi);
    expect(ramp.limits("1-99")).toEqual([2 * 99 - 5, 2 * 9899 - 5]);
    expect(ramp.limits("auto")).toEqual(ramp.limits("0.1-99.9"));
  });

  it("agrees with sorting, for any image", () => {
    for (let seed = 1; seed < 20; seed++) {
      const next = random(seed);
      const numbers = Uint16Array.from({ length: 1 + Math.floor(next() * 400) }, () => Math.floor(65535 * next() ** 4));
      const counts = new LevelCounts(new Raster(pixels(numbers, [1, numbers.length])));
      const sorted = [...numbers].sort((a, b) => a - b);
      for (const p of [0.1, 1, 37, 50, 99, 99.9]) {
        expect(counts.percentile(p)).toBe(sorted[Math.max(0, Math.ceil((p / 100) * sorted.length - 1e-9) - 1)]);
      }
    }
  });

  it("has fewer bins for an image of few levels", () => {
    const counts = new LevelCounts(new Raster(pixels([4, 5, 7, 7], [2, 2], {}, "uint8")));
    expect(Array.from(counts.counts)).toEqual([1, 1, 0, 2]);
  });

  it("shows rare bright pixels where the percentiles fall together", () => {
    const dark = new LevelCounts(new Raster(painted(100, 100, (x, y) => (x + y === 0 ? 900 : 0))));
    expect(dark.limits("auto")).toEqual([0, 900]);
  });
});

describe("brightness", () => {
  it("runs from 0 to 1 between the limits and stays there beyond", () => {
    for (const log of [false, true]) {
      expect(brightness(-9, 0, 10, 1, log)).toBe(0);
      expect(brightness(0, 0, 10, 2, log)).toBe(0);
      expect(brightness(10, 0, 10, 0.5, log)).toBeCloseTo(1);
      expect(brightness(99, 0, 10, 1, log)).toBe(1);
    }
  });

  it("is raised in the dark by the logarithm and lowered by gamma above 1", () => {
    expect(brightness(1, 0, 10, 1, true)).toBeGreaterThan(0.6);
    expect(brightness(5, 0, 10, 2, false)).toBeCloseTo(0.25);
    expect(brightness(5, 0, 10, 0.5, false)).toBeCloseTo(Math.SQRT1_2);
  });

  it("has an inverse, which labels the colour bar", () => {
    for (const gamma of [0.4, 1, 2.2]) {
      for (const log of [false, true]) {
        for (const t of [0.05, 0.5, 0.9]) {
          expect(brightness(valueAt(t, -3, 40, gamma, log), -3, 40, gamma, log)).toBeCloseTo(t, 9);
        }
      }
    }
  });

  it("of a constant image is mid-gray", () => {
    expect(brightness(7, 7, 7, 1, false)).toBe(0.5);
  });
});

describe("look-up table", () => {
  const raster = new Raster(painted(16, 16, (x, y) => 256 * y + 16 * x));
  const gray = (word: number): number => word & 255;

  it("never gets darker with the value, whatever gamma and logarithm", () => {
    for (const gamma of [0.3, 1, 3]) {
      for (const log of [false, true]) {
        const table = lookUp(raster, { map: "gray", limits: [500, 3000], gamma, log });
        expect(table.findIndex((word, level) => level > 0 && gray(word) < gray(table[level - 1]))).toBe(-1);
        expect([gray(table[0]), gray(table[65535])]).toEqual([0, 255]);
      }
    }
  });

  it("is opaque everywhere and has as many entries as there are levels", () => {
    const table = lookUp(new Raster(painted(2, 2, (x) => x, {}, "uint8")), { map: "viridis", limits: [0, 1], gamma: 1, log: false });
    expect(table.length).toBe(256);
    expect(table.every((word) => word >>> 24 === 255)).toBe(true);
  });

  it("reuses the table given if it fits", () => {
    const old = new Int32Array(65536);
    expect(lookUp(raster, { map: "gray", limits: [0, 1], gamma: 1, log: false }, old)).toBe(old);
    expect(lookUp(raster, { map: "gray", limits: [0, 1], gamma: 1, log: false }, new Int32Array(256)).length).toBe(65536);
  });
});
