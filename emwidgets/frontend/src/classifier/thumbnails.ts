/** Small pictures of patterns, asked for when they come into sight and kept for a while. */

import { decode } from "../core/pixels";
import type { Context } from "./context";
import type { Thumbnails as Wire } from "./data";

/** Python sends no more at once. */
export const MOST_AT_ONCE = 64;

const REST_MS = 120;
const MOST_KEPT = 1024;
/** Another view of the widget may ask for others in between; what still does not come will not. */
const TRIES = 4;

export interface Thumbnail {
  rows: number;
  columns: number;
  levels: Uint8Array;
}

export class Thumbnails {
  readonly #kept = new Map<number, Thumbnail>();
  readonly #context: Context;
  #shown: readonly number[] = [];
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  of(frame: number): Thumbnail | undefined {
    return this.#kept.get(frame);
  }

  take({ indices, pixels }: Wire): void {
    const [, rows, columns] = pixels.shape;
    const levels = decode(pixels) as Uint8Array;
    indices.forEach((frame, i) => {
      this.#kept.delete(frame); // the latest come last
      this.#kept.set(frame, { rows, columns, levels: levels.slice(i * rows * columns, (i + 1) * rows * columns) });
    });
    for (const frame of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(frame);
    }
    this.#ask();
  }

  /** These are in sight. */
  show(frames: readonly number[]): void {
    if (frames.join() !== this.#shown.join()) this.#tries = 0;
    this.#shown = frames;
    this.#ask();
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const missing = this.#shown.filter((frame) => !this.#kept.has(frame)).slice(0, MOST_AT_ONCE);
      const { connection, saver } = this.#context;
      if (!missing.length || connection.where !== "live" || this.#tries >= TRIES) return;
      this.#tries += 1;
      saver.queue("wanted", missing);
    }, REST_MS);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }
}
