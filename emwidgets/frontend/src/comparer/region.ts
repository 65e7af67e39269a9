/** A part of the image to be restored alone: drawn as a box, moved, drawn larger, or moved by keys. */

import { abs, ceil, clamp, floor, max, min, round } from "../core/maths";
import { Raster } from "../core/pixels";
import { lengthText } from "../core/scalebar";
import type { Layer, Pixels, Ring, Stage } from "../core/types";
import { project } from "../core/view";
import type { Context } from "./context";
import type { Region } from "./data";

/** Edges between pixels, counted from the upper left corner of the image: 0 … columns and 0 … rows. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const COLOUR = "#ffd54a";
/** px within which an edge is taken hold of. */
const REACH = { mouse: 8, touch: 20 };
/** Pixels across, at least; a smaller box is a click. */
const SMALLEST = 4;
/** Part of the image that a key moves the box by. */
const KEY_PART = 1 / 64;

/** Centres of pixels of the image as recorded, which those shown may be means of. */
const toEdge = ({ scale, offset }: Pixels["axes"]["x"], binned: number, x: number): number => (x - scale / binned / 2 - offset) / scale + 0.5;
const fromEdge = ({ scale, offset }: Pixels["axes"]["x"], binned: number, edge: number): number => offset + scale * (edge - 0.5) + scale / binned / 2;

export function boxOf({ axes, binned }: Pixels, region: Region): Box | null {
  if (region.length !== 4) return null;
  const [left, right] = [region[0], region[1]].map((x) => toEdge(axes.x, binned || 1, x)).sort((a, b) => a - b);
  const [top, bottom] = [region[2], region[3]].map((y) => toEdge(axes.y, binned || 1, y)).sort((a, b) => a - b);
  return { left, top, right, bottom };
}

export function regionOf({ axes, binned }: Pixels, { left, top, right, bottom }: Box): Region {
  const [x0, x1] = [left, right].map((edge) => tidy(fromEdge(axes.x, binned || 1, edge))).sort((a, b) => a - b);
  const [y0, y1] = [top, bottom].map((edge) => tidy(fromEdge(axes.y, binned || 1, edge))).sort((a, b) => a - b);
  return [x0, x1, y0, y1];
}

/** As it is read in code: without the last digits, which only sums of floats have. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** Whole pixels, inside the image. */
export function fitted(box: Box, [rows, columns]: readonly number[]): Box {
  const [left, right] = [clamp(floor(min(box.left, box.right) + 1e-6), 0, columns), clamp(ceil(max(box.left, box.right) - 1e-6), 0, columns)];
  const [top, bottom] = [clamp(floor(min(box.top, box.bottom) + 1e-6), 0, rows), clamp(ceil(max(box.top, box.bottom) - 1e-6), 0, rows)];
  return { left, top, right, bottom };
}

/** "120 nm × 80 nm" */
export function sizeText({ axes: { x, y } }: Pixels, { left, top, right, bottom }: Box): string {
  const say = ({ scale, unit }: typeof x, count: number): string => lengthText(Number((abs(scale) * count).toPrecision(3)), unit);
  return `${say(x, right - left)} × ${say(y, bottom - top)}`;
}

/** Part of the height from the top within which there is no room for words above a box. */
const NO_ROOM = 0.08;

/** A stage draws rings: an edge is an ellipse without a width, and what carries the words a point. */
export function boxLayers(image: Pixels, box: Box): Layer[] {
  const { x: ax, y: ay } = image.axes;
  const place = (across: number, down: number): [number, number] => [ax.offset + ax.scale * (across - 0.5), ay.offset + ay.scale * (down - 0.5)];
  const half = [abs((ax.scale * (box.right - box.left)) / 2), abs((ay.scale * (box.bottom - box.top)) / 2)];
  const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const line = ([x, y]: [number, number], radius: number, minor: number, label?: string): Ring => ({ x, y, radius, minor, label });
  const corner = box.top > NO_ROOM * image.shape[0] ? box.top : box.bottom;
  const rings = [
    line(place(box.left, corner), 0, 0, sizeText(image, box)),
    line(place(middle[0], box.top), half[0], 0),
    line(place(middle[0], box.bottom), half[0], 0),
    line(place(box.left, middle[1]), 0, half[1]),
    line(place(box.right, middle[1]), 0, half[1]),
  ];
  return [{ kind: "rings", id: "region", colour: COLOUR, rings }];
}

type Sides = { x: -1 | 0 | 1; y: -1 | 0 | 1 };

export interface RegionTool {
  /** the box as it is drawn now; null: the whole image */
  now(): Box | null;
  clear(): void;
  destroy(): void;
}

/** Drags and keys on the stages mean the box while `active`. `changed` is called when it is to be drawn anew. */
export function regionTool(context: Context, area: HTMLElement, stages: readonly Stage[], active: () => boolean, changed: () => void): RegionTool {
  const { saver } = context;
  let drawn: Box | null = null;
  let drag: { pointer: number; from: Box; at: [number, number]; sides: Sides | null; isNew: boolean } | null = null;

  const image = (): Pixels | null => context.reading.before;
  const saved = (): Box | null => (image() ? boxOf(image()!, saver.latest("region") ?? []) : null);
  const now = (): Box | null => drawn ?? saved();

  /** The place of a pointer in edges between pixels, and how many px one is. */
  function placeOn(stage: Stage, event: PointerEvent): { at: [number, number]; pixel: [number, number] } {
    const { rows, columns, aspect } = new Raster(image()!);
    const { left, top, width, height } = stage.canvas.getBoundingClientRect();
    const p = project(stage.view, { columns, rows, aspect, width, height });
    return { at: [(event.clientX - left - p.originX) / p.scaleX, (event.clientY - top - p.originY) / p.scaleY], pixel: [p.scaleX, p.scaleY] };
  }

  const stageOf = (event: Event): Stage | undefined => stages.find(({ canvas }) => canvas === event.target);

  function down(event: PointerEvent): void {
    const stage = stageOf(event);
    if (!active() || !stage || !image()) return;
    if (drag) return giveUp(); // a second finger: this is a pinch, not a box
    if (event.button > 0 || !context.needsPython()) return;
    const { at, pixel } = placeOn(stage, event);
    const reach = REACH[event.pointerType === "touch" ? "touch" : "mouse"];
    const box = now();
    const sides = box && held(box, at, pixel, reach);
    drag = { pointer: event.pointerId, from: box && sides ? box : { left: at[0], top: at[1], right: at[0], bottom: at[1] }, at, sides, isNew: !sides };
    stage.canvas.setPointerCapture?.(event.pointerId);
    stage.canvas.focus({ preventScroll: true });
    event.stopPropagation();
    event.preventDefault();
  }

  function move(event: PointerEvent): void {
    const stage = stageOf(event);
    if (!drag || event.pointerId !== drag.pointer || !stage) return;
    const { at } = placeOn(stage, event);
    const [dx, dy] = [at[0] - drag.at[0], at[1] - drag.at[1]];
    drawn = drag.isNew ? fitted({ ...drag.from, right: drag.from.left + dx, bottom: drag.from.top + dy }, image()!.shape) : shifted(drag.from, drag.sides!, dx, dy, image()!.shape);
    event.stopPropagation();
    changed();
  }

  function up(event: PointerEvent): void {
    if (!drag || event.pointerId !== drag.pointer) return;
    event.stopPropagation();
    const box = drawn;
    drag = drawn = null;
    if (box && min(box.right - box.left, box.bottom - box.top) >= SMALLEST && event.type === "pointerup") send(box);
    changed();
  }

  function giveUp(): void {
    drag = drawn = null;
    changed();
  }

  function send(box: Box): void {
    saver.send({ region: regionOf(image()!, box) });
  }

  /** Arrows move the box, with Shift its lower right corner; the first one makes one. */
  function key(event: KeyboardEvent): void {
    if (!active() || !stageOf(event) || !image() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete" || event.key === "Backspace") clear();
    else {
      const [rows, columns] = image()!.shape;
      const step = max(1, round(KEY_PART * max(rows, columns)));
      const moves: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      const by = moves[event.key];
      if (!by) return;
      const box = now();
      const first = { left: columns / 4, top: rows / 4, right: (3 * columns) / 4, bottom: (3 * rows) / 4 };
      const next = box ? shifted(box, event.shiftKey ? { x: 1, y: 1 } : { x: 0, y: 0 }, ...by, [rows, columns]) : fitted(first, [rows, columns]);
      if (context.needsPython()) saver.hold("region", regionOf(image()!, next));
      changed();
    }
    event.stopPropagation();
    event.preventDefault();
  }

  function clear(): void {
    if (saver.latest("region")?.length && context.needsPython()) saver.send({ region: [] });
  }

  area.addEventListener("pointerdown", down, true);
  area.addEventListener("pointermove", move, true);
  for (const name of ["pointerup", "pointercancel"] as const) area.addEventListener(name, up, true);
  area.addEventListener("keydown", key, true);
  return { now, clear, destroy: giveUpQuietly };

  function giveUpQuietly(): void {
    drag = drawn = null;
  }
}

/** Which edges are held at a place; none inside means the whole box, null that it is elsewhere. */
export function held(box: Box, [x, y]: readonly [number, number], [px, py]: readonly [number, number], reach: number): Sides | null {
  const beyond = x < box.left - reach / px || x > box.right + reach / px || y < box.top - reach / py || y > box.bottom + reach / py;
  if (beyond) return null;
  const near = (place: number, low: number, high: number, scale: number): -1 | 0 | 1 => {
    // of a box so small that both are near, the nearer one
    const [toLow, toHigh] = [abs(place - low) * scale, abs(place - high) * scale];
    return min(toLow, toHigh) > reach ? 0 : toLow < toHigh ? -1 : 1;
  };
  return { x: near(x, box.left, box.right, px), y: near(y, box.top, box.bottom, py) };
}

/** With no edge held the box moves as a whole, and stays inside. */
export function shifted(box: Box, { x, y }: Sides, dx: number, dy: number, shape: readonly number[]): Box {
  const [rows, columns] = shape;
  if (x || y) {
    const [left, right] = [box.left + (x < 0 ? dx : 0), box.right + (x > 0 ? dx : 0)];
    const [top, bottom] = [box.top + (y < 0 ? dy : 0), box.bottom + (y > 0 ? dy : 0)];
    return fitted({ left, right, top, bottom }, shape);
  }
  const across = round(clamp(dx, -box.left, columns - box.right));
  const down = round(clamp(dy, -box.top, rows - box.bottom));
  return { left: box.left + across, right: box.right + across, top: box.top + down, bottom: box.bottom + down };
}
