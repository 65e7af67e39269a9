import { describe, expect, it } from "vitest";
import { channels, COLOUR_MAPS, colourStops, colourTable, labelColour, labelHatch, packed } from "../../../emwidgets/frontend/src/core/colormaps";
import { MATPLOTLIB } from "./matplotlib-maps";

const rgb = (word: number): number[] => [word & 255, (word >> 8) & 255, (word >> 16) & 255];

describe("colour maps", () => {
  for (const [name, table] of Object.entries(MATPLOTLIB)) {
    it(`${name} is within 4/255 of the published table in every channel`, () => {
      const ours = colourTable(name as "viridis");
      for (let i = 0; i < 256; i++) {
        const theirs = channels(table.slice(6 * i, 6 * i + 6));
        rgb(ours[i]).forEach((value, c) => expect(Math.abs(value - theirs[c])).toBeLessThanOrEqual(4));
      }
    });
  }

  it("all get lighter from end to end", () => {
    for (const name of COLOUR_MAPS) {
      const light = Array.from(colourTable(name), (word) => rgb(word)).map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b);
      for (let i = 8; i < 256; i++) expect(light[i]).toBeGreaterThan(light[i - 8]);
    }
  });

  it("stops for a gradient begin and end with the map", () => {
    expect(colourStops("gray", 3)).toEqual(["rgb(0,0,0)", "rgb(128,128,128)", "rgb(255,255,255)"]);
  });

  it("an unknown name is refused with the known ones", () => {
    expect(() => colourTable("jet" as "gray")).toThrow(/viridis/);
  });
});

function times(matrix: number[][], vector: number[]): number[] {
  return matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * vector[i], 0));
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

/** B. Ottosson (2020) */
function oklab(rgb: number[]): number[] {
  const lms = times([
    [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005],
  ], rgb);
  return times([
    [0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766],
  ], lms.map((v) => Math.cbrt(Math.max(v, 0))));
}

describe("label colours", () => {
  it("of eight classes differ in normal sight and for protanopes and deuteranopes", () => {
    const seeing = [
      [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
      // Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    ];
    for (const eye of seeing) {
      const seen = Array.from({ length: 8 }, (_, i) => oklab(times(eye, channels(labelColour(i)).map(linear))));
      for (let a = 0; a < 8; a++) {
        for (let b = 0; b < a; b++) expect(Math.hypot(...seen[a].map((v, c) => v - seen[b][c]))).toBeGreaterThan(0.14);
      }
    }
  });

  it("that repeat are told apart by their hatch, and none is gray", () => {
    expect(labelColour(3)).toBe(labelColour(11));
    expect(labelHatch(3)).not.toBe(labelHatch(11));
    expect(labelColour(-1)).toBe("#bbbbbb");
    expect(labelHatch(-1)).toBe(0);
  });

  it("are packed as ImageData stores them", () => {
    expect(Array.from(new Uint8Array(Int32Array.of(packed(1, 2, 3)).buffer))).toEqual([1, 2, 3, 255]);
    expect(() => channels("red")).toThrow(/'red'.*#rrggbb/);
  });
});
