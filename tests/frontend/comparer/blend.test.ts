import { describe, expect, it } from "vitest";
import { Blend, countsOf, sharedLimits, weighted } from "../../../emwidgets/frontend/src/comparer/blend";
import { Raster } from "../../../emwidgets/frontend/src/core/pixels";
import type { Pixels } from "../../../emwidgets/frontend/src/core/types";
import { after, before, COLUMNS, pixels, ROWS, truth } from "./traits";

const values = (image: Pixels): number[] => {
  const raster = new Raster(image);
  return Array.from({ length: ROWS * COLUMNS }, (_, i) => raster.value(i % COLUMNS, Math.floor(i / COLUMNS)));
};

/** Largest gap between two lists. */
const apart = (a: number[], b: number[]): number => Math.max(...a.map((each, i) => Math.abs(each - b[i])));

describe("an image restored at some strength", () => {
  const [one, other] = [before(), after()];
  const blend = new Blend(one, other);

  it("is at 0 and at 1 the very one that Python sent", () => {
    expect(blend.at(0)).toBe(one);
    expect(blend.at(1)).toBe(other);
  });

  it.each([0.05, 0.5, 0.8, 1.3, 1.5])("is before + %f × change, on levels fine enough for the eye and for the read-out", (strength) => {
    const [b, a] = [values(one), values(other)];
    const expected = b.map((each, i) => each + strength * (a[i] - each));
    const span = Math.max(...a) - Math.min(...a);
    expect(apart(values(blend.at(strength)), expected)).toBeLessThan((2 * span) / 65535);
  });

  it("may go beyond black and white, where over-corrected values lie", () => {
    const [dark, bright] = [pixels((column) => column, {}), pixels((column) => (column < 20 ? -20 : 60), {})];
    const strong = values(new Blend(dark, bright).at(1.5));
    expect(Math.min(...strong)).toBeCloseTo(19 + 1.5 * (-20 - 19), 1);
    expect(Math.max(...strong)).toBeCloseTo(20 + 1.5 * 40, 1);
  });

  it("is made once for each strength", () => {
    expect(blend.at(0.7)).toBe(blend.at(0.7));
    expect(blend.at(0.3)).not.toBe(blend.at(0.7));
  });

  it("keeps axes and quantity", () => {
    expect(blend.at(0.5)).toMatchObject({ axes: one.axes, shape: one.shape, quantity: "intensity / counts", dtype: "uint16" });
  });

  it("takes images in whole counts, exactly as far as its levels go", () => {
    const whole = (low: number): Pixels => ({ ...before(), dtype: "uint8", data: Uint8Array.from({ length: ROWS * COLUMNS }, (_, i) => low + (i % 100)), scale: 1, offset: 0 });
    const half = values(new Blend(whole(0), whole(50)).at(0.5));
    expect(apart(half, Array.from(half, (_, i) => 25 + (i % 100)))).toBeLessThan(0.01);
  });
});

describe("a difference", () => {
  const [one, other, real] = [before(), after(), truth()];
  const blend = new Blend(one, other);

  it("is what was changed, signed, in the unit of the image", () => {
    const change = values(blend.change);
    expect(apart(change, values(other).map((each, i) => each - values(one)[i]))).toBeLessThan(0.01);
    expect(blend.change.quantity).toBe("difference / counts");
  });

  it("to the truth is what is still wrong at that strength", () => {
    const wrong = values(blend.difference(0.5, real));
    const expected = values(one).map((each, i) => 0.5 * each + 0.5 * values(other)[i] - values(real)[i]);
    expect(apart(wrong, expected)).toBeLessThan(0.01);
  });

  it("has limits that hold nearly all of it and are the same for every strength", () => {
    const sizes = values(blend.change).map(Math.abs);
    const limit = blend.limit(one);
    expect(limit).toBeLessThanOrEqual(Math.max(...sizes) + 0.01);
    expect(sizes.filter((size) => size > limit + 0.01).length / sizes.length).toBeLessThanOrEqual(0.002);
    expect(blend.limit(one)).toBe(limit);
  });

  it("of two equal images is nothing, and does not make colours of rounding", () => {
    const same = new Blend(one, { ...one });
    const limit = same.limit(one);
    expect(limit).toBeGreaterThan(0.1);
    expect(Math.max(...values(same.change).map(Math.abs))).toBeLessThan(limit / 50);
  });
});

describe("sums of images", () => {
  it("are cut at the ends of the range, never wrapped round", () => {
    const sum = weighted([[pixels((column) => column * 10), 1]], [50, 100], "x");
    expect([Math.min(...values(sum)), Math.max(...values(sum))]).toEqual([50, 100]);
  });
});

describe("limits for several images", () => {
  it("hold them all", () => {
    const [narrow, wide] = [pixels((column) => 40 + column / 2), pixels((column) => column * 3)];
    expect(sharedLimits([narrow, wide], "min-max")).toEqual([expect.closeTo(0), expect.closeTo(117)]);
  });

  it("are counted once for each image", () => {
    const image = before();
    expect(countsOf(image)).toBe(countsOf(image));
  });
});
