/**
 * Turning a particle: unit quaternions (x, y, z, w), scalar last, as scipy and the `orientation` trait have them.
 *
 * The microscope's frame: x to the right, y down the image, z along the beam, away from who looks at the picture.
 */

import { abs, cos, hypot, max, PI, sin, sqrt } from "../core/maths";

export type Vector = readonly [x: number, y: number, z: number];
export type Quaternion = readonly [x: number, y: number, z: number, w: number];
/** nine numbers, row by row */
export type Matrix = readonly number[];

export const IDENTITY: Quaternion = [0, 0, 0, 1];

/** First `b`, then `a`. */
export function times([ax, ay, az, aw]: Quaternion, [bx, by, bz, bw]: Quaternion): Quaternion {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

export function unit(q: Quaternion): Quaternion {
  const length = hypot(...q);
  return length > 0 ? (q.map((each) => each / length) as unknown as Quaternion) : IDENTITY;
}

export const inverse = ([x, y, z, w]: Quaternion): Quaternion => [-x, -y, -z, w];

/** Right-handed about an axis of any length; `angle` in radians. */
export function about(axis: Vector, angle: number): Quaternion {
  const length = hypot(...axis) || 1;
  const part = sin(angle / 2) / length;
  return [axis[0] * part, axis[1] * part, axis[2] * part, cos(angle / 2)];
}

export function matrixOf([x, y, z, w]: Quaternion): Matrix {
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
    2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
    2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
  ];
}

export function turned(m: Matrix, [x, y, z]: Vector): Vector {
  return [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z];
}

const dot = (a: Quaternion, b: Quaternion): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];

/** Closer than a ten-thousandth of a radian; q and -q are one orientation. */
export function alike(a: Quaternion, b: Quaternion): boolean {
  return 1 - abs(dot(a, b)) < 1e-9;
}

/** On the shortest way from `a` (part 0) to `b` (part 1). */
export function between(a: Quaternion, b: Quaternion, part: number): Quaternion {
  const near = dot(a, b) < 0 ? (b.map((each) => -each) as unknown as Quaternion) : b;
  const angle = Math.acos(Math.min(1, abs(dot(a, b))));
  // very near, the straight line is as good and does not divide by nothing
  const [from, to] = angle < 1e-6 ? [1 - part, part] : [sin((1 - part) * angle) / sin(angle), sin(part * angle) / sin(angle)];
  return unit(a.map((each, i) => from * each + to * near[i]) as unknown as Quaternion);
}

/** The shortest turn that takes the direction of `from` to that of `to`. */
export function towards(from: Vector, to: Vector): Quaternion {
  const cross: Vector = [from[1] * to[2] - from[2] * to[1], from[2] * to[0] - from[0] * to[2], from[0] * to[1] - from[1] * to[0]];
  const along = from[0] * to[0] + from[1] * to[1] + from[2] * to[2];
  const whole = hypot(...from) * hypot(...to);
  // against each other: half a turn about anything perpendicular
  if (along < -whole * (1 - 1e-12)) return abs(from[2]) < 0.9 * hypot(...from) ? about([from[1], -from[0], 0], PI) : about([1, 0, 0], PI);
  return unit([...cross, whole + along]);
}

/**
 * A drag by (dx, dy) px over a ball of `radius` px whose front one holds: about the axes of the screen.
 * The front lies at negative z; dragged to the right it goes to positive x.
 */
export function dragged(dx: number, dy: number, radius: number): Quaternion {
  return about([dy, -dx, 0], hypot(dx, dy) / max(radius, 1));
}

/** All orientations as likely as each other (Shoemake 1992). */
export function random(next: () => number = Math.random): Quaternion {
  const [u, v, w] = [next(), 2 * PI * next(), 2 * PI * next()];
  const [inner, outer] = [sqrt(1 - u), sqrt(u)];
  return [inner * sin(v), inner * cos(v), outer * sin(w), outer * cos(w)];
}
