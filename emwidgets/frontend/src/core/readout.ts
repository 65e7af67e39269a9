/** What the pointer stands on, in pixels, in physical units and as a value. */

import { abs, atan2, clamp, hypot, min, PI, round } from "./maths";
import type { Raster } from "./pixels";
import type { Cursor, Place } from "./types";
import { fixed, significant, stepDigits, withUnit } from "./ui/format";

export function placeAt(raster: Raster, ix: number, iy: number): Place {
  const [x, y] = raster.toPhysical(ix, iy);
  return { ix, iy, x, y };
}

export function cursorAt(raster: Raster, place: Place): Cursor {
  const value = raster.value(round(place.ix), round(place.iy));
  const parts = physicalTexts(raster, place);
  if (!Number.isNaN(value)) parts.push(valueText(raster, value));
  // of a spectrum the d-spacing matters most, and its pixels hardly
  if (raster.reciprocal) parts.push(pixelText(raster, place));
  else parts.unshift(pixelText(raster, place));
  return { ...place, value, parts };
}

/** Pixel of the image as recorded, also where its display is reduced. */
function pixelText({ pixels }: Raster, { ix, iy }: Place): string {
  const recorded = (index: number): number => round(index) * pixels.binned;
  return `x ${recorded(ix)}, y ${recorded(iy)}\u202fpx`;
}

function physicalTexts(raster: Raster, { x, y }: Place): string[] {
  const { unit } = raster;
  if (raster.reciprocal) return reciprocalTexts(raster, x, y);
  if (unit === "px") return [];
  return [withUnit(`${fixed(x, digitsOf(raster.x.scale))}, ${fixed(y, digitsOf(raster.y.scale))}`, unit)];
}

function reciprocalTexts(raster: Raster, kx: number, ky: number): string[] {
  const { unit } = raster;
  const step = min(abs(raster.x.scale), abs(raster.y.scale));
  const digits = digitsOf(step);
  const k = hypot(kx, ky);
  const vector = withUnit(`k ${fixed(kx, digits)}, ${fixed(ky, digits)}`, unit);
  if (k < step / 2) return [vector];
  return [`d ${spacingText(k, step, unit)}`, withUnit(`|k| ${fixed(k, digits)}`, unit), `${fixed(direction(kx, ky), 1)}°`, vector];
}

/** 1/k with the digits that a step of k can tell apart. */
export function spacingText(k: number, step: number, unit: string): string {
  const d = 1 / k;
  const digits = clamp(stepDigits(d * d * step), 1, 4);
  return withUnit(fixed(d, digits), unit.slice(2));
}

/** Direction of a line of no sense, 0…180°. */
export function direction(x: number, y: number): number {
  const angle = (atan2(y, x) * 180) / PI;
  return ((angle % 180) + 180) % 180;
}

export function digitsOf(step: number): number {
  return min(stepDigits(abs(step)), 6);
}

/** Characters of a quantity: files call it anything, and the number comes after it. */
const LONGEST = 40;

export function valueText({ pixels }: Raster, value: number): string {
  const whole = pixels.scale === 1 && pixels.offset === 0 && Number.isInteger(value);
  const number = whole ? String(value) : significant(value, 4);
  return pixels.quantity ? `${pixels.quantity.slice(0, LONGEST)} ${number}` : number;
}
