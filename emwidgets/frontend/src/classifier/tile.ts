/** One pattern of the gallery: its picture, its number, what it is and how probably. */

import { element, set, setText } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { KINDS, type Tally } from "./classes";
import { glyph, NAMES, show } from "./glyphs";
import type { Thumbnail } from "./thumbnails";

export interface Tile {
  readonly element: HTMLElement;
  show(frame: number, tally: Tally, chosen: boolean, focusable: boolean): void;
  paint(thumbnail: Thumbnail | undefined): void;
}

export function tile(): Tile {
  const canvas = element("canvas.em-tile-picture", { "aria-hidden": true });
  const number = element("span.em-tile-number");
  const sign = glyph("pending");
  const pen = glyph("corrected");
  const value = element("span.em-tile-value");
  const spoken = element("span.em-hidden");
  const foot = element("span.em-tile-foot", { "aria-hidden": true }, sign, value, pen, number);
  const root = element("div.em-tile", { role: "option", tabindex: -1 }, canvas, spoken, foot);
  let painted: Thumbnail | undefined;

  return {
    element: root,
    show(frame, { codes, corrected, ring }, chosen, focusable) {
      const kind = KINDS[codes[frame]];
      const p = ring[frame];
      const label = kind === "uncertain" ? (p >= 0.5 ? "ring" : "spot") : kind;
      const known = kind !== "pending" && kind !== "problem" && p === p;
      const said = known && !corrected[frame] ? percent(label === "ring" ? p : 1 - p) : "";
      pen.hidden = !corrected[frame];
      show(sign, kind);
      setText(number, String(frame));
      setText(value, said);
      const more = corrected[frame] ? "by your correction" : kind === "uncertain" ? `more like ${label}, ${said}` : said;
      const words = `Pattern ${frame}: ${NAMES[kind].toLowerCase()}${more && `, ${more}`}`.replace(/\u202f/g, " ");
      setText(spoken, words);
      set(root, {
        "data-tile": frame,
        "data-kind": kind,
        "data-corrected": corrected[frame] === 1,
        "aria-selected": chosen,
        title: words,
        tabindex: focusable ? 0 : -1,
      });
    },
    paint(thumbnail) {
      if (thumbnail === painted) return;
      painted = thumbnail;
      set(root, { "data-empty": !thumbnail });
      const ink = thumbnail && canvas.getContext("2d");
      if (!ink) return;
      const { rows, columns, levels } = thumbnail;
      Object.assign(canvas, { width: columns, height: rows });
      const image = ink.createImageData(columns, rows);
      const words = new Uint32Array(image.data.buffer);
      for (let i = 0; i < levels.length; i++) words[i] = (0xff000000 | (levels[i] * 0x10101)) >>> 0;
      ink.putImageData(image, 0, 0);
    },
  };
}
