/** What is needed most of Math, by its own name: in a bundle that is a letter each time. */
export const { abs, atan2, ceil, cos, floor, hypot, imul, log10, log1p, max, min, PI, round, sin, sqrt } = Math;

/** A number kept between two others; where they leave nothing between them, the lower one. */
export function clamp(value: number, low: number, high: number): number {
  return max(low, min(value, high));
}
