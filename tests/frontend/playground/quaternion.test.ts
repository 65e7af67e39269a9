import { describe, expect, it } from "vitest";
import { about, alike, between, dragged, IDENTITY, inverse, matrixOf, type Quaternion, random, times, towards, turned, unit, type Vector } from "../../../emwidgets/frontend/src/playground/quaternion";

const close = (a: readonly number[], b: readonly number[]): void => a.forEach((each, i) => expect(each).toBeCloseTo(b[i], 12));
const some: Quaternion[] = Array.from({ length: 20 }, () => random());

describe("turning", () => {
  it("one after the other is the product of the matrices", () => {
    for (const a of some) {
      for (const b of some) {
        close(turned(matrixOf(times(a, b)), [1, 2, 3]), turned(matrixOf(a), turned(matrixOf(b), [1, 2, 3])));
      }
    }
  });

  it("about z by a right angle takes x to y, as scipy has it", () => close(turned(matrixOf(about([0, 0, 2], Math.PI / 2)), [1, 0, 0]), [0, 1, 0]));

  it("forth and back is no turn", () => {
    for (const q of some) expect(alike(times(q, inverse(q)), IDENTITY)).toBe(true);
  });

  it("q and -q are one orientation", () => {
    for (const q of some) expect(alike(q, q.map((each) => -each) as unknown as Quaternion)).toBe(true);
    expect(alike(IDENTITY, about([1, 0, 0], 0.001))).toBe(false);
  });

  it("what has no length becomes no turn", () => expect(unit([0, 0, 0, 0])).toEqual(IDENTITY));

  it("random orientations have length 1 and no preferred direction", () => {
    const drawn = Array.from({ length: 4000 }, () => turned(matrixOf(random()), [0, 0, 1]));
    const mean = (of: (each: Vector) => number): number => drawn.reduce((total, each) => total + of(each), 0) / drawn.length;
    for (const axis of [0, 1, 2]) {
      expect(Math.abs(mean((each) => each[axis]))).toBeLessThan(0.05);
      expect(Math.abs(mean((each) => each[axis] ** 2) - 1 / 3)).toBeLessThan(0.03);
    }
  });
});

describe("the trackball", () => {
  // what lies in front has negative z
  const FRONT: Vector = [0, 0, -1];

  it.each([
    ["to the right", 30, 0, [1, 0]],
    ["to the left", -30, 0, [-1, 0]],
    ["down", 0, 30, [0, 1]],
    ["up and to the left", -30, -30, [-Math.SQRT1_2, -Math.SQRT1_2]],
  ] as const)("dragged %s the front goes there", (_, dx, dy, [x, y]) => {
    const [fx, fy] = turned(matrixOf(dragged(dx, dy, 100)), FRONT);
    const far = Math.hypot(fx, fy);
    close([fx / far, fy / far], [x, y]);
    expect(far).toBeCloseTo(Math.sin(Math.hypot(dx, dy) / 100), 12);
  });

  it("a drag in two parts along a line is one drag", () => expect(alike(times(dragged(10, 20, 80), dragged(20, 40, 80)), dragged(30, 60, 80))).toBe(true));

  it("by nothing turns nothing", () => expect(dragged(0, 0, 100)).toEqual([0, -0, 0, 1]));
});

describe("gliding", () => {
  it("begins and ends where it should, and goes the short way", () => {
    for (const a of some) {
      for (const b of some) {
        expect(alike(between(a, b, 0), a)).toBe(true);
        expect(alike(between(a, b, 1), b)).toBe(true);
        const half = between(a, b, 0.5);
        expect(Math.hypot(...half)).toBeCloseTo(1, 12);
        expect(alike(times(half, times(inverse(a), half)), b)).toBe(true);
      }
    }
  });

  it.each([[[1, 0, 0]], [[0, 1, 0]], [[0, 0, 1]], [[0, 0, -1]], [[1, 1, 1]], [[-3, 2, 0.1]]] as [Vector][])("%s is turned to look at us", (axis) => {
    const long = Math.hypot(...axis);
    close(turned(matrixOf(towards(axis, [0, 0, -1])), axis.map((each) => each / long) as unknown as Vector), [0, 0, -1]);
  });
});
