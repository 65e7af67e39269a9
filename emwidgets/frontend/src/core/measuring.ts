/** Drawing a ruler or a profile line with the pointer. */

import { Listeners } from "./listeners";
import { clamp, hypot } from "./maths";
import { measured, snapped } from "./measure";
import { HANDLE } from "./overlay";
import type { Scene } from "./scene";
import type { Measurement, MeasurementEnds, Tool } from "./types";
import { type Projection, toCanvas, toIndex } from "./view";

type Spot = [number, number];

export class Measuring {
  readonly listeners = new Listeners<Measurement | null>();
  /** the end that stays while the other is drawn, css px */
  #anchor: Spot | null = null;
  #kind: "ruler" | "profile" = "ruler";

  readonly #scene: Scene;
  readonly #projection: () => Projection;
  readonly #width: () => number;
  readonly #repaint: () => void;

  constructor(
    scene: Scene,
    projection: () => Projection,
    width: () => number,
    repaint: () => void,
  ) {
    this.#scene = scene;
    this.#projection = projection;
    this.#width = width;
    this.#repaint = repaint;
  }

  set(ends: MeasurementEnds | null): void {
    const { raster } = this.#scene;
    this.#scene.measurement = ends && raster ? measured(raster, ends) : null;
    this.#repaint();
  }

  /** After a new image: the same line, measured anew. */
  again(): void {
    const { measurement, raster } = this.#scene;
    if (!measurement || !raster) return;
    const { kind, from, to, width } = measurement;
    this.set({ kind, from, to, width });
    this.listeners.emit(this.#scene.measurement);
  }

  /** Takes hold of an end of the line shown, or starts a new line. */
  grab(tool: Tool, x: number, y: number, touch: boolean): boolean {
    if (tool === "pan" || !this.#scene.raster) return false;
    this.#kind = tool;
    this.#anchor = this.#otherEnd(x, y, HANDLE + (touch ? 16 : 5)) ?? [x, y];
    return true;
  }

  /** If (x, y) is on an end of the line shown: where its other end is. */
  #otherEnd(x: number, y: number, reach: number): Spot | null {
    const { measurement, raster } = this.#scene;
    if (!measurement || !raster || measurement.kind !== this.#kind) return null;
    const p = this.#projection();
    const [from, to] = [measurement.from, measurement.to].map((end) => toCanvas(p, ...raster.toIndex(...end)));
    if (hypot(x - to[0], y - to[1]) <= reach) return from;
    if (hypot(x - from[0], y - from[1]) <= reach) return to;
    return null;
  }

  drag(x: number, y: number, shift: boolean): void {
    const { raster } = this.#scene;
    if (!this.#anchor || !raster) return;
    const p = this.#projection();
    const physical = (spot: Spot): Spot => {
      const [ix, iy] = toIndex(p, ...spot);
      const inside = (index: number, count: number): number => clamp(index, -0.5, count - 0.5);
      return raster.toPhysical(inside(ix, raster.columns), inside(iy, raster.rows));
    };
    const end = shift ? snapped(this.#anchor, [x, y]) : ([x, y] as Spot);
    this.set({ kind: this.#kind, from: physical(this.#anchor), to: physical(end), width: this.#width() });
    this.listeners.emit(this.#scene.measurement);
  }

  /** A mere click removes the line. */
  drop(moved: boolean): void {
    this.#anchor = null;
    if (!moved) this.clear();
  }

  /** Whether there was a line to remove. */
  clear(): boolean {
    if (!this.#scene.measurement) return false;
    this.set(null);
    this.listeners.emit(null);
    return true;
  }
}
