/** Ruler and line profile. */

import { abs, atan2, ceil, clamp, cos, floor, hypot, min, PI, round, sin } from "./maths";
import type { Raster } from "./pixels";
import { digitsOf, spacingText } from "./readout";
import type { Measurement, MeasurementEnds, Profile } from "./types";
import { fixed, withUnit } from "./ui/format";
import { oneOf, orNull } from "./ui/values";

/** Of the ends that a trait keeps. */
export const MEASUREMENT_SHAPE = orNull({ kind: oneOf(["ruler", "profile"]), from: [0, 0], to: [0, 0], width: 0 });

/** Places of a profile along the line, and in all: more than an image needs, too few to hold up a browser. */
const [MOST_STEPS, MOST_PLACES] = [2e4, 2e6];

export function measured(raster: Raster, ends: MeasurementEnds): Measurement {
  const { unit } = raster;
  const [dx, dy] = vector(raster, ends);
  const length = hypot(dx, dy);
  const angle = (atan2(dy, dx) * 180) / PI;
  const step = raster.isotropic ? min(abs(raster.x.scale), abs(raster.y.scale)) : 1;
  const d = raster.reciprocal && length > 0 ? 1 / length : null;
  const texts = [withUnit(fixed(length, digitsOf(step)), unit)];
  if (d !== null) texts.push(`d ${spacingText(length, step, unit)}`);
  texts.push(`${fixed(angle, 1)}°`);
  const profile = ends.kind === "profile" ? profileAlong(raster, ends) : null;
  return { ...ends, length, unit, angle, d, text: texts.join(" · "), profile };
}

/** The line in the unit of `raster`; in px of the image as recorded where the axes have no common unit. */
function vector(raster: Raster, { from, to }: MeasurementEnds): [number, number] {
  if (raster.isotropic) return [to[0] - from[0], to[1] - from[1]];
  const [ax, ay] = raster.toIndex(...from);
  const [bx, by] = raster.toIndex(...to);
  const binned = raster.pixels.binned || 1;
  return [(bx - ax) * binned, (by - ay) * binned];
}

/**
 * Values along a line, at steps of one pixel or less, each the mean over `width` px across the line.
 * Between pixels they are interpolated; places outside the image are left out of a mean.
 */
export function profileAlong(raster: Raster, ends: MeasurementEnds): Profile {
  const [ax, ay] = raster.toIndex(...ends.from);
  const [bx, by] = raster.toIndex(...ends.to);
  const dx = bx - ax;
  const dy = by - ay;
  const steps = clamp(ceil(hypot(dx, dy)), 1, MOST_STEPS);
  const length = hypot(...vector(raster, ends));
  const [nx, ny] = acrossOf(raster, dx, dy);
  const width = clamp(round(ends.width), 1, MOST_PLACES / steps);
  const position = new Float64Array(steps + 1);
  const value = new Float64Array(steps + 1);
  for (let i = 0; i <= steps; i++) {
    const part = i / steps;
    position[i] = part * length;
    let sum = 0;
    let n = 0;
    for (let j = 0; j < width; j++) {
      const side = j - (width - 1) / 2;
      const here = interpolated(raster, ax + part * dx + side * nx, ay + part * dy + side * ny);
      if (Number.isNaN(here)) continue;
      sum += here;
      n++;
    }
    value[i] = n > 0 ? sum / n : NaN;
  }
  return { position, value, quantity: raster.pixels.quantity };
}

/** One pixel across the line: perpendicular as seen, so with the pixels' aspect. */
function acrossOf(raster: Raster, dx: number, dy: number): [number, number] {
  const seenY = dy * raster.aspect;
  const size = hypot(dx, seenY);
  return size > 0 ? [-seenY / size, dx / size / raster.aspect] : [0, 0];
}

function interpolated(raster: Raster, ix: number, iy: number): number {
  const left = floor(ix);
  const top = floor(iy);
  const f = ix - left;
  const g = iy - top;
  const above = mix(raster.value(left, top), f > 0 ? raster.value(left + 1, top) : 0, f);
  const below = g > 0 ? mix(raster.value(left, top + 1), f > 0 ? raster.value(left + 1, top + 1) : 0, f) : 0;
  const found = mix(above, below, g);
  // the outer half of a border pixel has no neighbour: its own value holds
  return Number.isNaN(found) ? raster.value(round(ix), round(iy)) : found;
}

function mix(a: number, b: number, part: number): number {
  return a * (1 - part) + b * part;
}

/** The end of a line moved to the nearest 15° of its start, as seen on the screen. */
export function snapped(from: [number, number], to: [number, number]): [number, number] {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const length = hypot(dx, dy);
  const angle = round(atan2(dy, dx) / (PI / 12)) * (PI / 12);
  return [from[0] + length * cos(angle), from[1] + length * sin(angle)];
}
