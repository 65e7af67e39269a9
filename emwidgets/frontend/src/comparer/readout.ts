/** What lies under the pointer in all images and maps at once. */

import { round } from "../core/maths";
import { Raster } from "../core/pixels";
import type { Cursor, Pixels } from "../core/types";
import { element } from "../core/ui/dom";
import { significant, withUnit } from "../core/ui/format";
import { type Context, names } from "./context";
import { lengthOfPixel } from "./data";

const rasters = new WeakMap<Pixels, Raster>();

export function rasterOf(pixels: Pixels): Raster {
  let raster = rasters.get(pixels);
  if (!raster) rasters.set(pixels, (raster = new Raster(pixels)));
  return raster;
}

/** Value at a place in axis units; NaN outside. Maps may be coarser than the image. */
function valueAt(pixels: Pixels | null, { x, y }: Cursor): number {
  if (!pixels) return NaN;
  const raster = rasterOf(pixels);
  const [ix, iy] = raster.toIndex(x, y);
  return raster.value(round(ix), round(iy));
}

/** The place, then each value with its name; `restored` is the image at the strength shown. */
export function readoutParts(context: Context, cursor: Cursor, restored: Pixels | null): string[] {
  const { before, truth, defocus, uncertainty } = context.reading;
  const called = names(context);
  // the stage says where, and ends with a value of one image: here all of them follow, each by its name
  const { unit } = before!.axes.x;
  const parts = cursor.parts.slice(0, unit === "px" ? 1 : 2);
  const say = (name: string, pixels: Pixels | null, write: (value: number) => string): void => {
    const value = valueAt(pixels, cursor);
    if (!Number.isNaN(value)) parts.push(`${name} ${write(value)}`);
  };
  const four = (value: number): string => significant(value, 4);
  say(called.before.toLowerCase(), before, four);
  say(called.after.toLowerCase(), restored, four);
  say("truth", truth, four);
  say("blur", defocus, (width) => {
    const pixel = lengthOfPixel(before);
    return pixel ? withUnit(significant(width * pixel.size), pixel.unit) : withUnit(significant(width), "px");
  });
  say("±", uncertainty, (value) => significant(value, 2));
  return parts;
}

export function readoutLine(): { element: HTMLElement; show(parts: string[]): void } {
  const line = element("div.em-stage-readout", { "aria-hidden": true });
  return {
    element: line,
    // a line breaks between two parts only
    show: (parts) => line.replaceChildren(...parts.flatMap((part, i) => [i ? " " : "", element("span", {}, i < parts.length - 1 ? `${part}\u00a0·` : part)])),
  };
}
