/** Where a stage looks: the arithmetic of panning and zooming, in css px, without any drawing. */

import { clamp, max, min } from "./maths";
import type { View } from "./types";
import { orNull } from "./ui/values";

/** Sizes that turn a `View` into positions. */
export interface Frame {
  /** stored pixels */
  columns: number;
  rows: number;
  /** height of a pixel over its width */
  aspect: number;
  /** canvas size, css or device px */
  width: number;
  height: number;
}

/** canvas x = originX + scaleX * (index + 0.5); y alike */
export interface Projection {
  scaleX: number;
  scaleY: number;
  originX: number;
  originY: number;
}

export const VIEW_SHAPE = orNull({ cx: 0, cy: 0, zoom: 0 });

export const WHOLE: View = Object.freeze({ cx: 0.5, cy: 0.5, zoom: 1 });

/** Canvas px per column at which the whole image fits. */
export function fitScale({ columns, rows, aspect, width, height }: Frame): number {
  return max(min(width / columns, height / (rows * aspect)), 1e-9);
}

export function project(view: View, frame: Frame): Projection {
  const scaleX = fitScale(frame) * view.zoom;
  const scaleY = scaleX * frame.aspect;
  return {
    scaleX,
    scaleY,
    originX: frame.width / 2 - view.cx * frame.columns * scaleX,
    originY: frame.height / 2 - view.cy * frame.rows * scaleY,
  };
}

export function toCanvas(p: Projection, ix: number, iy: number): [number, number] {
  return [p.originX + p.scaleX * (ix + 0.5), p.originY + p.scaleY * (iy + 0.5)];
}

export function toIndex(p: Projection, x: number, y: number): [number, number] {
  return [(x - p.originX) / p.scaleX - 0.5, (y - p.originY) / p.scaleY - 0.5];
}

/** Zoom by `factor` with the place under (x, y) staying there, as far as `clampView` lets it. */
export function zoomedAt(view: View, frame: Frame, x: number, y: number, factor: number, maxScale: number): View {
  const before = project(view, frame);
  const zoom = clampZoom(view.zoom * factor, frame, maxScale);
  const ratio = zoom / view.zoom;
  // the centre moves towards the pointer by the part of its distance that the zoom takes away
  const part = 1 - 1 / ratio;
  const cx = view.cx + ((x - frame.width / 2) / before.scaleX / frame.columns) * part;
  const cy = view.cy + ((y - frame.height / 2) / before.scaleY / frame.rows) * part;
  return clampView({ cx, cy, zoom }, frame, maxScale);
}

export function panned(view: View, frame: Frame, dx: number, dy: number, maxScale: number): View {
  const { scaleX, scaleY } = project(view, frame);
  const cx = view.cx - dx / scaleX / frame.columns;
  const cy = view.cy - dy / scaleY / frame.rows;
  return clampView({ cx, cy, zoom: view.zoom }, frame, maxScale);
}

/** Never smaller than the whole image, never larger than `maxScale` canvas px per column. */
export function clampZoom(zoom: number, frame: Frame, maxScale: number): number {
  const largest = max(1, maxScale / fitScale(frame));
  return Number.isFinite(zoom) ? clamp(zoom, 1, largest) : 1;
}

/** An axis that fits is centred; one that does not fills the canvas. */
export function clampView(view: View, frame: Frame, maxScale: number): View {
  const zoom = clampZoom(view.zoom, frame, maxScale);
  const { scaleX, scaleY } = project({ cx: 0.5, cy: 0.5, zoom }, frame);
  return {
    cx: clampCentre(view.cx, frame.width / (frame.columns * scaleX)),
    cy: clampCentre(view.cy, frame.height / (frame.rows * scaleY)),
    zoom,
  };
}

function clampCentre(centre: number, visible: number): number {
  if (visible >= 1 || !Number.isFinite(centre)) return 0.5;
  return clamp(centre, visible / 2, 1 - visible / 2);
}
