/** The picture that follows while one turns: the exact projection on the grey scale of the recorded image, without its noise. */

import { hypot, max, round, sqrt } from "../core/maths";
import type { Pixels } from "../core/types";
import type { Recording, ShapeData } from "./data";
import { blurred, thickness } from "./projection";
import type { Quaternion } from "./quaternion";

const LEVELS = 65535;

/** Values of the image as they are expected, row by row. */
export function expected(shape: ShapeData, recording: Recording, orientation: Quaternion): Float32Array {
  const { size, pixel_size, position, probe, per_nm, film, offset } = recording;
  const through = thickness(shape, orientation, { rows: size, columns: size, pixel_size, position }, recording);
  const values = blurred(through, size, size, probe / pixel_size);
  // the film is given by the particle's mean signal within its outline, which changes as it turns
  let [sum, count] = [0, 0];
  for (let i = 0; i < through.length; i++) {
    if (!through[i]) continue;
    sum += values[i];
    count += 1;
  }
  const ground = offset + (count ? film * per_nm * (sum / count) : 0);
  for (let i = 0; i < values.length; i++) values[i] = ground + per_nm * values[i];
  return values;
}

/** As a trait would bring it, on the axes of the recorded image. */
export function livePicture(shape: ShapeData, recording: Recording, orientation: Quaternion, like: Pixels): Pixels {
  const values = expected(shape, recording, orientation);
  // one scale for all orientations, so that the stage need not make its table anew
  const scale = ((1 + recording.film) * longest(shape) * recording.per_nm) / LEVELS || 1;
  const stored = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) stored[i] = round((values[i] - recording.offset) / scale);
  const { size } = recording;
  return { ...like, shape: [size, size], dtype: "uint16", data: stored, scale, offset: recording.offset, binned: 1 };
}

/** Longest way through the particle, nm. */
function longest(shape: ShapeData): number {
  if (shape.kind === "ellipsoid") return 2 * max(...shape.semi_axes);
  const { vertices } = shape;
  return max(...vertices.map((a) => max(...vertices.map((b) => hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])))));
}

/** Room above and below for the noise, in standard deviations. */
const NOISE = 2.5;

/**
 * Darkest and brightest value shown unless the user wants others: one range for all orientations of a particle, so that
 * brightness means thickness and nothing jumps when the recorded picture comes.
 */
export function steadyLimits(shape: ShapeData, { per_nm, background, offset, gain, noise }: Recording): [number, number] {
  const spread = (value: number): number => (noise ? NOISE * sqrt(max(gain * (value - offset), 0)) : 0);
  // the longest way is met by few pixels in few orientations only
  const bright = background + 0.85 * per_nm * longest(shape);
  return [max(offset, background - spread(background)), bright + spread(bright) / 2];
}
