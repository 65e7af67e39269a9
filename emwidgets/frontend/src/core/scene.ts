/** What a stage shows, apart from where: image, display settings and layers; painting and hit-testing them. */

import { LevelCounts, lookUp, type Mapping } from "./contrast";
import type { Ink } from "./ink";
import { LabelMaps } from "./labels";
import { drawPoints, drawRings, pointAt } from "./marks";
import { drawColourBar, drawMeasurement, drawNotice, drawScaleBar, imageBox } from "./overlay";
import { Raster } from "./pixels";
import { Pyramid } from "./pyramid";
import { paintHeat, paintImage, paintLabels, type Target } from "./raster";
import type { Display, HeatLayer, Hit, LabelLayer, Layer, LimitPreset, Measurement, Pixels, Place, View } from "./types";
import { type Frame, type Projection, project } from "./view";

const DEFAULTS: Display = { map: "gray", limits: "auto", gamma: 1, log: null, smooth: false, colourBar: false };

interface Heat {
  pixels: Pixels;
  raster: Raster;
  counts: LevelCounts;
}

export class Scene {
  raster: Raster | null = null;
  display: Display = { ...DEFAULTS };
  layers: readonly Layer[] = [];
  measurement: Measurement | null = null;
  #pyramid: Pyramid | null = null;
  #counted: LevelCounts | null = null;
  #table: Int32Array | undefined;
  #tableOf = "";
  readonly #labelMaps = new LabelMaps();
  readonly #heats = new Map<string, Heat>();

  setImage(pixels: Pixels | null): void {
    this.raster = pixels && new Raster(pixels);
    this.#pyramid = this.raster && new Pyramid(this.raster.levels, this.raster.columns, this.raster.rows);
    this.#counted = null;
    this.#tableOf = "";
  }

  setLayers(layers: readonly Layer[]): void {
    this.layers = layers;
    const ids = new Set(layers.map((layer) => layer.id));
    this.#labelMaps.keepOnly(ids);
    for (const id of this.#heats.keys()) if (!ids.has(id)) this.#heats.delete(id);
  }

  /** Built when first asked for: an image that is only shown with fixed limits needs none. */
  get counts(): LevelCounts | null {
    if (!this.#counted && this.raster) this.#counted = new LevelCounts(this.raster);
    return this.#counted;
  }

  presetLimits(preset: LimitPreset): [number, number] | null {
    return this.counts?.limits(preset) ?? null;
  }

  get limits(): [number, number] | null {
    const { limits } = this.display;
    if (!this.raster) return null;
    return typeof limits === "string" ? this.presetLimits(limits) : [limits[0], limits[1]];
  }

  #mapping(raster: Raster): Mapping {
    const { map, gamma, log } = this.display;
    return { map, gamma, log: log ?? raster.pixels.log, limits: this.limits! };
  }

  frame(width: number, height: number): Frame {
    const { columns, rows, aspect } = this.raster ?? { columns: 1, rows: 1, aspect: 1 };
    return { columns, rows, aspect, width, height };
  }

  // -------------------------------------------------------------- painting

  /** @param line device px of a border */
  paintPixels(target: Target, view: View, line: number): void {
    target.words.fill(0);
    const { raster } = this;
    const pyramid = this.#pyramid;
    if (!raster || !pyramid) return;
    const projection = project(view, this.frame(target.width, target.height));
    paintImage(target, pyramid, projection, this.#lookUp(raster), this.display.smooth);
    for (const layer of this.layers) {
      if (layer.visible === false) continue;
      if (layer.kind === "labels") {
        const map = this.#labelMaps.of(layer);
        paintLabels(target, map, spanning(projection, raster, map), layer, line);
      } else if (layer.kind === "heat" && layer.opacity > 0) {
        const heat = this.#heat(layer);
        paintHeat(target, heat.raster, placed(projection, raster, heat.raster), this.#heatLimits(layer), layer);
      }
    }
  }

  #lookUp(raster: Raster): Int32Array {
    const mapping = this.#mapping(raster);
    const key = JSON.stringify(mapping);
    if (key !== this.#tableOf) {
      this.#table = lookUp(raster, mapping, this.#table);
      this.#tableOf = key;
    }
    return this.#table!;
  }

  #heat(layer: HeatLayer): Heat {
    let heat = this.#heats.get(layer.id);
    if (heat?.pixels !== layer.pixels) {
      const raster = new Raster(layer.pixels);
      heat = { pixels: layer.pixels, raster, counts: new LevelCounts(raster) };
      this.#heats.set(layer.id, heat);
    }
    return heat!;
  }

  #heatLimits(layer: HeatLayer): [number, number] {
    const limits = layer.limits ?? "min-max";
    return typeof limits === "string" ? this.#heat(layer).counts.limits(limits) : limits;
  }

  /** Marks and writing; `width` and `height` in css px. */
  paintMarks(ink: Ink, view: View, width: number, height: number): void {
    const { raster } = this;
    if (!raster) return;
    const projection = project(view, this.frame(width, height));
    const box = imageBox(raster, projection, width, height);
    for (const layer of this.layers) {
      if (layer.visible === false) continue;
      if (layer.kind === "points") drawPoints(ink, layer, raster, projection, width, height);
      else if (layer.kind === "rings") drawRings(ink, layer, raster, projection, width, height);
    }
    drawScaleBar(ink, raster, projection, box);
    this.#paintColourBars(ink, raster, box);
    if (raster.pixels.binned > 1) drawNotice(ink, `shown binned ${raster.pixels.binned}×`, box);
    if (this.measurement) drawMeasurement(ink, this.measurement, raster, projection, box);
  }

  #paintColourBars(ink: Ink, raster: Raster, box: ReturnType<typeof imageBox>): void {
    let place = 0;
    if (this.display.colourBar) drawColourBar(ink, this.#mapping(raster), raster.pixels.quantity, box, place++);
    for (const layer of this.layers) {
      if (layer.kind !== "heat" || !layer.colourBar || layer.visible === false) continue;
      const mapping = { map: layer.map, limits: this.#heatLimits(layer), gamma: 1, log: false };
      drawColourBar(ink, mapping, layer.pixels.quantity, box, place++);
    }
  }

  // -------------------------------------------------------------- what is where

  /** What lies at canvas position (x, y): the nearest point, on top of others as near. */
  hitAt(place: Place, projection: Projection, x: number, y: number, touch: boolean): Omit<Hit, "shiftKey"> {
    const raster = this.raster!;
    let nearest = Infinity;
    const hit: Omit<Hit, "shiftKey"> = { ...place, layer: null, point: null, mate: false, labels: [] };
    for (const layer of [...this.layers].reverse()) {
      if (layer.visible === false) continue;
      if (layer.kind === "points") {
        const point = pointAt(layer, raster, projection, x, y, touch);
        if (!point || point.distance >= nearest) continue;
        nearest = point.distance;
        Object.assign(hit, { layer: layer.id, point: point.index, mate: point.mate });
      } else if (layer.kind === "labels") {
        hit.labels.push(...this.#labelsAt(layer, place, raster));
      }
    }
    return hit;
  }

  #labelsAt(layer: LabelLayer, { ix, iy }: Place, raster: Raster): number[] {
    const map = this.#labelMaps.of(layer);
    const column = Math.floor(((ix + 0.5) * map.columns) / raster.columns);
    const row = Math.floor(((iy + 0.5) * map.rows) / raster.rows);
    return map.labelsAt(column, row);
  }
}

/** A grid that spans the image, whatever its own number of pixels. */
function spanning(p: Projection, raster: Raster, grid: { columns: number; rows: number }): Projection {
  return { ...p, scaleX: (p.scaleX * raster.columns) / grid.columns, scaleY: (p.scaleY * raster.rows) / grid.rows };
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
