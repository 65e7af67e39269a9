/** Signs of the classes, so that none is told by its colour alone; drawn by style/classifier.css. */

import { element, set } from "../core/ui/dom";
import type { Kind } from "./classes";

export type Glyph = Kind | "corrected" | "neither";

/** In words. */
export const NAMES: Record<Glyph, string> = {
  ring: "Ring",
  spot: "Spot",
  uncertain: "Uncertain",
  problem: "Not readable",
  pending: "Not classified yet",
  corrected: "Corrected",
  neither: "Neither",
};

export function glyph(of: Glyph): HTMLElement {
  return show(element("span", { "aria-hidden": true }), of);
}

export function show(node: HTMLElement, of: Glyph): HTMLElement {
  return set(node, { class: `em-glyph em-glyph-${of}` });
}

/** Bright enough to be seen on a pattern, apart for the colour-blind; ring, spot, uncertain. */
export const RING_INK = "#4cc3ff";
export const SPOT_INK = "#ffb42e";
