/** Colour maps for values and colours for labels. */

import { floor, min, round } from "./maths";
import type { ColourMapName } from "./types";

/**
 * Perceptually even maps as 32 evenly spaced colours, straight lines between them: the least-squares
 * fit to the 256-entry tables of matplotlib (CC0; viridis, inferno and magma by N. J. Smith and
 * S. van der Walt; cividis by J. R. Nuñez et al., PLoS ONE 13, e0199239). No channel is more than 4/255 off.
 */
const ANCHORS: Record<Exclude<ColourMapName, "gray" | "blue-orange">, string> = {
  viridis:
    "440154470d6048196b482474472e7c4538824242873e4b8a3a548c365d8d32658e2e6d8e2b758e287d8e25858e228c8d" +
    "1f948c1e9c8a20a38624ab822db27d39ba7648c16e58c7656acd5b7ed34f92d742a8db34bedf25d4e21ae9e418fde724",
  cividis:
    "00234e00285b002e6c0633711e396f293f6e34446c3d4a6c45506c4d556c555b6d5c616e6367706b6d72727274797877" +
    "807e79888579908b78989177a09775a89e73b0a471b9ab6dc1b26acab965d3c060dcc859e5cf52eed749f8de3bffe734",
  inferno:
    "0000030303120b0725160c38220c4d310a5d3f09674d0c6c5a116e67166f741b6e811f6c8e24699b2965a82e5fb53358" +
    "c13a51cc4248d74b3fe05536e8612cef6d22f57b17f9890cfb9805fca80cfbb81cf9c82ff6d846f2e863f2f585fcffa5",
  magma:
    "0000030303120a0823140e351e11492a125d380f6e460f7854137d6118806d1e817a2382872781942c80a2307eaf347b" +
    "bd3977ca3e72d7446ce24d66ec5860f3655cf8745cfb835ffd9366fea26ffeb279fec185fed092fddfa1fceeb0fcfdbf",
};

export const COLOUR_MAPS: readonly ColourMapName[] = ["gray", "viridis", "cividis", "inferno", "magma"];

/** Maps made so far; one that is put here can be shown like the others. */
export const tables = new Map<ColourMapName, Int32Array>();

/** 256 colours as ImageData's 32-bit words 0xAABBGGRR, opaque. */
export function colourTable(name: ColourMapName): Int32Array {
  let table = tables.get(name);
  if (!table) {
    table = name === "gray" ? grayTable() : interpolated(ANCHORS[name as keyof typeof ANCHORS]);
    tables.set(name, table);
  }
  return table;
}

function grayTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) => packed(i, i, i));
}

/** 256 colours along evenly spaced ones, written as hexadecimal digits one after the other. */
export function interpolated(anchors: string): Int32Array {
  if (!anchors) throw new RangeError(`no such colour map; there are ${COLOUR_MAPS.join(", ")}`);
  const colours = Array.from({ length: anchors.length / 6 }, (_, i) => channels(anchors.slice(6 * i, 6 * i + 6)));
  return Int32Array.from({ length: 256 }, (_, i) => {
    const place = (i / 255) * (colours.length - 1);
    const left = min(floor(place), colours.length - 2);
    const part = place - left;
    const [r, g, b] = colours[left].map((low, c) => round(low + part * (colours[left + 1][c] - low)));
    return packed(r, g, b);
  });
}

/** CSS colours along a map, e.g. for a gradient beside a histogram. */
export function colourStops(name: ColourMapName, count = 16): string[] {
  const table = colourTable(name);
  return Array.from({ length: count }, (_, i) => {
    const colour = table[round((i * 255) / (count - 1))];
    return `rgb(${colour & 255},${(colour >> 8) & 255},${(colour >> 16) & 255})`;
  });
}

/** "#rrggbb" or "rrggbb" to [r, g, b]. */
export function channels(colour: string): [number, number, number] {
  const digits = colour.replace("#", "");
  if (!/^[0-9a-f]{6}$/i.test(digits)) throw new RangeError(`'${colour}' is no colour of the form #rrggbb`);
  const word = Number.parseInt(digits, 16);
  return [word >> 16, (word >> 8) & 255, word & 255];
}

export function packed(r: number, g: number, b: number): number {
  return 0xff000000 | (b << 16) | (g << 8) | r;
}

/**
 * Eight colours at least 0.14 apart in Oklab (B. Ottosson, 2020) for normal sight, protanopes and deuteranopes
 * (G. M. Machado et al., 2009): found by a search for the largest smallest
 * distance that started from sky blue and orange of M. Okabe and K. Ito, "Color Universal Design" (2008).
 */
const LABEL_COLOURS = ["#56b4e9", "#e69f00", "#b40096", "#ffff00", "#1e4bff", "#ff3c87", "#69780f", "#69ffff"];

/** Colour of a class (family, label …); -1 and other negative numbers, "none", are gray. */
export function labelColour(index: number): string {
  return index < 0 ? "#bbbbbb" : LABEL_COLOURS[index % LABEL_COLOURS.length];
}

/** Hatch that keeps classes apart which share a colour: it changes with each turn of the palette. */
export function labelHatch(index: number): 0 | 1 | 2 | 3 {
  return index < 0 ? 0 : ((floor(index / LABEL_COLOURS.length) % 4) as 0 | 1 | 2 | 3);
}
