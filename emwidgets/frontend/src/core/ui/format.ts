/** Numbers and units as a scientist reads them. */

import { abs, ceil, clamp, floor, log10, max } from "../maths";

const MISSING = "–";

/** Fixed decimals, so that a column of numbers lines up; very large and very small ones in powers of ten. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = abs(value);
  const tiny = size > 0 && size < 0.5 * 10 ** -digits;
  if (size >= 1e7 || (tiny && digits > 0)) return scientific(value);
  return minus(value.toFixed(digits));
}

/** `count` significant digits without trailing exponent for ordinary sizes. */
export function significant(value: number | null | undefined, count = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  if (value === 0 || !Number.isFinite(value)) return fixed(value, 0);
  const size = abs(value);
  if (size >= 1e6 || size < 1e-4) return scientific(value);
  const decimals = max(0, count - 1 - floor(log10(size)));
  return minus(value.toFixed(decimals));
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function superscript(value: number): string {
  return String(value).replace(/[-0-9]/g, (sign) => (sign === "-" ? "⁻" : SUPERSCRIPTS[Number(sign)]));
}

function scientific(value: number): string {
  const [mantissa, exponent] = value.toExponential(2).split("e") as [string, string];
  return `${minus(mantissa)}×10${superscript(Number(exponent))}`;
}

function minus(text: string): string {
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

/** "1/nm" reads better as "nm⁻¹" beside a number; other units pass as they are. */
export function prettyUnit(unit: string): string {
  const inverse = /^1\/(.+)$/.exec(unit);
  if (inverse) return `${inverse[1]}⁻¹`;
  return unit.replace(/\^2$/, "²");
}

/** Number and unit parted by a narrow no-break space; a plain number stays alone. */
export function withUnit(text: string, unit: string): string {
  if (!unit) return text;
  return unit === "°" ? `${text}°` : `${text}\u202f${prettyUnit(unit)}`;
}

export function percent(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined ? MISSING : withUnit(fixed(100 * fraction, 0), "%");
}

/** "a, b and c", as one would say it. */
export function spoken(parts: string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** Decimals that a slider of this step can tell apart. */
export function stepDigits(step: number): number {
  if (!(step > 0)) return 3;
  return clamp(ceil(-log10(step) - 1e-9), 0, 8);
}
