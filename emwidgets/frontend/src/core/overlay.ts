/** What is written over an image: scale bar, colour bars, notices, the line being measured. */

import { colourStops } from "./colormaps";
import { type Mapping, valueAt } from "./contrast";
import { FONT_FAMILY, HALO, type Ink, strokeWithHalo, text } from "./ink";
import { abs, clamp, hypot, max, min, PI } from "./maths";
import type { Raster } from "./pixels";
import { scaleBar } from "./scalebar";
import type { Measurement } from "./types";
import { significant } from "./ui/format";
import { type Projection, toCanvas } from "./view";

const MARGIN = 12;

/** The part of the canvas that the image covers, css px. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function imageBox(raster: Raster, p: Projection, width: number, height: number): Box {
  return {
    left: max(0, p.originX),
    top: max(0, p.originY),
    right: min(width, p.originX + p.scaleX * raster.columns),
    bottom: min(height, p.originY + p.scaleY * raster.rows),
  };
}

export function drawScaleBar(ink: Ink, raster: Raster, p: Projection, box: Box): void {
  const width = box.right - box.left;
  if (width < 48 || box.bottom - box.top < 40) return;
  const bar = scaleBar(p.scaleX / abs(raster.x.scale), raster.x.unit, min(140, 0.32 * width));
  if (!bar) return;
  const x = box.left + MARGIN;
  const y = box.bottom - MARGIN - 4;
  ink.fillStyle = HALO;
  ink.fillRect(x - 1.5, y - 1.5, bar.pixels + 3, 7);
  ink.fillStyle = "#fff";
  ink.fillRect(x, y, bar.pixels, 4);
  text(ink, bar.text, x + bar.pixels / 2, y - 10, 13, bar.pixels < 40 ? "left" : "center");
}

/** A colour bar; `place` counts from the right edge, for several side by side. */
export function drawColourBar(ink: Ink, { map, limits: [lo, hi], gamma, log }: Mapping, title: string, box: Box, place: number): void {
  const height = min(150, 0.45 * (box.bottom - box.top));
  if (height < 50 || box.right - box.left < 120) return;
  const x = box.right - MARGIN - 12 - 84 * place;
  const y = box.top + MARGIN + (title ? 18 : 6);
  const gradient = ink.createLinearGradient(0, y + height, 0, y);
  const stops = colourStops(map);
  stops.forEach((colour, i) => gradient.addColorStop(i / (stops.length - 1), colour));
  ink.fillStyle = HALO;
  ink.fillRect(x - 1.5, y - 1.5, 15, height + 3);
  ink.fillStyle = gradient;
  ink.fillRect(x, y, 12, height);
  for (const t of [0, 0.5, 1]) {
    text(ink, significant(valueAt(t, lo, hi, gamma, log)), x - 6, y + height * (1 - t), 11, "right");
  }
  if (title) text(ink, title, x + 12, y - 12, 11, "right");
}

export function drawNotice(ink: Ink, words: string, box: Box): void {
  text(ink, words, box.left + MARGIN, box.top + MARGIN + 4, 12);
}

export const HANDLE = 5; // css px, radius of an end of the line

export function drawMeasurement(ink: Ink, m: Measurement, raster: Raster, p: Projection, box: Box): void {
  const from = toCanvas(p, ...raster.toIndex(...m.from));
  const to = toCanvas(p, ...raster.toIndex(...m.to));
  if (m.kind === "profile" && m.width > 1) drawBand(ink, from, to, m.width * p.scaleX);
  ink.beginPath();
  ink.moveTo(...from);
  ink.lineTo(...to);
  strokeWithHalo(ink, "#fff", 1.75);
  for (const end of [from, to]) {
    ink.beginPath();
    ink.arc(end[0], end[1], HANDLE, 0, 2 * PI);
    strokeWithHalo(ink, "#fff", 1.5);
  }
  // beside the middle, on the upper side of the line, kept inside the image
  const size = hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const side = to[0] >= from[0] ? 1 : -1;
  const nx = (side * (to[1] - from[1])) / size;
  const ny = (-side * (to[0] - from[0])) / size;
  ink.font = `600 13px ${FONT_FAMILY}`;
  const half = ink.measureText(m.text).width / 2;
  const away = abs(nx) * half + abs(ny) * 8 + 9; // as far as a box of this size needs to clear the line
  const x = (from[0] + to[0]) / 2 + nx * away;
  const y = (from[1] + to[1]) / 2 + ny * away;
  text(ink, m.text, clamp(x, box.left + half + 4, box.right - half - 4), clamp(y, box.top + 12, box.bottom - 12), 13, "center");
}

function drawBand(ink: Ink, from: [number, number], to: [number, number], width: number): void {
  const size = hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const nx = (-(to[1] - from[1]) / size) * (width / 2);
  const ny = ((to[0] - from[0]) / size) * (width / 2);
  ink.beginPath();
  ink.moveTo(from[0] + nx, from[1] + ny);
  ink.lineTo(to[0] + nx, to[1] + ny);
  ink.lineTo(to[0] - nx, to[1] - ny);
  ink.lineTo(from[0] - nx, from[1] - ny);
  ink.closePath();
  ink.fillStyle = "rgba(255, 255, 255, 0.18)";
  ink.fill();
  ink.strokeStyle = "rgba(255, 255, 255, 0.7)";
  ink.lineWidth = 1;
  ink.stroke();
}
