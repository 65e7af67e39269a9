import { describe, expect, it, vi } from "vitest";
import type { Ink } from "../../../emwidgets/frontend/src/core/ink";
import { drawRings } from "../../../emwidgets/frontend/src/core/marks";
import { Raster } from "../../../emwidgets/frontend/src/core/pixels";
import type { Ring } from "../../../emwidgets/frontend/src/core/types";
import { patternPixels, REACH } from "./patterns";

function drawn(ring: Ring): { ellipse: unknown[]; dashes: unknown[] } {
  const ellipse = vi.fn();
  const setLineDash = vi.fn();
  const ink = { save() {}, restore() {}, beginPath() {}, stroke() {}, ellipse, setLineDash } as unknown as Ink;
  const raster = new Raster(patternPixels("ring", 1, 64));
  drawRings(ink, { kind: "rings", id: "r", rings: [ring] }, raster, { scaleX: 10, scaleY: 10, originX: 0, originY: 0 }, 640, 640);
  return { ellipse: ellipse.mock.calls[0], dashes: setLineDash.mock.calls };
}

const px = (length: number): unknown => expect.closeTo((length / (2 * REACH)) * 640, 4);

describe("a ring", () => {
  it("is a circle round its place", () => {
    const { ellipse, dashes } = drawn({ x: 0, y: 0, radius: 4 });
    expect(ellipse).toEqual([px(REACH), px(REACH), px(4), px(4), 0, 0, 2 * Math.PI]);
    expect(dashes).toEqual([]);
  });

  it("with a minor axis is an ellipse at its angle, from x towards y", () => {
    const { ellipse, dashes } = drawn({ x: 1, y: -1, radius: 4, minor: 3, angle: 30, dashed: true });
    expect(ellipse).toEqual([px(REACH + 1), px(REACH - 1), px(4), px(3), expect.closeTo(Math.PI / 6), 0, 2 * Math.PI]);
    expect(dashes).toHaveLength(1);
  });
});
