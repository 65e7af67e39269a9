/** What a stage shows, apart from where: image, display settings and layers; painting and hit-testing them. */

import { COLOUR_MAPS } from "./colormaps";
import { LevelCounts, lookUp, type Mapping } from "./contrast";
import type { Ink } from "./ink";
import { drawPoints, drawRings, pointAt } from "./marks";
import { drawColourBar, drawMeasurement, drawNotice, drawScaleBar, imageBox } from "./overlay";
import { Raster } from "./pixels";
import { Pyramid } from "./pyramid";
import { paintImage, type Target } from "./raster";
import type { Display, HeatLayer, Hit, LabelLayer, Layer, LimitPreset, Measurement, Pixels, Place, View } from "./types";
import { fits, oneOf, orNull, partly } from "./ui/values";
import { type Frame, type Projection, project } from "./view";

export const DEFAULT_DISPLAY: Display = { map: "gray", limits: "auto", gamma: 1, log: null, smooth: false, colourBar: false };

/** Of the display settings that a trait keeps; limits by an unknown name are "auto". */
export const DISPLAY_SHAPE = partly({
  map: oneOf(COLOUR_MAPS),
  limits: (limits) => fits(limits, "") || fits(limits, [0, 0]),
  gamma: (gamma) => fits(gamma, 0) && gamma > 0,
  log: orNull(true),
  smooth: true,
  colourBar: true,
});

/** Draws heat layers: `Heats` of heat.ts. */
export interface HeatPainter {
  paint(target: Target, layer: HeatLayer, raster: Raster, projection: Projection): void;
  mapping(layer: HeatLayer): Mapping;
  keepOnly(ids: Set<string>): void;
}

/** Draws label layers and finds their labels: `Labels` of labelling.ts. */
export interface LabelPainter {
  paint(target: Target, layer: LabelLayer, raster: Raster, projection: Projection, line: number): void;
  at(layer: LabelLayer, place: Place, raster: Raster): number[];
  keepOnly(ids: Set<string>): void;
}

export class Scene {
  raster: Raster | null = null;
  display: Display = DEFAULT_DISPLAY;
  layers: readonly Layer[] = [];
  measurement: Measurement | null = null;
  #pyramid: Pyramid | null = null;
  #counted: LevelCounts | null = null;
  #table: Int32Array | undefined;
  #tableOf = "";
  readonly #heats: HeatPainter | undefined;
  readonly #labels: LabelPainter | undefined;

  constructor(heats?: HeatPainter, labels?: LabelPainter) {
    this.#heats = heats;
    this.#labels = labels;
  }

  setImage(pixels: Pixels | null): void {
    this.raster = pixels && new Raster(pixels);
    this.#pyramid = this.raster && new Pyramid(this.raster.levels, this.raster.columns, this.raster.rows);
    this.#counted = null;
    this.#tableOf = "";
  }

  setLayers(layers: readonly Layer[]): void {
    this.layers = layers;
    const ids = new Set(layers.map((layer) => layer.id));
    this.#labels?.keepOnly(ids);
    this.#heats?.keepOnly(ids);
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
      if (layer.kind === "labels") this.#labels?.paint(target, layer, raster, projection, line);
      else if (layer.kind === "heat") this.#heats?.paint(target, layer, raster, projection);
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
      if (layer.kind !== "heat" || !layer.colourBar || layer.visible === false || !this.#heats) continue;
      drawColourBar(ink, this.#heats.mapping(layer), layer.pixels.quantity, box, place++);
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
      } else if (layer.kind === "labels") hit.labels.push(...(this.#labels?.at(layer, place, raster) ?? []));
    }
    return hit;
  }
}

/** A grid that spans the image, whatever its own number of pixels. */
export function spanning(p: Projection, raster: Raster, grid: { columns: number; rows: number }): Projection {
  return { ...p, scaleX: (p.scaleX * raster.columns) / grid.columns, scaleY: (p.scaleY * raster.rows) / grid.rows };
}
