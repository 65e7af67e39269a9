import { describe, expect, it } from "vitest";
import { decode, Raster } from "../../../emwidgets/frontend/src/core/pixels";
import type { DType } from "../../../emwidgets/frontend/src/core/types";
import { axis, painted, pixels } from "./specimens";

const SAMPLES: [DType, number[]][] = [
  ["uint8", [0, 1, 127, 255]],
  ["uint16", [0, 1, 40000, 65535]],
  ["int32", [-2147483648, -1, 0, 2147483647]],
  ["uint32", [0, 1, 3000000000, 4294967295]],
  ["float32", [-1.5, 0, 0.25, 2 ** 100]],
];

/** Little-endian bytes of `numbers` after `lead` bytes of something else. */
function bytes(dtype: DType, numbers: number[], lead: number): DataView {
  const size = dtype === "uint8" ? 1 : dtype === "uint16" ? 2 : 4;
  const view = new DataView(new ArrayBuffer(lead + size * numbers.length + 5), lead, size * numbers.length);
  numbers.forEach((number, i) => {
    if (dtype === "uint8") view.setUint8(i, number);
    else if (dtype === "uint16") view.setUint16(2 * i, number, true);
    else if (dtype === "int32") view.setInt32(4 * i, number, true);
    else if (dtype === "uint32") view.setUint32(4 * i, number, true);
    else view.setFloat32(4 * i, number, true);
  });
  return view;
}

describe("arrays on the wire", () => {
  for (const [dtype, numbers] of SAMPLES) {
    for (const lead of [0, 1, 2, 3, 4, 8]) {
      it(`${dtype} is read from byte ${lead} of a larger buffer`, () => {
        const array = decode({ shape: [2, 2], dtype, data: bytes(dtype, numbers, lead) });
        expect(Array.from(array)).toEqual(numbers);
      });
    }
  }

  it("no copy is made where the bytes are aligned", () => {
    const data = bytes("uint16", [1, 2], 4);
    expect(decode({ shape: [2], dtype: "uint16", data }).buffer).toBe(data.buffer);
  });

  it("a plain ArrayBuffer and another array's view are read too", () => {
    expect(Array.from(decode({ shape: [2], dtype: "uint8", data: Uint8Array.of(3, 4).buffer }))).toEqual([3, 4]);
    expect(Array.from(decode({ shape: [1], dtype: "uint16", data: Uint8Array.of(1, 2) }))).toEqual([513]);
  });

  it("wrong lengths and kinds are named", () => {
    expect(() => decode({ shape: [2, 3], dtype: "uint16", data: new DataView(new ArrayBuffer(4)) })).toThrow(/2 × 3.*12 bytes, got 4/);
    expect(() => decode({ shape: [1], dtype: "float64" as DType, data: new DataView(new ArrayBuffer(8)) })).toThrow(/'float64'.*uint8/);
  });
});

describe("an image", () => {
  it("gives the value of a pixel in its own scale, NaN outside", () => {
    const raster = new Raster(painted(3, 2, (x, y) => x + 10 * y, { scale: 0.5, offset: 100 }));
    expect(raster.value(2, 1)).toBe(106);
    for (const [x, y] of [[-1, 0], [3, 0], [0, 2], [NaN, 0]]) expect(raster.value(x, y)).toBeNaN();
  });

  it("keeps the exact numbers of float images, whose levels span the finite range", () => {
    const raster = new Raster(pixels([-2, 0.1, NaN, 8], [2, 2], {}, "float32"));
    expect(raster.value(1, 0)).toBe(Math.fround(0.1));
    expect(Array.from(raster.levels)).toEqual([0, Math.round((2.1 / 10) * 65535), 0, 65535]);
    expect(raster.levelValue(0)).toBeCloseTo(-2);
    expect(raster.levelValue(65535)).toBeCloseTo(8);
  });

  it("one without any finite number, or constant, can still be shown", () => {
    expect(Array.from(new Raster(pixels([NaN, NaN], [1, 2], {}, "float32")).levels)).toEqual([0, 0]);
    expect(new Raster(pixels([7, 7], [1, 2], {}, "int32")).levelValue(0)).toBe(7);
  });

  it("draws pixels in the proportion of their axes if both have one unit", () => {
    const axes = (xUnit: string) => ({ axes: { x: axis(0.02, 0, xUnit), y: axis(-0.05, 0, "nm") } });
    expect(new Raster(painted(2, 2, () => 0, axes("nm"))).aspect).toBeCloseTo(2.5);
    expect(new Raster(painted(2, 2, () => 0, axes("px"))).aspect).toBe(1);
  });

  it("of no rows is refused", () => {
    expect(() => new Raster(pixels([], [0, 4]))).toThrow(/\[0, 4\].*at least 1/);
  });

  it("physical and index coordinates are each other's inverse, offset and negative scale included", () => {
    const raster = new Raster(painted(4, 4, () => 0, { axes: { x: axis(0.3, -2, "nm"), y: axis(-0.1, 7, "nm") } }));
    const [x, y] = raster.toPhysical(2.25, -0.5);
    expect([x, y]).toEqual([-2 + 0.3 * 2.25, 7 + 0.05]);
    const [ix, iy] = raster.toIndex(x, y);
    expect(ix).toBeCloseTo(2.25);
    expect(iy).toBeCloseTo(-0.5);
  });
});
