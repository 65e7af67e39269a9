import { describe, expect, it } from "vitest";
import { halved, Pyramid } from "../../../emwidgets/frontend/src/core/pyramid";
import { random } from "./specimens";

function noise(columns: number, rows: number, seed: number, top: number): Uint16Array | Uint8Array {
  const next = random(seed);
  const Kind = top > 255 ? Uint16Array : Uint8Array;
  return new Kind(columns * rows).map(() => Math.floor(next() * (top + 1)));
}

const mean = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0) / numbers.length;

describe("binned levels", () => {
  it("keep the mean down to the last pixel, without drifting brighter", () => {
    for (let seed = 0; seed < 8; seed++) {
      const data = noise(128, 128, seed, 255);
      const pyramid = new Pyramid(data, 128, 128);
      for (let n = 1; n <= 4; n++) {
        const level = pyramid.level(n);
        expect(level).toMatchObject({ columns: 128 >> n, rows: 128 >> n, factor: 2 ** n });
        expect(Math.abs(mean(level.data) - mean(data))).toBeLessThan(0.15);
      }
    }
  });

  it("a constant stays itself, also at the top of the range and at odd sizes", () => {
    for (const [columns, rows] of [[5, 3], [1, 7], [8, 1], [1, 1]]) {
      const level = halved({ data: new Uint16Array(columns * rows).fill(65535), columns, rows, factor: 1 });
      expect([level.columns, level.rows]).toEqual([Math.ceil(columns / 2), Math.ceil(rows / 2)]);
      expect(new Set(level.data)).toEqual(new Set([65535]));
    }
  });

  it("an edge of odd size is the mean of the pixels there are", () => {
    const level = halved({ data: Uint16Array.of(0, 4, 10, 8, 4, 30), columns: 3, rows: 2, factor: 1 });
    expect(Array.from(level.data)).toEqual([4, 20]);
  });

  it("the level chosen has between one and two pixels per canvas pixel", () => {
    const pyramid = new Pyramid(new Uint8Array(64 * 64), 64, 64);
    for (const zoom of [4, 1, 0.9, 0.51, 0.5, 0.3, 0.13, 0.0626]) {
      const perCanvasPixel = 1 / (zoom * pyramid.forZoom(zoom).factor);
      expect(perCanvasPixel).toBeLessThan(2);
      if (zoom < 1) expect(perCanvasPixel).toBeGreaterThanOrEqual(1);
    }
  });

  it("beyond one pixel there is no smaller level", () => {
    expect(new Pyramid(Uint8Array.of(9, 9, 9), 3, 1).level(12)).toMatchObject({ columns: 1, rows: 1 });
  });
});
