// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { type Box, boxLayers, boxOf, fitted, held, regionOf, shifted, sizeText } from "../../../emwidgets/frontend/src/comparer/region";
import type { RingLayer } from "../../../emwidgets/frontend/src/core/types";
import { before, COLUMNS, pixels, ROWS, SCALE } from "./traits";

const SHAPE = [ROWS, COLUMNS];
const BOX: Box = { left: 10, top: 4, right: 30, bottom: 16 };

describe("a region in axis units", () => {
  it("names the first pixel inside and the first one beyond, as HyperSpy cuts", () => {
    expect(regionOf(before(), BOX)).toEqual([10 * SCALE, 30 * SCALE, 4 * SCALE, 16 * SCALE]);
  });

  it.each([
    ["as it is", before()],
    ["with an offset", pixels(() => 1, { axes: { x: { scale: 0.1, offset: -3, unit: "nm" }, y: { scale: 0.1, offset: 7, unit: "nm" } } })],
    ["shown binned", pixels(() => 1, { binned: 4, axes: { x: { scale: 4, offset: 1.5, unit: "px" }, y: { scale: 4, offset: 1.5, unit: "px" } } })],
    ["with an axis that runs backwards", pixels(() => 1, { axes: { x: { scale: -0.5, offset: 9, unit: "nm" }, y: { scale: 0.5, offset: 0, unit: "nm" } } })],
  ])("of an image %s comes back as the same box", (_, image) => {
    const region = regionOf(image, BOX);
    const again = boxOf(image, region)!;
    for (const side of ["left", "top", "right", "bottom"] as const) expect(again[side]).toBeCloseTo(BOX[side], 6);
    expect([region[0]! < region[1]!, region[2]! < region[3]!]).toEqual([true, true]);
  });

  it("of an image shown binned counts pixels as recorded", () => {
    const binned = pixels(() => 1, { binned: 4, axes: { x: { scale: 4, offset: 1.5, unit: "px" }, y: { scale: 4, offset: 1.5, unit: "px" } } });
    expect(regionOf(binned, BOX)).toEqual([40, 120, 16, 64]);
  });

  it("that is empty is the whole image", () => {
    expect(boxOf(before(), [])).toBeNull();
  });

  it("is written without the dust of floats", () => {
    const image = pixels(() => 1, { axes: { x: { scale: 0.1, offset: 0, unit: "nm" }, y: { scale: 0.1, offset: 0, unit: "nm" } } });
    expect(regionOf(image, { left: 3, top: 1, right: 7, bottom: 6 })).toEqual([0.3, 0.7, 0.1, 0.6]);
  });
});

describe("a box", () => {
  it("drawn any way round and beyond the edge is whole pixels inside the image", () => {
    expect(fitted({ left: 22.4, top: 30, right: 5.2, bottom: -3 }, SHAPE)).toEqual({ left: 5, top: 0, right: 23, bottom: 20 });
  });

  it("moves as a whole and stops at the edge", () => {
    expect(shifted(BOX, { x: 0, y: 0 }, 3, -2, SHAPE)).toEqual({ left: 13, top: 2, right: 33, bottom: 14 });
    expect(shifted(BOX, { x: 0, y: 0 }, 300, -200, SHAPE)).toEqual({ left: 20, top: 0, right: 40, bottom: 12 });
  });

  it("is drawn larger by an edge, or turned inside out", () => {
    expect(shifted(BOX, { x: 1, y: 0 }, 4, 9, SHAPE)).toEqual({ ...BOX, right: 34 });
    expect(shifted(BOX, { x: -1, y: -1 }, 25, 0, SHAPE)).toEqual({ left: 30, top: 4, right: 35, bottom: 16 });
  });

  it.each([
    [[10.2, 9], { x: -1, y: 0 }],
    [[29.8, 15.9], { x: 1, y: 1 }],
    [[20, 10], { x: 0, y: 0 }],
    [[20, 3.7], { x: 0, y: -1 }],
    [[3, 10], null],
    [[20, 19], null],
  ] as const)("is taken hold of at %o by %o", (place, sides) => {
    expect(held(BOX, place, [10, 10], 8)).toEqual(sides);
  });

  it("says its size in the unit of the image", () => {
    expect(sizeText(before(), BOX).replaceAll("\u202f", " ")).toBe("50 nm × 30 nm");
  });

  it("is four lines at the edges of its pixels, with its size above, or below where there is no room", () => {
    const [layer] = boxLayers(before(), BOX) as RingLayer[];
    expect(layer.rings).toHaveLength(5);
    expect(layer.rings[0]).toMatchObject({ x: 9.5 * SCALE, y: 3.5 * SCALE, radius: 0, minor: 0, label: sizeText(before(), BOX) });
    expect(layer.rings[1]).toMatchObject({ x: 19.5 * SCALE, y: 3.5 * SCALE, radius: 10 * SCALE, minor: 0 });
    expect(layer.rings[3]).toMatchObject({ x: 9.5 * SCALE, y: 9.5 * SCALE, radius: 0, minor: 6 * SCALE });
    const [above] = boxLayers(before(), { ...BOX, top: 0 }) as RingLayer[];
    expect(above.rings[0].y).toBe(15.5 * SCALE);
  });
});
