/** Diffraction patterns drawn by hand: enough to tell rings from spots, and the same every time. */

import type { Pixels } from "../../../emwidgets/frontend/src/core/types";
import type { Label } from "../../../emwidgets/frontend/src/classifier/data";
import { random } from "../harness/specimen";

/** 1/nm from the centre to the edge of every pattern. */
export const REACH = 8;

/** Radii of the rings, 1/nm: gold, the first four. */
export const RADII = [4.247, 4.904, 6.935, 8.132].map((g) => g / 1.2);

export function pattern(kind: Label, seed: number, size: number): Uint8Array {
  const next = random(seed);
  const image = new Float32Array(size * size);
  const step = (2 * REACH) / size;
  const centre = size / 2 - 0.5;
  const turn = Math.PI * next();
  const spots = kind === "spot" ? lattice(turn, 1.6 + next()) : [];
  const width = 0.1;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [x, y] = [(column - centre) * step, (row - centre) * step];
      const k = Math.hypot(x, y);
      let value = 220 * Math.exp(-((k / 0.45) ** 2)) + 34 * Math.exp(-k / 2.4);
      if (kind === "ring") RADII.forEach((radius, i) => (value += (90 / (1 + 0.5 * i)) * Math.exp(-(((k - radius) / (1.3 * width)) ** 2))));
      image[row * size + column] = value * (0.9 + 0.2 * next());
    }
  }
  for (const [x, y] of spots) stamp(image, size, centre + x / step, centre + y / step, (width * 1.5) / step, 170 * Math.exp(-Math.hypot(x, y) / 5));
  return Uint8Array.from(image, (value) => Math.min(255, value));
}

/** Reflections within reach, but for the direct beam. */
export function lattice(turn: number, spacing: number): [number, number][] {
  const found: [number, number][] = [];
  for (let h = -6; h <= 6; h += 1) {
    for (let k = -6; k <= 6; k += 1) {
      const [x, y] = [spacing * (h + 0.5 * k), spacing * 0.866 * k];
      const place: [number, number] = [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)];
      if ((h || k) && Math.max(Math.abs(place[0]), Math.abs(place[1])) < REACH) found.push(place);
    }
  }
  return found;
}

function stamp(image: Float32Array, size: number, column: number, row: number, width: number, height: number): void {
  const reach = Math.ceil(3 * width);
  for (let y = Math.max(0, Math.round(row) - reach); y <= Math.min(size - 1, Math.round(row) + reach); y += 1) {
    for (let x = Math.max(0, Math.round(column) - reach); x <= Math.min(size - 1, Math.round(column) + reach); x += 1) {
      image[y * size + x] += height * Math.exp(-(((x - column) / width) ** 2) - ((y - row) / width) ** 2);
    }
  }
}

export function patternPixels(kind: Label, seed = 1, size = 256): Pixels {
  const step = (2 * REACH) / size;
  const axis = { scale: step, offset: -REACH + step / 2, unit: "1/nm" };
  return {
    shape: [size, size], dtype: "uint8", data: new DataView(pattern(kind, seed, size).buffer), scale: 1, offset: 0,
    axes: { x: axis, y: { ...axis } }, binned: 1, quantity: "intensity / counts", log: false,
  };
}

/** A class-activation map that likes places near `radius`; 16 × 16 over the frame. */
export function activation(radius: number, width: number): Pixels {
  const size = 16;
  const step = (2 * REACH) / size;
  const values = Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)].map((index) => -REACH + step * (index + 0.5));
    return Math.exp(-(((Math.hypot(x, y) - radius) / width) ** 2)) * (0.6 + 0.4 * Math.sin(Math.atan2(y, x)));
  });
  const axis = { scale: step, offset: -REACH + step / 2, unit: "1/nm" };
  return {
    shape: [size, size], dtype: "float32", data: new DataView(values.buffer), scale: 1, offset: 0, axes: { x: axis, y: { ...axis } },
    binned: 1, quantity: "activation", log: false,
  };
}
