/** A made-up specimen: two grains in an amorphous film, their image and its power spectrum. */

export const SIZE = 512;
export const SCALE = 0.022; // nm/px

export interface Reflection {
  kx: number;
  ky: number;
  grain: 0 | 1;
}

export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function reflection(d: number, degrees: number, grain: 0 | 1): Reflection {
  const angle = (degrees * Math.PI) / 180;
  return { kx: Math.cos(angle) / d, ky: Math.sin(angle) / d, grain };
}

export const REFLECTIONS: Reflection[] = [
  reflection(0.374, 24, 0),
  reflection(0.374, 95, 0),
  reflection(0.229, 60, 0),
  reflection(0.374, -38, 1),
  reflection(0.229, -2, 1),
];

/** Rough discs, so that outlines look like those of real grains. */
const GRAINS = [
  { x: 170, y: 205, radius: 120, phase: 0.4 },
  { x: 352, y: 318, radius: 104, phase: 2.1 },
];

function inside(grain: number, x: number, y: number): boolean {
  const { x: cx, y: cy, radius, phase } = GRAINS[grain];
  const angle = Math.atan2(y - cy, x - cx);
  const edge = radius * (1 + 0.16 * Math.sin(3 * angle + phase) + 0.07 * Math.sin(7 * angle + 2 * phase));
  return Math.hypot(x - cx, y - cy) < edge;
}

/** Masks of the two grains and, for each reflection, a slightly different part of its grain. */
export function masks(): Uint8Array[] {
  const next = random(7);
  return REFLECTIONS.map(({ grain }) => {
    const shift = [(next() - 0.5) * 18, (next() - 0.5) * 18];
    const mask = new Uint8Array(SIZE * SIZE);
    for (let y = 0; y < SIZE; y += 1) {
      for (let x = 0; x < SIZE; x += 1) mask[y * SIZE + x] = inside(grain, x + shift[0], y + shift[1]) ? 1 : 0;
    }
    return mask;
  });
}

export function micrograph(): Uint8Array {
  const next = random(3);
  const noise = blurred(Float32Array.from({ length: SIZE * SIZE }, () => next() - 0.5));
  const grains = masks();
  return Uint8Array.from(noise, (grainy, i) => {
    const x = (i % SIZE) * SCALE;
    const y = Math.floor(i / SIZE) * SCALE;
    let value = 118 + 190 * grainy + 14 * Math.sin(i / 60000);
    REFLECTIONS.forEach(({ kx, ky }, r) => {
      if (grains[r][i]) value += 17 * Math.cos(2 * Math.PI * (kx * x + ky * y));
    });
    return Math.min(255, Math.max(0, value));
  });
}

function blurred(values: Float32Array): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    let sum = 0;
    for (const step of [0, 1, 2, SIZE, SIZE + 1, SIZE + 2, 2 * SIZE, 2 * SIZE + 1]) sum += values[(i + step) % values.length];
    out[i] = sum / 8;
  }
  return out;
}

/** Step of the spectrum in 1/nm. */
export const STEP = 1 / (SIZE * SCALE);

/** log10 power: speckle on a falling background, and a spot at each reflection and its mate. */
export function spectrum(): Float32Array {
  const next = random(11);
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const kx = ((i % SIZE) - SIZE / 2) * STEP;
    const ky = (Math.floor(i / SIZE) - SIZE / 2) * STEP;
    let power = 400 / (1 + (kx * kx + ky * ky) / 6) + 3;
    for (const spot of REFLECTIONS) {
      for (const sign of [1, -1]) {
        const distance = ((kx - sign * spot.kx) ** 2 + (ky - sign * spot.ky) ** 2) / (2 * 0.07 ** 2);
        if (distance < 20) power += 26000 * Math.exp(-distance);
      }
    }
    if (Math.abs(kx) < STEP || Math.abs(ky) < STEP) power *= 6;
    return Math.log10(power * -Math.log(1 - next() * 0.9999) + 0.5);
  });
}
