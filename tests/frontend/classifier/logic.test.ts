import { describe, expect, it } from "vitest";
import { listed, PENDING, PROBLEM, RING, SPOT, tallied, UNCERTAIN } from "../../../emwidgets/frontend/src/classifier/classes";
import { chances, type Member } from "../../../emwidgets/frontend/src/classifier/data";
import { evidenceLayers } from "../../../emwidgets/frontend/src/classifier/evidence";
import { correctionsCsv, framesCsv } from "../../../emwidgets/frontend/src/classifier/exports";
import { refined } from "../../../emwidgets/frontend/src/classifier/heatmap";
import { runsOf } from "../../../emwidgets/frontend/src/classifier/navigator";
import { decode } from "../../../emwidgets/frontend/src/core/pixels";
import type { PointLayer, RingLayer } from "../../../emwidgets/frontend/src/core/types";
import { activation, patternPixels } from "./patterns";
import { evidence, frames, wire } from "./traits";

const few = (ring: number[], uncertain: number[] = ring.map(() => 0), problem: number[] = ring.map(() => 0)) => ({
  ...frames([ring.length]), ring: wire(Float32Array.from(ring)), uncertain: wire(Uint8Array.from(uncertain)), problem: wire(Uint8Array.from(problem)),
});

describe("the patterns of a stack", () => {
  const stack = few([0.9, 0.2, 0.55, NaN, NaN, 0.1], [0, 0, 1, 0, 1, 0], [0, 0, 0, 0, 1, 0]);

  it("are what they are, and what a correction says", () => {
    const tally = tallied(stack, {});
    expect([...tally.codes]).toEqual([RING, SPOT, UNCERTAIN, PENDING, PROBLEM, SPOT]);
    expect(tally.counts).toEqual({ all: 6, ring: 1, spot: 2, uncertain: 2, corrected: 0 });
    const corrected = tallied(stack, { 1: "ring", 4: "spot", 99: "ring", 0: "nonsense" as "ring" });
    expect([...corrected.codes]).toEqual([RING, RING, UNCERTAIN, PENDING, SPOT, SPOT]);
    expect(corrected.counts.corrected).toBe(2);
  });

  it("are filtered and sorted, with those last of which nothing is known", () => {
    const tally = tallied(stack, {});
    expect([...listed(tally, "all", "frame")]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...listed(tally, "all", "probability")]).toEqual([0, 2, 1, 5, 3, 4]);
    expect([...listed(tally, "spot", "probability")]).toEqual([5, 1]);
    expect([...listed(tally, "all", "doubt")]).toEqual([2, 1, 0, 5, 3, 4]);
    expect([...listed(tally, "uncertain", "frame")]).toEqual([2, 4]);
  });

  it("are sorted as a plain sort would, all 65 536 of a scan", () => {
    const many = frames([256, 256]);
    const order = listed(tallied(many, {}), "all", "probability");
    const ring = decode(many.ring);
    const wrong = order.filter((frame, i) => i > 0 && ring[frame] > ring[order[i - 1]] + 2e-4);
    expect([order.length, wrong.length, new Set(order).size]).toEqual([65536, 0, 65536]);
  });

  it("become runs that say the same", () => {
    const { codes } = tallied(stack, {});
    const painted = new Uint8Array(codes.length);
    const runs = runsOf(codes);
    for (let i = 0; i < runs.length; i += 3) painted.fill(runs[i + 2], runs[i], runs[i] + runs[i + 1]);
    expect([...painted]).toEqual([1, 2, 3, 0, 3, 2]);
  });
});

describe("the chances of ring and spot", () => {
  const member = (ring: number | null, spot: number | null, neither: number | null): Member => ({ name: "m", kind: "network", title: "", state: "ready", message: "", ring, spot, neither });

  it("sum to one, with neither apart, whichever way they come", () => {
    expect(chances(member(0.6, 0.2, 0.2))).toEqual({ ring: expect.closeTo(0.75), spot: expect.closeTo(0.25), neither: 0.2 });
    expect(chances(member(0.75, 0.25, 0.2))).toEqual({ ring: 0.75, spot: 0.25, neither: 0.2 });
    expect(chances(member(0.3, 0.7, null))).toEqual({ ring: 0.3, spot: 0.7, neither: 0 });
    expect(chances(member(0, 0, 1))).toEqual({ ring: 0.5, spot: 0.5, neither: 1 });
  });

  it("are none while nothing is said", () => {
    expect(chances(member(null, null, null))).toBeNull();
    expect(chances(member(NaN, NaN, NaN))).toBeNull();
  });
});

describe("a class-activation map made fine", () => {
  it("keeps its place and its values, stays within 0 and 1, and has no steps", () => {
    const coarse = activation(3, 1.5);
    const fine = refined(coarse);
    expect(fine.shape).toEqual([96, 96]);
    const left = ({ scale, offset }: { scale: number; offset: number }): number => offset - scale / 2;
    expect(left(fine.axes.x)).toBeCloseTo(left(coarse.axes.x));
    expect(96 * fine.axes.y.scale).toBeCloseTo(16 * coarse.axes.y.scale);
    const [from, to] = [decode(coarse), decode(fine)];
    let step = 0;
    for (let i = 1; i < 96; i += 1) step = Math.max(step, Math.abs(to[48 * 96 + i] - to[48 * 96 + i - 1]));
    expect(step).toBeLessThan(30); // of 255: the coarse one steps by more than 100
    // between the two fine pixels nearest to a coarse one its value lies
    const near = [0, 1].flatMap((dy) => [0, 1].map((dx) => to[(6 * 5 + 2 + dy) * 96 + 6 * 4 + 2 + dx]));
    expect(near.reduce((a, b) => a + b) / 4 / 255).toBeCloseTo(Math.max(0, from[5 * 16 + 4]), 1);
  });

  it("turns nothing round: a map of one bright corner has it in the same corner", () => {
    const corner = { ...activation(3, 1), ...wire(Float32Array.from({ length: 256 }, (_, i) => (i === 15 ? 1 : 0)), [16, 16]) };
    const values = decode(refined(corner));
    expect(values.indexOf(Math.max(...values)) % 96).toBeGreaterThan(88);
    expect(Math.floor(values.indexOf(Math.max(...values)) / 96)).toBeLessThan(8);
  });
});

describe("evidence", () => {
  it("is ellipses, weak ones dashed, named by their spacing where there is room", () => {
    const { fourier } = evidence("ring") as any;
    const [circles, , centre] = evidenceLayers(fourier, patternPixels("ring")) as [RingLayer, PointLayer, PointLayer];
    expect(circles.rings.map(({ dashed }) => dashed)).toEqual([false, false, false, true]);
    expect(circles.rings[0]).toMatchObject({ angle: 30, label: expect.stringMatching(/^d 0\.283/) });
    expect(circles.rings[1].label).toBeUndefined(); // too near to the first
    expect(circles.rings[0].minor!).toBeLessThan(circles.rings[0].radius);
    expect(centre.shape).toBe("plus");
  });

  it("has no spacings without a scale", () => {
    const pixels = patternPixels("ring");
    const bare = { ...pixels, axes: { x: { scale: 1, offset: 0, unit: "px" }, y: { scale: 1, offset: 0, unit: "px" } } };
    const [circles] = evidenceLayers((evidence("ring") as any).fourier, bare) as [RingLayer];
    expect(circles.rings.every(({ label }) => label === undefined)).toBe(true);
  });

  it("of nothing is nothing", () => {
    expect(evidenceLayers(undefined, patternPixels("ring"))).toEqual([]);
  });
});

describe("tables to take along", () => {
  it("say of each pattern where it is, its label, and how it came to it", () => {
    const stack = { ...frames([2, 2]), ring: wire(Float32Array.from([0.75, 0.25, NaN, 0.5])), uncertain: wire(Uint8Array.from([0, 0, 0, 1])) };
    const reading = { frames: stack, corrections: { 1: "ring" as const } } as any;
    const lines = framesCsv({ reading, tally: tallied(stack, reading.corrections) }).split("\r\n");
    expect(lines).toEqual([
      "frame,y (nm),x (nm),label,probability_ring,uncertain,corrected,problem",
      "0,0,0,ring,0.75,false,false,false",
      "1,0,2.5,ring,0.25,false,true,false",
      "2,2.5,0,,,false,false,false",
      "3,2.5,2.5,ring,0.5,true,false,false",
      "",
    ]);
  });

  it("hold the corrections by number, with what the methods said", () => {
    const stack = { ...frames([12]), ring: wire(Float32Array.from({ length: 12 }, (_, i) => i / 16)) };
    const reading = { frames: stack, corrections: { 10: "spot" as const, 4: "ring" as const } };
    expect(correctionsCsv(reading)).toBe("frame,label,probability_ring\r\n4,ring,0.25\r\n10,spot,0.625\r\n");
    expect(correctionsCsv({ frames: null, corrections: { 0: "spot" } })).toBe("frame,label,probability_ring\r\n0,spot,\r\n");
  });
});
