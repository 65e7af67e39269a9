import { describe, expect, it } from "vitest";
import { packed } from "../../../emwidgets/frontend/src/core/colormaps";
import { LabelMap } from "../../../emwidgets/frontend/src/core/labels";
import { Raster } from "../../../emwidgets/frontend/src/core/pixels";
import { Pyramid } from "../../../emwidgets/frontend/src/core/pyramid";
import { paintImage, paintLabels, type Target } from "../../../emwidgets/frontend/src/core/raster";
import { sample } from "../../../emwidgets/frontend/src/core/sampling";
import type { LabelLayer } from "../../../emwidgets/frontend/src/core/types";
import type { Projection } from "../../../emwidgets/frontend/src/core/view";
import { painted, random } from "./specimens";

const IDENTITY = Int32Array.from({ length: 65536 }, (_, i) => i);

function target(width: number, height: number, word = 0): Target {
  return { words: new Int32Array(width * height).fill(word), width, height };
}

function at(scaleX: number, scaleY: number, originX = 0, originY = 0): Projection {
  return { scaleX, scaleY, originX, originY };
}

function rows({ words, width }: Target): number[][] {
  return Array.from({ length: words.length / width }, (_, y) => Array.from(words.slice(y * width, (y + 1) * width)));
}

describe("sampling", () => {
  it("covers exactly the canvas pixels whose centre lies on the source, each with the pixel it stands on", () => {
    const next = random(7);
    for (let i = 0; i < 200; i++) {
      const [size, count, scale] = [1 + Math.floor(next() * 90), 1 + Math.floor(next() * 50), 0.05 + 5 * next()];
      const origin = 100 * next() - 50;
      const { first, end, low } = sample(size, origin, scale, count, false);
      const wrong: number[][] = [];
      for (let x = 0; x < size; x++) {
        const place = Math.floor((x + 0.5 - origin) / scale);
        if ((place >= 0 && place < count ? place : undefined) !== (x < end ? low[x - first] : undefined)) wrong.push([x, place]);
      }
      expect(wrong).toEqual([]);
    }
  });
});

describe("painting an image", () => {
  const raster = new Raster(painted(3, 2, (x, y) => 1 + x + 10 * y));
  const pyramid = new Pyramid(raster.levels, 3, 2);

  it("shows every pixel as a block above 1:1 and leaves the rest of the canvas alone", () => {
    const canvas = target(8, 5);
    paintImage(canvas, pyramid, at(2, 2, 1, 1), IDENTITY, false);
    expect(rows(canvas)).toEqual([
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0, 1, 1, 2, 2, 3, 3, 0],
      [0, 1, 1, 2, 2, 3, 3, 0],
      [0, 11, 11, 12, 12, 13, 13, 0],
      [0, 11, 11, 12, 12, 13, 13, 0],
    ]);
  });

  it("draws pixels that are not square as they are", () => {
    const canvas = target(3, 4);
    paintImage(canvas, pyramid, at(1, 2), IDENTITY, false);
    expect(rows(canvas)).toEqual([[1, 2, 3], [1, 2, 3], [11, 12, 13], [11, 12, 13]]);
  });

  it("interpolates above 1:1 when asked to, exactly on a ramp", () => {
    const ramp = new Raster(painted(16, 16, (x, y) => 1000 * x + 1000 * y));
    const canvas = target(64, 64);
    paintImage(canvas, new Pyramid(ramp.levels, 16, 16), at(4, 4), IDENTITY, true);
    for (const [x, y] of [[20, 30], [33, 8], [45, 45]]) {
      expect(canvas.words[64 * y + x]).toBeCloseTo(1000 * ((x + 0.5) / 4 - 0.5) + 1000 * ((y + 0.5) / 4 - 0.5), -1);
    }
  });

  it("below 1:1 shows means, not every n-th pixel: fine stripes turn gray instead of beating", () => {
    const stripes = new Raster(painted(256, 256, (x) => (x % 2 ? 60000 : 20000)));
    for (const scale of [0.5, 0.37, 0.21, 0.1]) {
      const canvas = target(Math.floor(256 * scale), Math.floor(256 * scale));
      paintImage(canvas, new Pyramid(stripes.levels, 256, 256), at(scale, scale), IDENTITY, false);
      expect(Math.max(...canvas.words.map((word) => Math.abs(word - 40000)))).toBeLessThan(300);
    }
  });

  it("handles the brightest values without overflow", () => {
    const white = new Raster(painted(8, 8, () => 65535));
    const canvas = target(5, 5);
    paintImage(canvas, new Pyramid(white.levels, 8, 8), at(0.625, 0.625), IDENTITY, false);
    expect(new Set(canvas.words)).toEqual(new Set([65535]));
  });
});

const GRAY = packed(100, 100, 100);
const red = (word: number): number => word & 255;

describe("painting labels", () => {
  const runs = Uint32Array.from([0, 40, 1, 44, 2, 2]);
  const layer: LabelLayer = { kind: "labels", id: "l", runs, shape: [10, 8], paint: [1, 2], colour: () => "#ff0000", opacity: 0.5, outline: false };
  const paint = (more: Partial<LabelLayer> = {}, scale = 1): Target => {
    const canvas = target(8 * scale, 10 * scale, GRAY);
    const map = new LabelMap(runs, [10, 8], layer.paint);
    map.light(more.highlight ?? []);
    paintLabels(canvas, map, at(scale, scale), { ...layer, ...more }, 1);
    return canvas;
  };

  it("mixes the colour in by its opacity and leaves the rest as it is", () => {
    const { words } = paint();
    expect(words[0]).toBe(packed(177, 50, 50));
    expect(words[43]).toBe(GRAY);
    expect(words[44]).toBe(packed(177, 50, 50));
    expect(paint({ opacity: 0 }).words.every((word) => word === GRAY)).toBe(true);
    expect(paint({ opacity: 1 }).words[0]).toBe(packed(255, 0, 0));
  });

  it("draws borders at full strength, one line wide inside the domain", () => {
    const canvas = paint({ outline: true }, 4);
    const full = packed(255, 0, 0);
    const half = packed(177, 50, 50);
    expect(canvas.words[32 * 19 + 5]).toBe(full); // last canvas row of the first label
    expect(canvas.words[32 * 18 + 5]).toBe(half);
    expect(canvas.words[32 * 20 + 5]).toBe(GRAY);
    expect(canvas.words[0]).toBe(half); // the image's edge is no border
  });

  it("hatches what shares a colour", () => {
    const { words } = paint({ hatch: (label) => (label === 1 ? 2 : 0), opacity: 0.3 }, 4);
    expect(new Set(words.slice(0, 32)).size).toBe(2);
  });

  it("fades the others while one is lit, which shows whole and framed in white", () => {
    const canvas = paint({ highlight: [2], outline: true }, 4);
    expect(red(canvas.words[0])).toBeLessThan(red(paint({}, 4).words[0]));
    expect(canvas.words[32 * 20 + 16]).toBe(packed(255, 255, 255));
  });

  it("works with a grid coarser or finer than the canvas", () => {
    for (const scale of [0.4, 1, 2.3]) {
      const canvas = target(Math.floor(8 * scale), Math.floor(10 * scale), GRAY);
      paintLabels(canvas, new LabelMap(runs, [10, 8], [1, 2]), at(scale, scale), layer, 1);
      expect(canvas.words[0]).toBe(packed(177, 50, 50));
    }
  });
});
