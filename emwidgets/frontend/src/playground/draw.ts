/** Particles at random for the game, by the recipe of emwidgets/particles/tasks.py: volume never gives a class away. */

import { random } from "./quaternion";

/** Values of the controls that make the particle. */
export interface Drawn {
  solid: string;
  a: number;
  b: number;
  c: number;
  depth: number;
  corners: number[];
  orientation: number[];
}

/** Edges of a cuboid, nm, and depths of cuts. */
const EDGES = [10, 16] as const;
const DEPTHS = [0.25, 0.5] as const;
/** nm³, of cuboid, pyramid and sphere alike. */
const VOLUMES = [1000, 2000] as const;
/** Height of a pyramid in units of its edge. */
const SLENDER = [0.7, 0.95] as const;
/** Edges are this different at least where a hand is asked for, nm. */
const HAND = 1;

export function draw(task: string, next: () => number = Math.random): Drawn {
  const between = ([low, high]: readonly [number, number]): number => low + (high - low) * next();
  const whole = (n: number): number => Math.floor(n * next());
  const orientation: number[] = [...random(next)];
  const rounded = (length: number): number => Number(length.toFixed(2));

  function subset(count: number): number[] {
    const all = [0, 1, 2, 3, 4, 5, 6, 7];
    return Array.from({ length: count }, () => all.splice(whole(all.length), 1)[0]).sort((a, b) => a - b);
  }

  /** Three edges in their range, of a cuboid of this volume. */
  function edges(volume: number): number[] {
    for (;;) {
      const drawn = [0, 1, 2].map(() => between(EDGES));
      const stretch = Math.cbrt(volume / (drawn[0] * drawn[1] * drawn[2]));
      const fitting = drawn.map((edge) => rounded(edge * stretch));
      if (fitting.every((edge) => edge >= EDGES[0] && edge <= EDGES[1])) return fitting;
    }
  }

  /** The volume that is left is drawn as that of an uncut cuboid, so that cuts cannot be told from it. */
  function cut(corners: number[]): Drawn {
    const depth = rounded(between(DEPTHS));
    const left = 1 - (corners.length * depth ** 3) / 6;
    const most = EDGES[1] ** 3 * (1 - (8 * DEPTHS[1] ** 3) / 6);
    let volume = Infinity;
    while (volume > most) volume = between(EDGES) * between(EDGES) * between(EDGES);
    const [a, b, c] = edges(volume / left);
    return { solid: "cuboid", a, b, c, depth, corners, orientation };
  }

  function ofVolume(solid: string, volume: number): Drawn {
    const drawn = cut([]);
    if (solid === "sphere") return { ...drawn, solid, a: rounded(2 * Math.cbrt((3 * volume) / (4 * Math.PI))) };
    if (solid === "cuboid") {
      const [a, b, c] = edges(volume);
      return { ...drawn, a, b, c };
    }
    const ratio = between(SLENDER);
    const edge = Math.cbrt((volume * 12) / Math.sqrt(3) / ratio);
    return { ...drawn, solid: "triangular pyramid", a: rounded(edge), b: rounded(ratio * edge) };
  }

  function handed(): Drawn {
    for (;;) {
      const drawn = cut(subset(1 + whole(3)));
      const [short, middle, long] = [drawn.a, drawn.b, drawn.c].sort((a, b) => a - b);
      if (Math.min(middle - short, long - middle) >= HAND && handOf(drawn.corners) !== 0) return drawn;
    }
  }

  if (task === "shape") return ofVolume(["cuboid", "pyramid", "sphere"][whole(3)], between(VOLUMES));
  if (task === "handedness") return handed();
  if (task === "arrangement") return cut(pair(1 + whole(3), whole(8), whole));
  return cut(subset(task === "deformed" ? (next() < 0.5 ? 0 : 1 + whole(8)) : whole(9)));
}

/** Two corners that differ along so many axes. */
function pair(axes: number, first: number, whole: (n: number) => number): number[] {
  const ways = [1, 2, 3, 4, 5, 6, 7].filter((bits) => [1, 2, 4].filter((bit) => bits & bit).length === axes);
  return [first, first ^ ways[whole(ways.length)]].sort((a, b) => a - b);
}

/** How many more corners of one hand than of the other: neighbours are of opposite hands. */
function handOf(corners: number[]): number {
  return corners.reduce((sum, corner) => sum + ([1, 2, 4].filter((bit) => corner & bit).length % 2 ? 1 : -1), 0);
}
