/** Colours of domains and peaks, told apart by the colour-blind and on dark as on light. */

import { labelColour } from "../core/colormaps";
import { clamp, cos, PI, round, sin } from "../core/maths";
import type { Table } from "../core/types";
import { numbers } from "./data";

export type ColourBy = "grain" | "family" | "orientation";

/** Even steps of hue at one lightness and chroma in Oklab (B. Ottosson, 2020), closed over 180°. */
export function orientationColour(degrees: number): string {
  const hue = (2 * PI * (((degrees % 180) + 180) % 180)) / 180 + 0.5;
  const [lightness, a, b] = [0.74, 0.135 * cos(hue), 0.135 * sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return hex([
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(fromLinear));
}

function fromLinear(light: number): number {
  const inside = clamp(light, 0, 1);
  return inside <= 0.0031308 ? 12.92 * inside : 1.055 * inside ** (1 / 2.4) - 0.055;
}

function hex(channels: number[]): string {
  return `#${channels.map((value) => round(255 * value).toString(16).padStart(2, "0")).join("")}`;
}

/** label → colour for one table of domains; domains of one grain are one colour, as in the map of labels. */
export function domainColours(domains: Table, by: ColourBy): Map<number, string> {
  const labels = numbers(domains, "label");
  const groups = numbers(domains, by === "family" ? "family" : "grain");
  const orientations = numbers(domains, "orientation");
  return new Map(
    labels.map((label, row) => {
      if (by === "orientation") return [label, orientationColour(orientations[row])];
      return [label, labelColour(groups[row])];
    }),
  );
}

const PROBABILITY = ["#7f8c9a", "#6f93b8", "#4fa3c7", "#38b6a6", "#7fcf5a", "#f5d547"];

/** From a quiet grey at 0 to a bright yellow at 1, rising in lightness like viridis. */
export function probabilityColour(probability: number): string {
  const place = clamp(probability || 0, 0, 1) * (PROBABILITY.length - 1);
  return PROBABILITY[round(place)];
}

export const PROBABILITY_GRADIENT = `linear-gradient(to right, ${PROBABILITY.join(", ")})`;
