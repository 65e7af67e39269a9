import { describe, expect, it } from "vitest";
import {
  clampView, clampZoom, fitScale, type Frame, panned, project, toCanvas, toIndex, WHOLE, zoomedAt,
} from "../../../emwidgets/frontend/src/core/view";
import { random } from "./specimens";

const MOST = 64;

function anyFrame(next: () => number): Frame {
  return {
    columns: 16 + Math.floor(next() * 4000),
    rows: 16 + Math.floor(next() * 4000),
    aspect: 0.25 + 3 * next(),
    width: 100 + Math.floor(next() * 1500),
    height: 100 + Math.floor(next() * 900),
  };
}

describe("a view", () => {
  it("of zoom 1 shows the whole image, centred, touching two opposite edges", () => {
    const next = random(1);
    for (let i = 0; i < 50; i++) {
      const frame = anyFrame(next);
      const p = project(WHOLE, frame);
      const [left, top] = toCanvas(p, -0.5, -0.5);
      const [right, bottom] = toCanvas(p, frame.columns - 0.5, frame.rows - 0.5);
      expect(left + right).toBeCloseTo(frame.width, 6);
      expect(top + bottom).toBeCloseTo(frame.height, 6);
      expect(Math.min(left, top)).toBeCloseTo(0, 6);
    }
  });

  it("keeps the proportion of the pixels", () => {
    const p = project({ cx: 0.3, cy: 0.4, zoom: 3 }, { columns: 100, rows: 50, aspect: 2.5, width: 300, height: 300 });
    expect(p.scaleY / p.scaleX).toBeCloseTo(2.5);
  });

  it("turns positions into places and back", () => {
    const next = random(2);
    for (let i = 0; i < 50; i++) {
      const p = project({ cx: next(), cy: next(), zoom: 1 + 9 * next() }, anyFrame(next));
      const [ix, iy] = toIndex(p, 37, 211);
      const [x, y] = toCanvas(p, ix, iy);
      expect(x).toBeCloseTo(37, 6);
      expect(y).toBeCloseTo(211, 6);
    }
  });

  it("zoomed in at the pointer keeps the place under it", () => {
    const next = random(3);
    for (let i = 0; i < 200; i++) {
      const frame = { ...anyFrame(next), aspect: 1 };
      frame.height = frame.width; // square in square: no axis that fits is centred anew
      frame.rows = frame.columns;
      const start = clampView({ cx: next(), cy: next(), zoom: 1 + 5 * next() }, frame, MOST);
      const [x, y] = [next() * frame.width, next() * frame.height];
      const before = toIndex(project(start, frame), x, y);
      const zoomed = zoomedAt(start, frame, x, y, 1 + 2 * next(), MOST);
      const after = toIndex(project(zoomed, frame), x, y);
      expect(after[0]).toBeCloseTo(before[0], 5);
      expect(after[1]).toBeCloseTo(before[1], 5);
    }
  });

  it("zoomed in and out again at one place is the same view", () => {
    const frame = { columns: 1000, rows: 1000, aspect: 1, width: 500, height: 500 };
    const start = { cx: 0.4, cy: 0.6, zoom: 4 };
    const back = zoomedAt(zoomedAt(start, frame, 120, 300, 1.7, MOST), frame, 120, 300, 1 / 1.7, MOST);
    expect(back.cx).toBeCloseTo(0.4, 9);
    expect(back.cy).toBeCloseTo(0.6, 9);
    expect(back.zoom).toBeCloseTo(4, 9);
  });

  it("panned by some px moves the image by as much", () => {
    const frame = { columns: 400, rows: 300, aspect: 1.5, width: 500, height: 400 };
    const start = { cx: 0.5, cy: 0.5, zoom: 6 };
    const [x0, y0] = toCanvas(project(start, frame), 200, 150);
    const [x1, y1] = toCanvas(project(panned(start, frame, 31, -17, MOST), frame), 200, 150);
    expect([x1 - x0, y1 - y0].map((d) => Math.round(d * 1e6) / 1e6)).toEqual([31, -17]);
  });

  it("never loses the image, whatever is asked", () => {
    const next = random(4);
    for (let i = 0; i < 200; i++) {
      const frame = anyFrame(next);
      const wild = { cx: 20 * next() - 10, cy: 20 * next() - 10, zoom: 100 * next() };
      const view = clampView(wild, frame, MOST);
      const p = project(view, frame);
      for (const [size, origin, extent] of [
        [frame.width, p.originX, p.scaleX * frame.columns],
        [frame.height, p.originY, p.scaleY * frame.rows],
      ]) {
        if (extent <= size + 1e-6) expect(origin).toBeCloseTo((size - extent) / 2, 5);
        else {
          expect(origin).toBeLessThanOrEqual(1e-6);
          expect(origin + extent).toBeGreaterThanOrEqual(size - 1e-6);
        }
      }
    }
  });

  it("zooms between the whole image and the largest pixel", () => {
    const frame = { columns: 100, rows: 100, aspect: 1, width: 200, height: 200 };
    expect(clampZoom(0.1, frame, MOST)).toBe(1);
    expect(clampZoom(1e9, frame, MOST) * fitScale(frame)).toBeCloseTo(MOST);
    expect(clampZoom(NaN, frame, MOST)).toBe(1);
    const tiny = { ...frame, columns: 2, rows: 2 };
    expect(clampZoom(5, tiny, MOST)).toBe(1); // fits at 100 px per pixel already
  });

  it("of nonsense is the whole image", () => {
    const frame = { columns: 10, rows: 10, aspect: 1, width: 100, height: 100 };
    expect(clampView({ cx: NaN, cy: Infinity, zoom: NaN }, frame, MOST)).toEqual(WHOLE);
  });
});
