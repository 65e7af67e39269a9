/** Painting of pixels: image, heat maps and label maps into the words of an ImageData. */

import { channels, colourTable } from "./colormaps";
import type { LabelMap, Slots } from "./labels";
import { abs, clamp, imul, max, min, round } from "./maths";
import type { Levels, Raster } from "./pixels";
import type { Pyramid } from "./pyramid";
import { type Samples, sample } from "./sampling";
import type { HeatLayer, LabelLayer } from "./types";
import type { Projection } from "./view";

/** The canvas as 32-bit words 0xAABBGGRR (signed: V8 keeps those as integers), at device resolution. */
export interface Target {
  words: Int32Array;
  width: number;
  height: number;
}

export function paintImage(
  target: Target,
  pyramid: Pyramid,
  projection: Projection,
  table: Int32Array,
  smooth: boolean,
): void {
  const { data, columns, rows, factor } = pyramid.forZoom(max(projection.scaleX, projection.scaleY));
  const scaleX = projection.scaleX * factor;
  const scaleY = projection.scaleY * factor;
  const between = smooth || projection.scaleX < 1 || projection.scaleY < 1;
  const across = sample(target.width, projection.originX, scaleX, columns, between);
  const down = sample(target.height, projection.originY, scaleY, rows, between);
  if (between) paintInterpolated(target, data, columns, across, down, table);
  else paintNearest(target, data, columns, across, down, table);
}

function paintNearest(target: Target, data: Levels, columns: number, across: Samples, down: Samples, table: Int32Array) {
  const { words, width } = target;
  const { low, first } = across;
  let painted = -1; // source row on the canvas row above: large pixels repeat
  for (let y = down.first; y < down.end; y++) {
    const source = down.low[y - down.first];
    const to = y * width + first;
    if (source === painted) {
      words.copyWithin(to, to - width, to - width + low.length);
      continue;
    }
    const from = source * columns;
    for (let i = 0; i < low.length; i++) words[to + i] = table[data[from + low[i]]];
    painted = source;
  }
}

function paintInterpolated(target: Target, data: Levels, columns: number, across: Samples, down: Samples, table: Int32Array) {
  const { words, width } = target;
  const { low, high, weight, first } = across;
  for (let y = down.first; y < down.end; y++) {
    const top = down.low[y - down.first] * columns;
    const bottom = down.high[y - down.first] * columns;
    const g = down.weight[y - down.first];
    const to = y * width + first;
    for (let i = 0; i < low.length; i++) {
      const l = low[i];
      const h = high[i];
      const f = weight[i];
      const above = data[top + l] * (128 - f) + data[top + h] * f;
      const below = data[bottom + l] * (128 - f) + data[bottom + h] * f;
      words[to + i] = table[(above * (128 - g) + below * g + 8192) >> 14]; // 16 + 14 bits: no overflow
    }
  }
}

/** Entries of the table from interpolated levels to colours: as many as levels of 16 bits, or 256 between two of 8 bits. */
const FINE = 65536;

/** Lays values over what is painted; `place` says where the heat map's own pixels lie. */
export function paintHeat(target: Target, heat: Raster, place: Projection, limits: [number, number], layer: HeatLayer): void {
  const across = sample(target.width, place.originX, place.scaleX, heat.columns, true);
  const down = sample(target.height, place.originY, place.scaleY, heat.rows, true);
  const { colours, covers } = heatTables(heat, limits, layer);
  // weights are of 128 each way: 14 bits more than a level
  const shift = heat.depth === FINE ? 14 : 6;
  const { words } = target;
  const { levels } = heat;
  const { low, high, weight } = across;
  for (let y = down.first; y < down.end; y++) {
    const top = down.low[y - down.first] * heat.columns;
    const bottom = down.high[y - down.first] * heat.columns;
    const g = down.weight[y - down.first];
    const to = y * target.width + across.first;
    for (let i = 0; i < low.length; i++) {
      const l = low[i];
      const h = high[i];
      const f = weight[i];
      const above = levels[top + l] * (128 - f) + levels[top + h] * f;
      const below = levels[bottom + l] * (128 - f) + levels[bottom + h] * f;
      const entry = (above * (128 - g) + below * g) >> shift;
      const cover = covers[entry];
      if (cover) words[to + i] = mixed(words[to + i], colours[entry], cover);
    }
  }
}

/** Colour and opacity (of 256 parts) of each entry: worked out once a picture, not once a pixel. */
function heatTables(heat: Raster, [lo, hi]: [number, number], layer: HeatLayer): { colours: Int32Array; covers: Uint16Array } {
  const map = colourTable(layer.map);
  const opacity = parts(layer.opacity);
  const colours = new Int32Array(FINE);
  const covers = new Uint16Array(FINE);
  const step = heat.depth / FINE;
  for (let entry = 0; entry < FINE; entry++) {
    const t = clamp((heat.levelValue(entry * step) - lo) / (hi - lo || 1), 0, 1);
    colours[entry] = map[round(255 * t)];
    covers[entry] = layer.fade ? round(opacity * (layer.fade === "both" ? abs(2 * t - 1) : t)) : opacity;
  }
  return { colours, covers };
}

/** `over` on `under` with 0…256 of 256 parts; opaque. */
function mixed(under: number, over: number, parts: number): number {
  const rest = 256 - parts;
  const rb = (imul(under & 0xff00ff, rest) + imul(over & 0xff00ff, parts)) >>> 8;
  const g = (imul((under >>> 8) & 0xff, rest) + imul((over >>> 8) & 0xff, parts)) >>> 8;
  return 0xff000000 | (rb & 0xff00ff) | ((g & 0xff) << 8);
}

const FADED = 0.35; // of their opacity keep those that are not lit while others are
const LIT = 0.75; // opacity of a lit label, at least
const WHITE = "#ffffff";

/** Paints labels with their borders; a border is `line` device px wide, inside its domain. */
export function paintLabels(target: Target, map: LabelMap, place: Projection, layer: LabelLayer, line: number): void {
  const across = sample(target.width, place.originX, place.scaleX, map.columns, false);
  const down = sample(target.height, place.originY, place.scaleY, map.rows, false);
  const colours = map.paint.map((label) => layer.colour(label));
  const hatch = Uint8Array.from([0, ...map.paint.map((label) => layer.hatch?.(label) ?? 0)]);
  const strength = map.lit ? FADED : 1;
  const inks = {
    fill: inkFor(colours, layer.opacity * strength),
    hatched: inkFor(colours, layer.opacity > 0 ? layer.opacity * strength + 0.3 : 0),
    border: (layer.outline ?? true) ? inkFor(colours, strength) : null,
    hatch: hatch.some((kind) => kind > 0) ? hatch : null,
  };
  paintSlots(target, { slots: map.slots, columns: map.columns, rows: [0, map.rows - 1] }, across, down, inks, line);
  if (!map.lit) return;
  const white = colours.map(() => WHITE);
  const bright = { fill: inkFor(colours, max(layer.opacity, LIT)), hatched: inkFor(colours, 1), border: inkFor(white, 1), hatch: inks.hatch };
  paintSlots(target, { slots: map.lit, columns: map.columns, rows: map.litRows }, across, down, bright, 2 * line);
}

/** Colour times opacity per slot, red with blue and green apart, so that laying it on is one product each. */
interface Ink {
  redBlue: Int32Array;
  green: Int32Array;
  /** 256 less the opacity */
  rest: number;
}

interface Inks {
  fill: Ink;
  hatched: Ink;
  border: Ink | null;
  hatch: Uint8Array | null;
}

function inkFor(colours: readonly string[], opacity: number): Ink {
  const cover = parts(opacity);
  const redBlue = new Int32Array(colours.length + 1);
  const green = new Int32Array(colours.length + 1);
  colours.forEach((colour, i) => {
    const [r, g, b] = channels(colour);
    redBlue[i + 1] = imul((b << 16) | r, cover);
    green[i + 1] = g * cover;
  });
  return { redBlue, green, rest: 256 - cover };
}

interface Grid {
  slots: Slots;
  columns: number;
  /** first and last row with anything to paint */
  rows: [number, number];
}

function paintSlots(target: Target, grid: Grid, across: Samples, down: Samples, inks: Inks, line: number): void {
  const { words, width } = target;
  const { hatch, fill, hatched, border } = inks;
  const last = across.low.length - 1;
  const lastY = down.low.length - 1;
  const lines = new SampledLines(grid, across.low, 2 * line + 1);
  const pitch = 12 * line;
  for (let j = 0; j <= lastY; j++) {
    const source = down.low[j];
    if (source < grid.rows[0] || source > grid.rows[1]) continue;
    const here = lines.of(source);
    const above = lines.of(down.low[max(j - line, 0)]);
    const below = lines.of(down.low[min(j + line, lastY)]);
    const y = down.first + j;
    const to = y * width + across.first;
    for (let i = 0; i <= last; i++) {
      const slot = here[i];
      if (slot === 0) continue;
      let ink = fill;
      if (
        border !== null &&
        (above[i] !== slot || below[i] !== slot || here[i < line ? 0 : i - line] !== slot || here[i + line > last ? last : i + line] !== slot)
      ) {
        ink = border;
      } else if (hatch !== null && hatch[slot] > 0 && onHatch(hatch[slot], across.first + i, y, pitch, line)) ink = hatched;
      const word = words[to + i];
      const redBlue = (imul(word & 0xff00ff, ink.rest) + ink.redBlue[slot]) >>> 8;
      const green = imul((word >>> 8) & 0xff, ink.rest) + ink.green[slot];
      words[to + i] = 0xff000000 | (redBlue & 0xff00ff) | (green & 0xff00);
    }
  }
}

/** Rows of a label map as the canvas columns see them; the last few are kept, as borders look up and down. */
class SampledLines {
  readonly #lines: Slots[];
  readonly #rows: Int32Array;
  #next = 0;

  readonly #grid: Grid;
  readonly #columns: Int32Array;

  constructor(
    grid: Grid,
    columns: Int32Array,
    count: number,
  ) {
    this.#grid = grid;
    this.#columns = columns;

    const Kind = grid.slots instanceof Uint16Array ? Uint16Array : Uint32Array;
    this.#lines = Array.from({ length: count + 1 }, () => new Kind(columns.length));
    this.#rows = new Int32Array(count + 1).fill(-1);
  }

  of(row: number): Slots {
    const kept = this.#rows.indexOf(row);
    if (kept >= 0) return this.#lines[kept];
    const line = this.#lines[this.#next];
    const { slots, columns } = this.#grid;
    const from = row * columns;
    for (let i = 0; i < line.length; i++) line[i] = slots[from + this.#columns[i]];
    this.#rows[this.#next] = row;
    this.#next = (this.#next + 1) % this.#lines.length;
    return line;
  }
}

function onHatch(hatch: number, x: number, y: number, pitch: number, line: number): boolean {
  if (hatch === 1) return (x + 65536 * pitch - y) % pitch < 3 * line; // the multiple of pitch keeps it positive
  if (hatch === 2) return (x + y) % pitch < 3 * line;
  return x % pitch < 4 * line && y % pitch < 4 * line;
}

function parts(opacity: number): number {
  return round(256 * clamp(opacity, 0, 1));
}
