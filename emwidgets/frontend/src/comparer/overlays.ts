/** What is laid over the images: what was changed, where it was out of focus, how sure the restoration is. */

import type { ColourMapName, HeatLayer, Pixels } from "../core/types";
import { significant, withUnit } from "../core/ui/format";
import { type Blend, countsOf } from "./blend";
import { type Context, comparedWith, names, type Overlay, strength } from "./context";
import { lengthOfPixel } from "./data";

/** A scale of colours and what it says. */
export interface Legend {
  title: string;
  map: ColourMapName;
  /** at the two ends, and in the middle where it has a meaning */
  ends: [string, string];
  middle: string;
  help: string;
}

/** Below it a blur cannot be told from none: its scale does not become finer, px. */
const LEAST_BLUR = 1;
const PERCENTILE = 99.8;

/** The unit of an image: what stands behind the stroke. */
const unitOf = (image: Pixels): string => / \/ (.*)/.exec(image.quantity)?.[1] ?? "";

const rounded = (value: number, unit: string): string => withUnit(significant(value, 2), unit);

/** From nothing to so much; in both units where there are two. */
function blurText(width: number, image: Pixels | null): string {
  const pixel = lengthOfPixel(image);
  const inPixels = rounded(width, "px");
  return pixel ? `${inPixels} · ${rounded(width * pixel.size, pixel.unit)}` : inPixels;
}

/** Largest value of a map that has a colour of its own. */
const mostOf = (map: Pixels, least: number): number => Math.max(countsOf(map).percentile(PERCENTILE), least);

function signed(limit: number, unit: string): [string, string] {
  return [`−${rounded(limit, unit)}`, `+${rounded(limit, unit)}`];
}

export interface Painted {
  layer: HeatLayer;
  legend: Legend;
}

/** The layer and its legend; null where there is nothing to show. */
export function overlayOf(context: Context, blend: Blend | null, kind: Overlay, opacity: number): Painted | null {
  const { defocus, uncertainty, before } = context.reading;
  const heat = (pixels: Pixels, map: ColourMapName, limits: [number, number], fade: true | "both"): HeatLayer => ({
    kind: "heat", id: `overlay ${kind}`, pixels, map, limits, opacity, fade,
  });
  if (kind === "change" && blend) {
    const limit = blend.limit(blend.before);
    // a weaker restoration changes less: the same values on a wider scale
    const shown = limit / Math.max(strength(context), 1e-9);
    return {
      layer: heat(blend.change, "blue-orange", [-shown, shown], "both"),
      legend: { title: "Change", map: "blue-orange", ends: signed(limit, unitOf(blend.after)), middle: "0", help: "Restored less before: blue became darker, orange brighter; clear is unchanged" },
    };
  }
  if (kind === "defocus" && defocus) {
    const most = mostOf(defocus, LEAST_BLUR);
    return {
      layer: heat(defocus, "viridis", [0, most], true),
      legend: { title: "Blur width σ", map: "viridis", ends: ["sharp", blurText(most, before)], middle: "", help: "Estimated width of the blur (standard deviation of the point spread); clear where the image was sharp" },
    };
  }
  if (kind === "uncertainty" && uncertainty) {
    const most = mostOf(uncertainty, 0) || 1;
    return {
      layer: heat(uncertainty, "magma", [0, most], true),
      legend: { title: "Uncertainty", map: "magma", ends: ["0", rounded(most, unitOf(uncertainty))], middle: "", help: "Standard deviation over the averaged orientations: where they disagree, do not trust the detail" },
    };
  }
  return null;
}

/** Of the mode that shows the difference itself. */
export function differenceLegend(context: Context, limit: number, image: Pixels): Legend {
  const { left } = names(context);
  const what = comparedWith(context) === "truth" ? "What is still wrong" : "What was changed";
  return {
    title: `Restored − ${left.toLowerCase()}`,
    map: "blue-orange",
    ends: signed(limit, unitOf(image)),
    middle: "0",
    help: `${what}: blue is darker, orange brighter than ${left.toLowerCase()}`,
  };
}

/** Why there is no such overlay. */
export function whyNone(context: Context, kind: Overlay): string {
  if (kind === "none" || !context.reading.before) return "";
  if (!context.reading.after) return "Nothing is restored yet";
  if (kind === "uncertainty") return "No uncertainty: it comes from averaging two orientations or more";
  return kind === "defocus" ? "No map of the blur" : "";
}
