import { describe, expect, it } from "vitest";
import { packed } from "../../../emwidgets/frontend/src/core/colormaps";
import { Heats, placed } from "../../../emwidgets/frontend/src/core/heat";
import { Raster } from "../../../emwidgets/frontend/src/core/pixels";
import { paintHeat, type Target } from "../../../emwidgets/frontend/src/core/raster";
import { Scene } from "../../../emwidgets/frontend/src/core/scene";
import type { HeatLayer } from "../../../emwidgets/frontend/src/core/types";
import { type Projection, WHOLE } from "../../../emwidgets/frontend/src/core/view";
import { axis, painted } from "./specimens";

const GRAY = packed(100, 100, 100);

function target(width: number, height: number, word = 0): Target {
  return { words: new Int32Array(width * height).fill(word), width, height };
}

function at(scaleX: number, scaleY: number, originX = 0, originY = 0): Projection {
  return { scaleX, scaleY, originX, originY };
}

const red = (word: number): number => word & 255;

describe("painting a heat map", () => {
  const heat = new Raster(painted(4, 4, (x) => x * 100));
  const layer: HeatLayer = { kind: "heat", id: "h", pixels: heat.pixels, map: "gray", opacity: 1 };

  it("covers by its opacity, or by opacity and value when it fades", () => {
    const solid = target(4, 4, GRAY);
    paintHeat(solid, heat, at(1, 1), [0, 300], layer);
    expect([red(solid.words[0]), red(solid.words[3])]).toEqual([0, 255]);
    const fading = target(4, 4, GRAY);
    paintHeat(fading, heat, at(1, 1), [0, 300], { ...layer, fade: true });
    expect([red(fading.words[0]), red(fading.words[3])]).toEqual([100, 255]);
  });

  it("lies where its axes say, or spans the image if they are in another unit", () => {
    const image = new Raster(painted(10, 10, () => 0, { axes: { x: axis(0.1, 0, "nm"), y: axis(0.1, 0, "nm") } }));
    const part = new Raster(painted(4, 4, () => 0, { axes: { x: axis(0.05, 0.5, "nm"), y: axis(0.2, 0.1, "nm") } }));
    const p = placed(at(6, 6, 3, 0), image, part);
    expect([p.scaleX, p.scaleY]).toEqual([3, 12].map((v) => expect.closeTo(v)));
    // its first pixel's centre is at 0.5 nm, the centre of image column 5
    expect(p.originX + 0.5 * p.scaleX).toBeCloseTo(3 + 6 * 5.5);
    expect(p.originY + 0.5 * p.scaleY).toBeCloseTo(6 * 1.5);
    expect(placed(at(6, 6), image, heat)).toMatchObject({ scaleX: 15, scaleY: 15, originX: 0 });
  });

  it("is of those scenes that brought a painter along, and leaves the others as they are", () => {
    const image = painted(4, 4, () => 0, { scale: 1 });
    const shown = (scene: Scene, more: Partial<HeatLayer> = {}): number[] => {
      scene.setImage(image);
      scene.setLayers([{ ...layer, ...more }]);
      const canvas = target(4, 4);
      scene.paintPixels(canvas, WHOLE, 1);
      return [red(canvas.words[0]), red(canvas.words[3])];
    };
    const bare = shown(new Scene());
    expect(bare[0]).toBe(bare[1]);
    expect(shown(new Scene(new Heats()))).toEqual([0, 255]);
    expect(shown(new Scene(new Heats()), { limits: [0, 600] })[1]).toBe(128);
    expect(shown(new Scene(new Heats()), { visible: false })).toEqual(bare);
    expect(shown(new Scene(new Heats()), { opacity: 0 })).toEqual(bare);
  });

  it("is counted anew for other pixels only", () => {
    const heats = new Heats();
    expect(heats.mapping(layer).limits).toEqual([0, 300]);
    expect(heats.mapping({ ...layer, pixels: painted(2, 1, (x) => x) }).limits).toEqual([0, 1]);
    heats.keepOnly(new Set());
    expect(heats.mapping(layer)).toEqual({ map: "gray", limits: [0, 300], gamma: 1, log: false });
  });
});
