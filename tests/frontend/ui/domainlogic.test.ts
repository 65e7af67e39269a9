import { describe, expect, it, vi } from "vitest";
import type { Table } from "../../../emwidgets/frontend/src/core/types";
import { domainColours, orientationColour, probabilityColour } from "../../../emwidgets/frontend/src/domains/colours";
import { listedPeaks, numbers, rowOfLabel, type Totals } from "../../../emwidgets/frontend/src/domains/data";
import { followed } from "../../../emwidgets/frontend/src/domains/following";
import { createHover, litBy, targetOf } from "../../../emwidgets/frontend/src/domains/hover";
import { summary } from "../../../emwidgets/frontend/src/domains/summary";
import { addPosition, impossible, listedMate, samePlace, togglePeak, type Position } from "../../../emwidgets/frontend/src/domains/toggle";
import { DEFAULTS, imagePixels, peaks as madePeaks } from "../harness/traits";

const plain = (data: Table["data"]): Table => ({ columns: [], rows: Object.values(data)[0].length, data });
const peaks = plain({ kx: [1, 2, 3], ky: [0, 1, -1], crystalline: [true, false, true], family: [0, -1, 1], reason: ["", "", "added by hand"] });
const domains = plain({ label: [3, 7, 9], family: [0, 1, 0], orientation: [0, 90, 45], grain: [1, 1, 2] });
const axis = (scale: number) => ({ scale, offset: 0, unit: "nm" });
const none = { include: [], exclude: [] };

describe("taking peaks in and out", () => {
  it("takes a crystalline one out and any other in", () => {
    expect(togglePeak(peaks, 0, none, 0.1)).toEqual({ include: [], exclude: [[1, 0]] });
    expect(togglePeak(peaks, 1, none, 0.1)).toEqual({ include: [[2, 1]], exclude: [] });
  });

  it("never leaves a peak in both lists", () => {
    expect(togglePeak(peaks, 1, { include: [], exclude: [[2, 1]] }, 0.1)).toEqual({ include: [[2, 1]], exclude: [] });
    expect(togglePeak(peaks, 0, { include: [[1, 0]], exclude: [] }, 0.1)).toEqual({ include: [], exclude: [[1, 0]] });
  });

  it("knows a position by its Friedel mate and within reach", () => {
    expect(togglePeak(peaks, 1, { include: [], exclude: [[-2.05, -1]] }, 0.1).exclude).toEqual([]);
    expect(samePlace([1, 1], [-1, -1.05], 0.1)).toBe(true);
    expect(samePlace([1, 1], [1.2, 1], 0.1)).toBe(false);
  });

  it("simply drops one that was added by hand", () => {
    expect(togglePeak(peaks, 2, { include: [[3, -1]], exclude: [] }, 0.1)).toEqual(none);
    const unseen = { ...peaks, data: { ...peaks.data, reason: ["", "", "added by hand, but finer than the image can show"], crystalline: [true, false, false] } };
    expect(togglePeak(unseen, 2, { include: [[3, -1]], exclude: [] }, 0.1)).toEqual(none);
  });

  it("leaves the other choices alone", () => {
    const other: Position = [8, 8];
    expect(togglePeak(peaks, 0, { include: [other], exclude: [[9, 9]] }, 0.1)).toEqual({ include: [other], exclude: [[9, 9], [1, 0]] });
  });

  it("adds the mate that the table would list", () => {
    expect(listedMate([-2, 1])).toEqual([2, -1]);
    expect(listedMate([0, -3])).toEqual([0, 3]);
    expect(addPosition([-2, -1], { include: [], exclude: [[2, 1]] }, 0.1)).toEqual({ include: [[2, 1]], exclude: [] });
  });

  it("refuses a place beyond two pixels or half of the image, and says so", () => {
    const image = { ...imagePixels(), shape: [100, 200] as [number, number], axes: { x: axis(0.1), y: axis(0.2) } };
    expect(impossible([1, 1], image)).toBe("");
    expect(impossible([2.6, 0], image)).toContain("0.400\u202fnm"); // two of the larger pixels
    expect(impossible([0.1, 0], { ...image, axes: { x: axis(0.1), y: axis(0.1) } })).toContain("5.00\u202fnm");
    expect(impossible([2.6, 0], { ...image, binned: 2 })).toBe("");
    expect(impossible([9, 9], null)).toBe("");
  });

  it("is undone by the made-up kernel as by the real one", () => {
    const off = togglePeak(madePeaks(DEFAULTS), 0, none, 0.1);
    const after = madePeaks({ ...DEFAULTS, ...off });
    expect(after.data.crystalline[0]).toBe(false);
    const on = togglePeak(after, 0, off, 0.1);
    expect(madePeaks({ ...DEFAULTS, ...on }).data.crystalline[0]).toBe(true);
  });
});

describe("what lights up with what", () => {
  const rows = (lit: ReturnType<typeof litBy>) => [[...lit.peaks], [...lit.domains]];

  it("a peak with the domains of its family", () => {
    expect(rows(litBy({ kind: "peak", row: 0 }, peaks, domains))).toEqual([[0], [0, 2]]);
  });

  it("a domain with the peaks of its family", () => {
    expect(rows(litBy({ kind: "domain", row: 1 }, peaks, domains))).toEqual([[2], [1]]);
  });

  it("a peak without a family alone, and a row that is gone not at all", () => {
    expect(rows(litBy({ kind: "peak", row: 1 }, peaks, domains))).toEqual([[1], []]);
    expect(rows(litBy({ kind: "domain", row: 5 }, peaks, domains))).toEqual([[], []]);
    expect(rows(litBy(null, peaks, domains))).toEqual([[], []]);
  });

  it("keeps what is selected lit while nothing is pointed at", () => {
    expect(targetOf({ peak: null, domain: 7 }, domains)).toEqual({ kind: "domain", row: 1 });
    expect(targetOf({ peak: 2, domain: null }, domains)).toEqual({ kind: "peak", row: 2 });
    expect(targetOf({ peak: null, domain: 99 }, domains)).toBeNull();
  });

  it("tells of a new target once", () => {
    const changed = vi.fn();
    const hover = createHover(changed);
    hover.peak(1);
    hover.peak(1);
    hover.domain(1);
    hover.domain(null);
    hover.peak(null);
    expect(changed).toHaveBeenCalledTimes(3);
  });
});

describe("the summary", () => {
  const totals: Totals = {
    shape: [1, 1], paint: [], crystalline: true, crystalline_area: 143.2, crystalline_fraction: 0.38, n_grains: 9, n_domains: 12, n_families: 2,
    d_spacings: [0.374, 0.229], area_unit: "nm²", length_unit: "nm", message: "",
  };
  const status = { state: "idle" as const, stage: "", fraction: 0, message: "", result: 1 };

  it("says the measurement in one sentence", () => {
    expect(summary({ totals, status })).toBe("12 domains, 143 nm², 38 % crystalline; d 0.374 nm and 0.229 nm");
  });

  it("speaks of one domain in the singular and cuts long lists", () => {
    const many = summary({ totals: { ...totals, n_domains: 1, d_spacings: [7, 6, 5, 4, 3, 2, 1] }, status });
    expect(many).toContain("1 domain,");
    expect(many).toContain("and 2 more");
  });

  it("gives the reason when there is nothing, and the error when there is no result", () => {
    expect(summary({ totals: { ...totals, n_domains: 0, message: "No crystalline component." }, status })).toBe("No crystalline component.");
    expect(summary({ totals: null, status: { ...status, message: "constant image" } })).toBe("constant image");
    expect(summary({ totals: null, status })).toBe("No result yet.");
  });
});

describe("tables and colours", () => {
  it("lists crystalline peaks and those taken out by hand, or all", () => {
    expect(listedPeaks(peaks, false, (row) => row === 1)).toEqual([0, 1, 2]);
    expect(listedPeaks(peaks, false, () => false)).toEqual([0, 2]);
    expect(listedPeaks(peaks, true, () => false)).toEqual([0, 1, 2]);
  });

  it("finds a domain by its label", () => {
    expect([7, 99, null, undefined].map((label) => rowOfLabel(domains, label))).toEqual([1, null, null, null]);
  });

  it("gives each family its colour and each orientation one of a closed circle", () => {
    const byFamily = domainColours(domains, "family");
    expect(byFamily.get(3)).toBe(byFamily.get(9));
    expect(byFamily.get(3)).not.toBe(byFamily.get(7));
    const byGrain = domainColours(domains, "grain");
    const grains = numbers(domains, "grain");
    const labels = numbers(domains, "label");
    for (const [i, a] of labels.entries())
      for (const [j, b] of labels.entries()) expect(byGrain.get(a) === byGrain.get(b)).toBe(grains[i] === grains[j]);
    expect(orientationColour(180)).toBe(orientationColour(0));
    expect(orientationColour(90)).toMatch(/^#[0-9a-f]{6}$/);
  });

  it("gives every probability a colour, unknown ones that of noise", () => {
    expect(probabilityColour(NaN)).toBe(probabilityColour(0));
    expect(probabilityColour(1.2)).toBe(probabilityColour(1));
  });
});

describe("a selection in a new result", () => {
  const placed = (label: number[], family: number[], x: number[]): Table =>
    plain({ label, family, centroid_x: x, centroid_y: x.map(() => 5), equivalent_diameter: x.map(() => 4) });
  const before = { peaks, domains: placed([1, 2], [0, 1], [10, 10]), selection: { peak: 2, domain: 2 } };

  it("stays with the place in the image and the reflection, whatever their numbers", () => {
    const now = { peaks: plain({ kx: [3.01, 1], ky: [-1, 0], family: [0, 1] }), domains: placed([1, 2, 3], [1, 0, 0], [10, 30, 11]) };
    expect(followed(before, now, 0.1)).toEqual({ peak: 0, domain: 3 });
  });

  it("goes when nothing is there any more", () => {
    const now = { peaks: plain({ kx: [1], ky: [0], family: [0] }), domains: placed([2], [0], [10]) };
    expect(followed(before, now, 0.1)).toEqual({ peak: null, domain: null });
    expect(followed({ ...before, selection: { peak: null, domain: null } }, before, 0.1)).toEqual({ peak: null, domain: null });
  });
});
