/** All traits of a ParticlePlayground, as the wire contract has them, made up. */

import type { Pixels } from "../../../emwidgets/frontend/src/core/types";
import type { ControlSpec } from "../../../emwidgets/frontend/src/core/ui/control";
import type { Prediction, Recording, ShapeData } from "../../../emwidgets/frontend/src/playground/data";
import type { Solid } from "../../../emwidgets/frontend/src/playground/body";
import { livePicture } from "../../../emwidgets/frontend/src/playground/live";
import type { Quaternion, Vector } from "../../../emwidgets/frontend/src/playground/quaternion";
import type { Traits } from "../harness/model";

export const SIZE = 32;

export const SETTINGS = {
  solid: "cuboid", a: 13, b: 11, c: 15, corners: [] as number[], depth: 0.4, orientation: [0, 0, 0, 1],
  turn: 0, spin_axis: "y", drift: 0, line_jitter: 0, probe: 0.6, dose: 30_000, atomic_number: 79, film: 0.15, film_roughness: 0.05,
  offset: 0, gain: 1, size: SIZE, pixel_size: 1, seed: 3, task: "count",
};

export const WRITABLE = new Set([...Object.keys(SETTINGS), "frame", "view", "asked", "make"]);

/** A cuboid with corners cut off, as Python describes it. */
export function cuboid(cut: number[] = [], edges: Vector = [13, 11, 15], depth = 0.4): ShapeData {
  const half = edges.map((edge) => edge / 2);
  const signs = Array.from({ length: 8 }, (_, i) => [1, 2, 4].map((bit) => (i & bit ? 1 : -1)));
  const corners = signs.map((each) => each.map((sign, axis) => sign * half[axis]) as unknown as Vector);
  const normals: Vector[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 0, 0], [0, -1, 0], [0, 0, -1]];
  const offsets = [...half, ...half];
  const vertices: Vector[] = corners.filter((_, i) => !cut.includes(i));
  for (const corner of cut) {
    const ends = [0, 1, 2].map((axis) => corners[corner].map((each, i) => (i === axis ? each - signs[corner][i] * depth * edges[i] : each)) as unknown as Vector);
    vertices.push(...ends);
    const long = Math.hypot(...edges.map((edge) => 1 / edge));
    const normal = edges.map((edge, i) => signs[corner][i] / edge / long) as unknown as Vector;
    normals.push(normal);
    offsets.push(normal.reduce((sum, each, i) => sum + each * ends[0][i], 0));
  }
  const volume = edges[0] * edges[1] * edges[2] * (1 - (cut.length * depth ** 3) / 6);
  return { kind: "polyhedron", normals, offsets, vertices, corners, cut, radius: Math.hypot(...half), volume };
}

export const ball: ShapeData = { kind: "ellipsoid", semi_axes: [4, 6, 8], radius: 8, volume: 804 };

export function recording(changes: Partial<Recording> = {}): Recording {
  return {
    orientation: [0, 0, 0, 1], per_nm: 10, background: 15, film: 0.15, offset: 0, gain: 1, noise: true, probe: 0.6, pixel_size: 1, size: SIZE,
    position: [0, 0], turn: 0, spin_axis: "y", drift: 0, ...changes,
  };
}

const LIKE: Pixels = {
  shape: [SIZE, SIZE], dtype: "uint16", data: new Uint16Array(SIZE * SIZE), scale: 1, offset: 0,
  axes: { x: { scale: 1, offset: 0, unit: "nm" }, y: { scale: 1, offset: 0, unit: "nm" } }, binned: 1, quantity: "counts", log: false,
};

export function control(label: string, unit: string, range: [number, number, number], value: number): ControlSpec {
  return { label, unit, help: `Help of ${label}`, min: range[0], max: range[1], step: range[2], scale: "linear", value, auto: false, px: null, pxUnit: "px", stage: 0 };
}

export const controls = (): Record<string, ControlSpec> => ({
  a: control("Edge a", "nm", [2, 40, 0.1], 13), b: control("Edge b", "nm", [2, 40, 0.1], 11), c: control("Edge c", "nm", [2, 40, 0.1], 15),
  depth: control("Depth of cuts", "", [0.05, 0.5, 0.01], 0.4), turn: control("Turn during scan", "°", [0, 180, 1], 0), drift: control("Drift", "nm", [0, 5, 0.05], 0),
  line_jitter: control("Line jitter", "nm", [0, 1, 0.01], 0), probe: control("Probe", "nm", [0, 3, 0.05], 0.6), dose: control("Dose", "e⁻/nm²", [100, 1e6, 0], 30_000),
  atomic_number: control("Atomic number", "", [6, 92, 1], 79), film: control("Carbon film", "", [0, 1, 0.01], 0.15), film_roughness: control("Film roughness", "", [0, 0.3, 0.01], 0.05),
  offset: control("Detector offset", "counts", [0, 1000, 1], 0), gain: control("Detector gain", "", [0.1, 10, 0], 1), pixel_size: control("Pixel size", "nm", [0.05, 1, 0.01], 1),
});

export const TASKS: Record<string, string[]> = {
  deformed: ["deformed", "undeformed"], count: [..."012345678"], arrangement: ["edge", "face", "body"], shape: ["cuboid", "pyramid", "sphere"], handedness: ["left", "right"],
};

export function prediction(task: string, method: string, label: string, changes: Partial<Prediction> = {}): Prediction {
  const classes = TASKS[task];
  const rest = 0.1 / (classes.length - 1);
  return {
    task, method, title: { fit: "Model fit", network: "Network" }[method] ?? method, classes, probabilities: classes.map((name) => (name === label ? 0.9 : rest)), other: 0.01, label, truth: "",
    uncertain: false, why: "", needed: "Nothing: this answer is sure.", state: "ready", best: method === "fit", ...changes,
  };
}

export function predictions(): Prediction[] {
  return [
    prediction("deformed", "fit", "undeformed", { truth: "undeformed" }),
    prediction("deformed", "network", "deformed", { truth: "undeformed" }),
    prediction("count", "fit", "0", { truth: "0" }),
    prediction("count", "network", "1", { truth: "0", uncertain: true, why: "two answers are as likely", needed: "More views of this particle." }),
    prediction("arrangement", "fit", "edge", { uncertain: true, why: "no two corners are cut" }),
    prediction("arrangement", "network", "", { state: "computing", probabilities: null, label: "", uncertain: true, other: null }),
    prediction("shape", "fit", "cuboid", { truth: "cuboid" }),
    prediction("shape", "network", "", { state: "failed", probabilities: null, why: "weights are missing", label: "", uncertain: true, other: null }),
    prediction("handedness", "fit", "left", { uncertain: true, probabilities: [0.5, 0.5], why: "not identifiable from one view", needed: "Two or more views at known tilts." }),
    prediction("handedness", "network", "right", { uncertain: true, probabilities: [0.5, 0.5], why: "not identifiable from one view" }),
  ];
}

export const PRESETS = [
  { name: "hidden corner", title: "Hidden corner", explains: "The cut lies <b>behind</b>.", values: { ...SETTINGS, corners: [7], orientation: [0.5, 0.5, 0.5, 0.5] } },
  { name: "low dose", title: "Low dose", explains: "Few electrons.", values: { ...SETTINGS, dose: 400 } },
];

/** The picture that a recording of the solid gives, without noise. */
export const pictureOf = (shape: ShapeData, of: Recording): Pixels => livePicture(shape, of, of.orientation, LIKE);

export function result(shape = cuboid(), of = recording()): Traits {
  return {
    image: pictureOf(shape, of), shape_data: shape, projection: of, predictions: { rows: predictions(), certainty: 0.8 }, controls: controls(), code: "emw.particles.simulate(…)",
    truth: { labels: {}, volume: shape.volume, counts: 5e5, brightest: 200, chiral: false, equivalent: 1, class: [] }, fitted: {}, provenance: { title: "Simulated cuboid" },
  };
}

export function allTraits(): Traits {
  return {
    ...structuredClone(SETTINGS), frame: 0, ...result(), presets: { rows: PRESETS },
    making: { state: "idle", done: 0, total: 0, file: "", mb: 0, message: "", limit: { n: 100_000, mb: 4000 } }, make: {}, view: {}, asked: { cancel: 0, undo: 0, redo: 0 },
    status: { state: "idle", stage: "", fraction: 1, message: "", result: 1, undo: null, redo: null },
  };
}

/** A picture of the user's own. */
export function readingTraits(): Traits {
  const fitted = { vertices: (cuboid() as Solid).vertices, edges: [], centre: [1, -2], depths: Array(8).fill(0), misfit: 1.2 };
  return { ...allTraits(), shape_data: {}, projection: {}, truth: {}, presets: { rows: [] }, controls: {}, fitted, provenance: { title: "gold <i>cube</i>" }, predictions: { rows: predictions().map((row) => ({ ...row, truth: "" })), certainty: 0.8 } };
}

export const QUARTER: Quaternion = [0, 0, Math.SQRT1_2, Math.SQRT1_2];
