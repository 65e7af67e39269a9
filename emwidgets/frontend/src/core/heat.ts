/** Values painted over an image. Apart from the scene, so that widgets without heat layers do not carry it. */

import { LevelCounts, type Mapping } from "./contrast";
import { Raster } from "./pixels";
import { paintHeat, type Target } from "./raster";
import { type HeatPainter, spanning } from "./scene";
import type { HeatLayer, Pixels } from "./types";
import type { Projection } from "./view";

interface Heat {
  pixels: Pixels;
  raster: Raster;
  counts: LevelCounts;
}

/** For `StageOptions.heats`: one for each stage. */
export class Heats implements HeatPainter {
  readonly #kept = new Map<string, Heat>();

  paint(target: Target, layer: HeatLayer, raster: Raster, projection: Projection): void {
    if (layer.opacity <= 0) return;
    const heat = this.#of(layer);
    paintHeat(target, heat.raster, placed(projection, raster, heat.raster), this.#limits(layer), layer);
  }

  mapping(layer: HeatLayer): Mapping {
    return { map: layer.map, limits: this.#limits(layer), gamma: 1, log: false };
  }

  keepOnly(ids: Set<string>): void {
    for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id);
  }

  #of(layer: HeatLayer): Heat {
    let heat = this.#kept.get(layer.id);
    if (heat?.pixels !== layer.pixels) {
      const raster = new Raster(layer.pixels);
      heat = { pixels: layer.pixels, raster, counts: new LevelCounts(raster) };
      this.#kept.set(layer.id, heat);
    }
    return heat!;
  }

  #limits(layer: HeatLayer): [number, number] {
    const limits = layer.limits ?? "min-max";
    return typeof limits === "string" ? this.#of(layer).counts.limits(limits) : limits;
  }
}

/** A grid at the place its axes name; one whose unit is not the image's spans the image. */
export function placed(p: Projection, raster: Raster, over: Raster): Projection {
  if (over.x.unit !== raster.x.unit || over.y.unit !== raster.y.unit) return spanning(p, raster, over);
  const [left, top] = over.toPhysical(-0.5, -0.5);
  const [ix, iy] = raster.toIndex(left, top);
  return {
    scaleX: (p.scaleX * over.x.scale) / raster.x.scale,
    scaleY: (p.scaleY * over.y.scale) / raster.y.scale,
    originX: p.originX + p.scaleX * (ix + 0.5),
    originY: p.originY + p.scaleY * (iy + 0.5),
  };
}
