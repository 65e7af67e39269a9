/** All traits of a PatternClassifier, as the wire contract has them, from made-up patterns. */

import type { WireArray } from "../../../emwidgets/frontend/src/core/types";
import type { Corrections, Frames, Label, Member, NavigationAxis, Thumbnails, Verdict } from "../../../emwidgets/frontend/src/classifier/data";
import { random } from "../harness/specimen";
import type { Traits } from "../harness/model";
import { activation, lattice, pattern, patternPixels, RADII } from "./patterns";

export const WRITABLE = new Set(["method", "vote", "certainty", "frame", "corrections", "wanted", "view", "asked"]);

export function wire(numbers: Uint8Array | Float32Array, shape: number[] = [numbers.length]): WireArray {
  return { shape, dtype: numbers instanceof Uint8Array ? "uint8" : "float32", data: new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength) };
}

const TITLES: [name: string, kind: Member["kind"], title: string][] = [
  ["hough", "rule", "Hough circles"], ["ransac", "rule", "RANSAC"], ["fourier", "rule", "Fourier"],
  ["cnn", "network", "CNN"], ["googlenet", "network", "GoogLeNet"], ["densenet", "network", "DenseNet"], ["ensemble", "vote", "Ensemble"],
];

export const RING_SHARES = [0.88, 0.81, 0.93, 0.95, 0.9, 0.98, 0.94];

/** Of each method, in the order of the panel. */
export function members(shares: (number | null)[], changes: Record<string, Partial<Member>> = {}, neither = 0.02): { rows: Member[] } {
  const rows = TITLES.map(([name, kind, title], i): Member => {
    const share = shares[i];
    const rest = kind === "rule" ? 0 : neither;
    const known = share !== null && share !== undefined;
    return {
      name, kind, title, state: known ? "ready" : "loading", message: "", ring: known ? share * (1 - rest) : null, spot: known ? (1 - share) * (1 - rest) : null,
      neither: known ? rest : null, ...changes[name],
    };
  });
  return { rows };
}

export const verdict = (changes: Partial<Verdict> = {}): Verdict => ({
  label: "ring", probability: 0.94, uncertain: false, why: "", corrected: false, provisional: false, problem: "", ...changes,
});

export function evidence(kind: Label): Traits {
  const circles = kind === "ring" ? RADII.flatMap((radius, i) => [0.05, -0.03, radius * 1.01, radius * 0.985, 30, 0.95 - 0.2 * i]) : [];
  const spots = kind === "spot" ? lattice(0.4, 2.1).flatMap(([x, y]) => [x, y, Math.exp(-Math.hypot(x, y) / 6)]) : [];
  const found = (n: number): Traits => ({
    probability: 0.9, centre: [0.05, -0.03], circles: wire(Float32Array.from(circles.slice(0, 6 * n)), [Math.min(n, circles.length / 6), 6]), spots: wire(Float32Array.from(spots), [spots.length / 3, 3]),
  });
  return { hough: found(2), ransac: found(3), fourier: found(4) };
}

export function maps(): Traits {
  const of = (shift: number): Traits => ({ ring: activation(3.6 + shift, 1.6), spot: activation(1.5 + shift, 1.2) });
  return { cnn: of(0.6), googlenet: of(0.3), densenet: of(0) };
}

const AXES: NavigationAxis[] = [{ name: "y", scale: 2.5, offset: 0, unit: "nm" }, { name: "x", scale: 2.5, offset: 0, unit: "nm" }];

/** Grains of ring and spot, uncertain where they meet; `done` of them are known. */
export function frames(shape: number[], done = Infinity): Frames {
  const total = shape.reduce((product, n) => product * n, 1);
  const columns = shape[shape.length - 1];
  const next = random(7);
  const ring = Float32Array.from({ length: total }, (_, i) => {
    const [x, y] = [(i % columns) / columns, Math.floor(i / columns) / Math.max(1, total / columns)];
    const field = Math.sin(5 * x + 1.3) * Math.cos(4 * y) + 0.4 * Math.sin(9 * y + 2 * x) + 0.35 * (next() - 0.5);
    return i < done ? 1 / (1 + Math.exp(-9 * field)) : NaN;
  });
  const uncertain = Uint8Array.from(ring, (p) => (Math.abs(p - 0.5) < 0.3 ? 1 : 0));
  return { shape, axes: AXES.slice(2 - Math.min(2, shape.length)), done: Math.min(done, total), total, ring: wire(ring), uncertain: wire(uncertain), problem: wire(new Uint8Array(total)) };
}

export const labelAt = (of: Frames, frame: number): Label => (new Float32Array((of.ring.data as DataView).buffer)[frame] >= 0.5 ? "ring" : "spot");

export function thumbnails(of: Frames, indices: number[]): Thumbnails {
  const size = 64;
  const pixels = new Uint8Array(indices.length * size * size);
  indices.forEach((frame, i) => pixels.set(pattern(labelAt(of, frame), frame + 1, size), i * size * size));
  return { indices, pixels: wire(pixels, [indices.length, size, size]) };
}

export function navigatorPixels([rows, columns]: number[]): Traits {
  const next = random(3);
  const data = Uint8Array.from({ length: rows * columns }, (_, i) => 90 + 60 * Math.sin(i / columns / 5) * Math.cos((i % columns) / 6) + 50 * next());
  return { ...wire(data, [rows, columns]), scale: 1, offset: 0, axes: { x: AXES[1], y: AXES[0] }, binned: 1, quantity: "mean intensity", log: false };
}

const control = (label: string, help: string, range: [number, number, number], value: number): Traits => ({
  label, unit: "", help, min: range[0], max: range[1], step: range[2], scale: "linear", value, auto: false, px: null, pxUnit: "px", stage: 0,
});

export function controls(total: number): Traits {
  const certainty = control("Certainty", "Least probability of a label that counts as certain", [0.5, 1, 0.01], 0.8);
  return total > 1 ? { certainty, frame: control("Pattern", "Pattern of the stack", [0, total - 1, 1], 0) } : { certainty };
}

export function allTraits({ shape = [], done, label = "ring", frame = 0, corrections = {}, title = "Au film, 200 kV, camera length 285 mm" }: {
  shape?: number[]; done?: number; label?: Label; frame?: number; corrections?: Corrections; title?: string;
} = {}): Traits {
  const stack = frames(shape.length ? shape : [1], done);
  return {
    provenance: {
      function: "emwidgets.diffraction.classify", title, digest: "3f".repeat(32), parameters: { method: "ensemble" }, models: { densenet: "9c".repeat(32) },
      versions: { emwidgets: "0.1.0", hyperspy: "2.4.0" }, date: "2026-03-01T09:30:00+00:00",
    },
    code: "emw.diffraction.classify(signal)", controls: controls(stack.total), status: { state: "idle", stage: "", fraction: 1, message: "", result: 1, undo: null, redo: null },
    asked: { cancel: 0, undo: 0, redo: 0 }, view: {}, method: "ensemble", vote: "soft", certainty: 0.8, frame, corrections, wanted: [],
    image: patternPixels(label, frame + 1), members: members(label === "ring" ? RING_SHARES : RING_SHARES.map((p) => 1 - p)), verdict: verdict({ label }),
    evidence: evidence(label), maps: maps(), frames: stack, navigator: shape.length === 2 ? navigatorPixels(shape) : {},
    thumbnails: shape.length ? thumbnails(stack, [...Array(Math.min(64, stack.total)).keys()]) : {},
  };
}
