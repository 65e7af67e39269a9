import { describe, expect, it } from "vitest";
import { draw, type Drawn } from "../../../emwidgets/frontend/src/playground/draw";
import { TASKS } from "./traits";

const many = (task: string, n = 400): Drawn[] => Array.from({ length: n }, () => draw(task));
const bits = (number: number): number => [1, 2, 4].filter((bit) => number & bit).length;
const volume = ({ a, b, c, corners, depth }: Drawn): number => a * b * c * (1 - (corners.length * depth ** 3) / 6);
const mean = (values: number[]): number => values.reduce((total, each) => total + each, 0) / values.length;

describe("a particle drawn for the game", () => {
  it.each(Object.keys(TASKS))("about %s is one that the controls can be", (task) => {
    for (const { a, b, c, depth, corners, orientation } of many(task)) {
      for (const length of [a, b, c]) expect(length >= 2 && length <= 40).toBe(true);
      expect(depth >= 0.25 && depth <= 0.5).toBe(true);
      expect(corners).toEqual([...new Set(corners)].sort((x, y) => x - y));
      expect(corners.every((corner) => corner >= 0 && corner < 8)).toBe(true);
      expect(Math.hypot(...orientation)).toBeCloseTo(1, 9);
    }
  });

  it("has every count of cut corners as often as the others", () => {
    const counts = many("count", 1800).map(({ corners }) => corners.length);
    for (let n = 0; n <= 8; n++) expect(counts.filter((each) => each === n).length).toBeGreaterThan(130);
  });

  it("is deformed or not as often", () => {
    const whole = many("deformed", 1000).filter(({ corners }) => !corners.length).length;
    expect(Math.abs(whole - 500)).toBeLessThan(90);
  });

  it("has two cut corners where it is asked how they lie, each way as often", () => {
    const ways = many("arrangement", 900).map(({ corners: [a, b] }) => bits(a ^ b));
    for (const axes of [1, 2, 3]) expect(ways.filter((each) => each === axes).length).toBeGreaterThan(220);
  });

  it("does not give its count away by its volume", () => {
    const drawn = many("count", 3000);
    const of = (count: number): number => mean(drawn.filter(({ corners }) => corners.length === count).map(volume));
    expect(of(8) / of(0)).toBeGreaterThan(0.93);
    expect(of(8) / of(0)).toBeLessThan(1.07);
  });

  it("is cuboid, pyramid or sphere of like volume", () => {
    const drawn = many("shape", 900);
    const volumes = {
      cuboid: (each: Drawn) => each.a * each.b * each.c,
      "triangular pyramid": (each: Drawn) => (each.a ** 2 * Math.sqrt(3) * each.b) / 12,
      sphere: (each: Drawn) => (Math.PI * each.a ** 3) / 6,
    };
    for (const [solid, of] of Object.entries(volumes)) {
      const found = drawn.filter((each) => each.solid === solid);
      expect(found.length).toBeGreaterThan(220);
      for (const each of found) {
        expect(each.corners).toEqual([]);
        expect(of(each) > 950 && of(each) < 2050).toBe(true);
      }
    }
  });

  it("has a hand where that is asked", () => {
    for (const { a, b, c, corners } of many("handedness")) {
      const [short, middle, long] = [a, b, c].sort((x, y) => x - y);
      expect(Math.min(middle - short, long - middle)).toBeGreaterThanOrEqual(0.99);
      expect(corners.reduce((hand, corner) => hand + (bits(corner) % 2 ? 1 : -1), 0)).not.toBe(0);
    }
  });
});
