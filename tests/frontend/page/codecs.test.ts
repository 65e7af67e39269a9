import { describe, expect, it } from "vitest";
import { decode } from "../../../emwidgets/frontend/src/page/codecs";
import type { BufferSpec } from "../../../emwidgets/frontend/src/page/manifest";

const buffer = (array: Uint8Array | Uint16Array | Int32Array | Float32Array): ArrayBuffer => array.slice().buffer as ArrayBuffer;
const spec = (dtype: BufferSpec["dtype"], shape: number[], codec: BufferSpec["codec"]): BufferSpec => {
  const size = { uint8: 1, uint16: 2, int32: 4, uint32: 4, float32: 4 }[dtype!];
  return { length: size * shape.reduce((a, b) => a * b, 1), dtype, shape, codec };
};

describe("codecs, one by one against arrays made by hand", () => {
  it("leave bytes alone that have none", () => {
    const bytes = buffer(Uint8Array.of(1, 2, 3));
    expect(decode(bytes, { length: 3, dtype: null, shape: null, codec: [] })).toBe(bytes);
  });

  it("shuffle: the planes of bytes go back into the numbers", () => {
    const planes = buffer(Uint8Array.of(0x01, 0x02, 0x03, 0xa0, 0xb0, 0xc0));
    expect([...new Uint16Array(decode(planes, spec("uint16", [3], ["shuffle"])))]).toEqual([0xa001, 0xb002, 0xc003]);
  });

  it("shuffle: also of fractions, bit by bit", () => {
    const values = Float32Array.of(1.5, -2.25);
    const bytes = new Uint8Array(values.buffer);
    const planes = Uint8Array.from([0, 4, 1, 5, 2, 6, 3, 7].map((i) => bytes[i]));
    expect([...new Float32Array(decode(buffer(planes), spec("float32", [2], ["shuffle"])))]).toEqual([1.5, -2.25]);
  });

  it("delta: sums along each row, beginning anew, and wraps as the integers do", () => {
    const coded = buffer(Uint8Array.of(250, 10, 1, 5, 255, 0));
    expect([...new Uint8Array(decode(coded, spec("uint8", [2, 3], ["delta"])))]).toEqual([250, 4, 5, 5, 4, 4]);
    const negative = buffer(Int32Array.of(-3, 1, 2147483647, 3));
    expect([...new Int32Array(decode(negative, spec("int32", [4], ["delta"])))]).toEqual([-3, -2, 2147483645, -2147483648]);
  });

  it("columns: what was stored column by column stands row by row", () => {
    const coded = buffer(Uint8Array.of(1, 3, 5, 2, 4, 6));
    expect([...new Uint8Array(decode(coded, spec("uint8", [3, 2], ["columns"])))]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("half, even size: the lower rows are the upper ones seen from the middle", () => {
    // about [2, 2]: row 3 is row 1 with the columns 0 3 2 1
    const upper = Uint8Array.of(1, 2, 9, 2, 3, 4, 5, 6, 7, 8, 0, 8);
    const whole = [...upper, 3, 6, 5, 4];
    expect([...new Uint8Array(decode(buffer(upper), spec("uint8", [4, 4], ["half"])))]).toEqual(whole);
  });

  it("half, odd size: the middle pixel is its own mate", () => {
    // about [1, 2]: row 2 is row 0 from right to left
    const upper = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 7, 6);
    expect([...new Uint8Array(decode(buffer(upper), spec("uint8", [3, 5], ["half"])))]).toEqual([...upper, 5, 4, 3, 2, 1]);
  });
});

describe("codecs in a row", () => {
  it("a table of runs: columns, differences and planes", () => {
    // rows (5, 3, 1), (300, 2, 1): columns 5 300 | 3 2 | 1 1, differences 5 295 | 3 -1 | 1 0
    const differences = Uint16Array.of(5, 295, 3, 65535, 1, 0);
    const bytes = new Uint8Array(differences.buffer);
    const planes = Uint8Array.from([...bytes.filter((_, i) => i % 2 === 0), ...bytes.filter((_, i) => i % 2 === 1)]);
    expect([...new Uint16Array(decode(buffer(planes), spec("uint16", [2, 3], ["columns", "delta", "shuffle"])))]).toEqual([5, 3, 1, 300, 2, 1]);
  });

  it("a spectrum: half of it, in differences", () => {
    const upper = [[7, 7, 7], [7, 9, 7]];
    const differences = Uint16Array.of(7, 0, 0, 7, 2, 65534);
    expect([...new Uint16Array(decode(buffer(differences), spec("uint16", [3, 3], ["half", "delta"])))]).toEqual([...upper.flat(), 7, 7, 7]);
  });

  it("an empty table stays empty", () => {
    expect(decode(new ArrayBuffer(0), spec("uint32", [0, 3], ["columns", "delta", "shuffle"])).byteLength).toBe(0);
  });
});

it("says so when bytes are missing or too many", () => {
  expect(() => decode(new ArrayBuffer(3), { length: 4, dtype: null, shape: null, codec: [] })).toThrow("3 bytes instead of 4");
  expect(() => decode(new ArrayBuffer(8), spec("uint16", [3], ["delta"]))).toThrow("8 bytes instead of 6");
});
