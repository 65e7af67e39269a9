/** Points and rings over an image: drawing them, and finding the one under the pointer. */

import { type Ink, strokeWithHalo, text } from "./ink";
import { abs, ceil, cos, hypot, PI, sin } from "./maths";
import type { Raster } from "./pixels";
import type { PointLayer, PointShape, RingLayer } from "./types";
import { type Projection, toCanvas } from "./view";

const RADIUS = 6; // css px
const REACH = 5; // css px beyond the mark that still count as on it

function radiusOf(layer: PointLayer, index: number): number {
  const { radius = RADIUS } = layer;
  return typeof radius === "number" ? radius : radius[index];
}

/** Calls back for every point drawn, mates included, with its place on the canvas. */
function forEachMark(
  layer: PointLayer,
  raster: Raster,
  p: Projection,
  mark: (index: number, x: number, y: number, mate: boolean) => void,
): void {
  for (let index = 0; index < layer.x.length; index++) {
    if (layer.hidden?.(index)) continue;
    mark(index, ...toCanvas(p, ...raster.toIndex(layer.x[index], layer.y[index])), false);
    if (layer.mirrored) mark(index, ...toCanvas(p, ...raster.toIndex(-layer.x[index], -layer.y[index])), true);
  }
}

export function drawPoints(ink: Ink, layer: PointLayer, raster: Raster, p: Projection, width: number, height: number): void {
  const selected = new Set(layer.selected);
  const highlight = new Set(layer.highlight);
  ink.save();
  ink.globalAlpha = layer.opacity ?? 1;
  forEachMark(layer, raster, p, (index, x, y) => {
    const radius = radiusOf(layer, index) * (highlight.has(index) ? 1.6 : 1);
    if (x < -radius || y < -radius || x > width + radius || y > height + radius) return;
    const colour = typeof layer.colour === "string" ? layer.colour : layer.colour(index);
    const shape = typeof layer.shape === "function" ? layer.shape(index) : (layer.shape ?? "circle");
    drawShape(ink, shape, x, y, radius, colour, highlight.has(index) ? 3 : 1.75);
    if (selected.has(index)) {
      ink.beginPath();
      ink.arc(x, y, radius + 4, 0, 2 * PI);
      strokeWithHalo(ink, "#fff", 1.5);
    }
  });
  ink.restore();
}

function drawShape(ink: Ink, shape: PointShape, x: number, y: number, r: number, colour: string, line: number): void {
  ink.beginPath();
  const polygon = (...corners: [number, number][]): void => {
    corners.forEach(([dx, dy], i) => (i === 0 ? ink.moveTo(x + r * dx, y + r * dy) : ink.lineTo(x + r * dx, y + r * dy)));
    ink.closePath();
  };
  if (shape === "circle" || shape === "disc") ink.arc(x, y, r, 0, 2 * PI);
  else if (shape === "square") ink.rect(x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r);
  else if (shape === "diamond") polygon([0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]);
  else if (shape === "triangle") polygon([0, -1.1], [1, 0.75], [-1, 0.75]);
  else {
    const [a, b] = shape === "cross" ? [0.75, 0.75] : [1, 0];
    ink.moveTo(x - r * a, y - r * b);
    ink.lineTo(x + r * a, y + r * b);
    ink.moveTo(x + r * b, y - r * a);
    ink.lineTo(x - r * b, y + r * a);
  }
  strokeWithHalo(ink, colour, line);
  if (shape === "disc") {
    ink.fillStyle = colour;
    ink.fill();
  }
}

/** The nearest point within reach of (x, y), a larger reach for a finger. */
export function pointAt(
  layer: PointLayer,
  raster: Raster,
  p: Projection,
  x: number,
  y: number,
  touch: boolean,
): { index: number; mate: boolean; distance: number } | null {
  let found: { index: number; mate: boolean; distance: number } | null = null;
  forEachMark(layer, raster, p, (index, px, py, mate) => {
    const distance = hypot(px - x, py - y);
    const reach = (layer.pick ?? radiusOf(layer, index) + REACH) + (touch ? 2 * REACH : 0);
    if (distance <= reach && (!found || distance < found.distance)) found = { index, mate, distance };
  });
  return found;
}

const LABEL = { size: 11, letter: 6.5, gap: 4, lift: 6 }; // px

/** Up on the right, or the next place round the ring at which the whole label is seen; none if there is no such place. */
function labelRing(ink: Ink, label: string, x: number, y: number, rx: number, ry: number, width: number, height: number): void {
  const { size, letter, gap, lift } = LABEL;
  for (let step = 0; step < 24; step++) {
    const angle = PI * (0.25 + (step % 2 ? -1 : 1) * ceil(step / 2) / 12);
    const left = x + rx * cos(angle) + gap;
    const middle = y - ry * sin(angle) - lift;
    const seen = left >= gap && left + letter * label.length <= width && middle >= size && middle <= height - size;
    if (seen) return text(ink, label, left, middle, size);
  }
}

export function drawRings(ink: Ink, layer: RingLayer, raster: Raster, p: Projection, width: number, height: number): void {
  for (const { x, y, radius, minor = radius, angle = 0, label, dashed } of layer.rings) {
    const [cx, cy] = toCanvas(p, ...raster.toIndex(x, y));
    // what is no number a canvas leaves out by itself
    const rx = abs(radius / raster.x.scale) * p.scaleX;
    const ry = abs(minor / raster.y.scale) * p.scaleY;
    ink.save();
    if (dashed) ink.setLineDash([6, 5]);
    ink.beginPath();
    ink.ellipse(cx, cy, rx, ry, (angle * PI) / 180, 0, 2 * PI);
    strokeWithHalo(ink, layer.colour ?? "#fff", 1.25);
    ink.restore();
    if (label) labelRing(ink, label, cx, cy, rx, ry, width, height);
  }
}
