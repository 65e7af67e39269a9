/** A scale bar of a length one reads at a glance. */

import { floor, log10 } from "./maths";
import { prettyUnit } from "./ui/format";

export interface ScaleBar {
  /** in the axis unit */
  length: number;
  /** canvas px */
  pixels: number;
  text: string;
}

/** nm in words: name, size in nm, smallest number that reads better so. */
const PREFIXES: [string, number, number][] = [
  ["mm", 1e6, 1],
  ["µm", 1e3, 1],
  ["nm", 1, 0.1],
  ["pm", 1e-3, 0],
];

/** A length with its unit: nm become pm below 0.1 nm and µm from 1000 nm. */
export function lengthText(length: number, unit: string): string {
  let number = length;
  let name = prettyUnit(unit);
  if (unit === "nm") {
    const [prefix, size] = PREFIXES.find(([, nm, from]) => length >= nm * from * (1 - 1e-9)) ?? PREFIXES[2];
    number = length / size;
    name = prefix;
  }
  return `${shortest(number)}\u202f${name}`;
}

function shortest(number: number): string {
  if (number !== 0 && (number >= 1e5 || number < 1e-3)) return number.toExponential(0).replace("e+", "e");
  return String(Number(number.toPrecision(6)));
}

/** Largest of 1, 2, 5 × 10ⁿ that is at most `longest` px; null where a scale is missing. */
export function scaleBar(pixelsPerUnit: number, unit: string, longest: number): ScaleBar | null {
  const most = longest / pixelsPerUnit;
  if (!(most > 0) || !Number.isFinite(most)) return null;
  const power = 10 ** floor(log10(most) + 1e-12);
  const digit = [5, 2, 1].find((step) => step * power <= most * (1 + 1e-12)) ?? 1;
  const length = Number((digit * power).toPrecision(1));
  return { length, pixels: length * pixelsPerUnit, text: lengthText(length, unit) };
}
