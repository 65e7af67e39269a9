/**
 * How thick a particle is along the beam in every pixel, exactly: the formulas of emwidgets/particles/projection.py,
 * and what the probe makes of it. tests/frontend/playground/projection.test.ts compares with Python's own numbers.
 */

import { floor, max, min, PI, sqrt } from "../core/maths";
import { about, type Matrix, matrixOf, type Quaternion, times, turned, type Vector } from "./quaternion";

export interface HalfSpaces {
  kind: "polyhedron";
  /** of the faces, outward, of length 1 */
  normals: readonly Vector[];
  /** distances of the faces from the origin, nm */
  offsets: readonly number[];
  /** of the smallest sphere about the origin that holds the solid, nm */
  radius: number;
}

export interface Ellipsoid {
  kind: "ellipsoid";
  semi_axes: Vector;
}

/** Where the rays are, nm. */
export interface Grid {
  rows: number;
  columns: number;
  pixel_size: number;
  /** of the particle's origin from the middle of the image */
  position: readonly [number, number];
}

/** What the particle does while it is scanned, line by line. */
export interface Motion {
  /** degrees in the time of the image, about an axis of the microscope; the orientation is that of its middle */
  turn: number;
  spin_axis: "x" | "y" | "z";
  /** nm along x in the time of the image */
  drift: number;
}

export const STILL: Motion = { turn: 0, spin_axis: "z", drift: 0 };

/** Faces closer to parallel to the beam than this (as nz) bound no ray: they are walls between in and out. */
const PARALLEL = 1e-9;

/** Full width at half maximum of a Gaussian of standard deviation 1. */
const FWHM = 2 * sqrt(2 * Math.LN2);

/** How far from its middle a blurred edge is drawn, in standard deviations. */
const REACH = 4;

const AXES: Record<Motion["spin_axis"], Vector> = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };

/** Length of the ray of each pixel inside the particle, nm, row by row. */
export function thickness(solid: HalfSpaces | Ellipsoid, orientation: Quaternion, grid: Grid, motion: Motion = STILL): Float32Array {
  const { rows, columns, pixel_size: step, position } = grid;
  const image = new Float32Array(rows * columns);
  const line = solid.kind === "ellipsoid" ? throughEllipsoid(solid) : throughFaces(solid, step);
  const still = matrixOf(orientation);
  for (let row = 0; row < rows; row++) {
    const time = (row + 0.5) / rows - 0.5;
    const matrix = motion.turn ? matrixOf(times(about(AXES[motion.spin_axis], (motion.turn * time * PI) / 180), orientation)) : still;
    const y = (row + 0.5 - rows / 2) * step - position[1];
    const x = (0.5 - columns / 2) * step - position[0] - motion.drift * time;
    line(matrix, x, y, step, image.subarray(row * columns, (row + 1) * columns));
  }
  return image;
}

/** Fills one line of pixels, whose first is at (x, y). */
type Line = (matrix: Matrix, x: number, y: number, step: number, into: Float32Array) => void;

/**
 * Every bound is linear along the line: from the highest lower to the lowest upper one is inside. Faces that stand so
 * steep that they end within a pixel of this side cover part of it.
 */
function throughFaces({ normals, offsets, radius }: HalfSpaces, pixel: number): Line {
  let of: Matrix | null = null;
  let turnedNormals: Vector[] = [];
  const within = max(PARALLEL, pixel / (2 * radius + pixel));
  let upright = within;
  const bounds = { upper: new Float64Array(2 * normals.length), lower: new Float64Array(2 * normals.length) };
  return (matrix, x, y, step, into) => {
    if (matrix !== of) {
      turnedNormals = normals.map((normal) => turned(matrix, normal));
      // of a particle as small as a pixel all may end within one, and nothing would bound the rays
      const heights = turnedNormals.map((normal) => normal[2]);
      upright = min(max(...heights), -min(...heights)) > within ? within : PARALLEL;
    }
    of = matrix;
    const { upper, lower } = bounds;
    let [uppers, lowers] = [0, 0];
    const walls: [left: number, nx: number, nz: number, width: number][] = [];
    turnedNormals.forEach(([nx, ny, nz], i) => {
      const left = offsets[i] - ny * y;
      if (nz > upright) {
        upper[uppers++] = left / nz;
        upper[uppers++] = -nx / nz;
      } else if (nz < -upright) {
        lower[lowers++] = left / nz;
        lower[lowers++] = -nx / nz;
      } else walls.push([left, nx, nz, pixel * (Math.abs(nx) + Math.abs(ny))]);
    });
    for (let column = 0; column < into.length; column++) {
      const place = x + column * step;
      let [top, bottom] = [Infinity, -Infinity];
      for (let i = 0; i < uppers; i += 2) {
        const bound = upper[i] + upper[i + 1] * place;
        if (bound < top) top = bound;
      }
      for (let i = 0; i < lowers; i += 2) {
        const bound = lower[i] + lower[i + 1] * place;
        if (bound > bottom) bottom = bound;
      }
      if (!(top > bottom)) continue;
      let inside = top - bottom;
      for (const [left, nx, nz, width] of walls) {
        const depth = left - nx * place - (nz * (top + bottom)) / 2;
        inside *= min(max(depth / width + 0.5, 0), 1);
      }
      into[column] = inside;
    }
  };
}

/** Half the distance of the roots of a quadratic in z: |W (x, y, z)|² = 1 with W = diag(1 / semi-axes) Rᵀ. */
function throughEllipsoid({ semi_axes: semi }: Ellipsoid): Line {
  return (m, x, y, step, into) => {
    const gram = (i: number, j: number): number => [0, 1, 2].reduce((sum, k) => sum + (m[3 * i + k] * m[3 * j + k]) / semi[k] ** 2, 0);
    const [xx, xy, yy, xz, yz, a] = [gram(0, 0), gram(0, 1), gram(1, 1), gram(0, 2), gram(1, 2), gram(2, 2)];
    for (let column = 0; column < into.length; column++) {
      const place = x + column * step;
      const half = xz * place + yz * y;
      const root = half * half - a * (xx * place * place + 2 * xy * place * y + yy * y * y - 1);
      if (root > 0) into[column] = (2 * sqrt(root)) / a;
    }
  };
}

/** Weights of the probe from the middle outwards; `fwhm` in px. Cut off as scipy.ndimage.gaussian_filter does it. */
function probeWeights(fwhm: number): Float64Array {
  const sigma = fwhm / FWHM;
  const reach = floor(REACH * sigma + 0.5);
  const weights = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const total = 2 * weights.reduce((sum, each) => sum + each, 0) - weights[0];
  return weights.map((each) => each / total);
}

/** As a probe sees it: a Gaussian along both axes, nothing outside of the image. Changes nothing where fwhm is 0. */
export function blurred(image: Float32Array, rows: number, columns: number, fwhm: number): Float32Array {
  if (!(fwhm > 0)) return image;
  const weights = probeWeights(fwhm);
  return linesBlurred(linesBlurred(image, rows, columns, weights), columns, rows, weights);
}

/** Every row blurred along itself; the result lies on its side, so that the next call does the columns. */
function linesBlurred(image: Float32Array, rows: number, columns: number, weights: Float64Array): Float32Array {
  const reach = weights.length - 1;
  // with room on both sides, so that the innermost loop asks nothing
  const line = new Float64Array(columns + 2 * reach);
  const out = new Float32Array(image.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let [first, last] = [0, columns - 1];
    while (first < columns && !image[start + first]) first += 1;
    while (last > first && !image[start + last]) last -= 1;
    if (first === columns) continue;
    line.fill(0);
    for (let column = first; column <= last; column++) line[reach + column] = image[start + column];
    const end = min(columns - 1, last + reach);
    for (let column = max(0, first - reach); column <= end; column++) {
      const middle = column + reach;
      let sum = weights[0] * line[middle];
      for (let i = 1; i <= reach; i++) sum += weights[i] * (line[middle - i] + line[middle + i]);
      out[column * rows + row] = sum;
    }
  }
  return out;
}
