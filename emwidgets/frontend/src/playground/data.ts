/** The traits of a ParticlePlayground as the views read them. */

import type { Pixels } from "../core/types";
import type { ControlSpec } from "../core/ui/control";
import type { Model } from "../core/ui/model";
import type { Provenance } from "../core/ui/provenance";
import type { Status } from "../core/ui/statusbar";
import { hullOf, type Solid } from "./body";
import type { Ellipsoid, HalfSpaces, Motion } from "./projection";
import type { Quaternion, Vector } from "./quaternion";

/** The particle in its own frame, nm. */
export type ShapeData = ((HalfSpaces & Solid) | Ellipsoid) & { radius: number; volume: number };

/** How the image shown was recorded; values of the image, detector included. */
export interface Recording extends Motion {
  orientation: Quaternion;
  per_nm: number;
  /** where there is no particle */
  background: number;
  /** signal of the film over the mean one of the particle within its outline */
  film: number;
  /** of the detector */
  offset: number;
  gain: number;
  /** electrons were counted */
  noise: boolean;
  /** full width at half maximum, nm */
  probe: number;
  pixel_size: number;
  size: number;
  position: [number, number];
}

/** What one method says to one question. */
export interface Prediction {
  task: string;
  method: string;
  title: string;
  classes: string[];
  probabilities: number[] | null;
  label: string;
  /** "" where there is none, or nobody knows */
  truth: string;
  uncertain: boolean;
  why: string;
  /** what it would need to be sure */
  needed: string;
  state: "ready" | "computing" | "failed" | "waiting";
  /** probability that it is none of the classes */
  other: number | null;
  /** the method that decides for its task */
  best: boolean;
}

export interface Truth {
  volume: number;
  counts: number;
  brightest: number;
  chiral: boolean;
  equivalent: number;
}

export interface Preset {
  name: string;
  title: string;
  explains: string;
  values: Record<string, unknown>;
}

export interface Making {
  state: "idle" | "running" | "done" | "failed" | "cancelled";
  done: number;
  total: number;
  file: string;
  message: string;
}

/** Wire frame of the model fitted to a picture. */
export interface Fitted {
  /** from its centre, in the microscope's frame */
  vertices: Vector[];
  /** from the middle of the image */
  centre: [number, number];
  /** what is left over, noise apart, in units of the particle's mean signal */
  misfit: number;
}

/** One consistent reading of the traits; `null` until Python has sent the first result, or where there is none. */
export interface Reading {
  provenance: Provenance;
  image: Pixels | null;
  shape: ShapeData | null;
  recording: Recording | null;
  predictions: Prediction[];
  certainty: number;
  truth: Truth | null;
  fitted: Fitted | null;
  presets: Preset[];
  making: Making;
  controls: Record<string, ControlSpec>;
  code: string;
  status: Status;
  orientation: Quaternion;
  corners: number[];
  solid: string;
  task: string;
}

/** Traits that a reading is made of. */
export const TRAITS = [
  "provenance", "image", "shape_data", "projection", "predictions", "truth", "fitted", "presets", "making",
  "controls", "code", "status", "orientation", "corners", "solid", "task",
];

const IDLE: Status = { state: "idle", stage: "", fraction: 0, message: "", result: 0 };
const UNTITLED: Provenance = { title: "" };
const NOTHING_MADE: Making = { state: "idle", done: 0, total: 0, file: "", message: "" };
const NOBODY: Prediction[] = [];
const NO_PRESETS: Preset[] = [];
const CERTAINTY = 0.8;

/** An empty trait (`{}`) reads as the same object each time, so that "has it changed" stays a comparison of references. */
export function read(model: Model): Reading {
  const filled = <T>(name: string, key: string, otherwise: T): T => {
    const value = model.get(name);
    return value && key in value ? value : otherwise;
  };
  const predictions = model.get("predictions");
  return {
    provenance: filled("provenance", "title", UNTITLED),
    image: filled<Pixels | null>("image", "data", null),
    shape: filled<ShapeData | null>("shape_data", "kind", null),
    recording: filled<Recording | null>("projection", "per_nm", null),
    predictions: predictions?.rows ?? NOBODY,
    certainty: predictions?.certainty ?? CERTAINTY,
    truth: filled<Truth | null>("truth", "volume", null),
    fitted: filled<Fitted | null>("fitted", "vertices", null),
    presets: model.get("presets")?.rows ?? NO_PRESETS,
    making: filled("making", "state", NOTHING_MADE),
    controls: model.get("controls"),
    code: model.get("code"),
    status: filled("status", "state", IDLE),
    orientation: model.get("orientation"),
    corners: model.get("corners"),
    solid: model.get("solid"),
    task: model.get("task"),
  };
}

/** A picture of the user's own is read, not simulated. */
export const isReading = ({ image, shape }: Reading): boolean => image !== null && shape === null;

const shapes = new WeakMap<Fitted, ShapeData>();

/** What was fitted to a picture, as a solid; it lies as in the picture. */
export function fittedSolid(fitted: Fitted): ShapeData {
  if (!shapes.has(fitted)) {
    const radius = Math.max(...fitted.vertices.map((vertex) => Math.hypot(...vertex)));
    shapes.set(fitted, { kind: "polyhedron", ...hullOf(fitted.vertices), vertices: fitted.vertices, corners: [], cut: [], radius, volume: NaN });
  }
  return shapes.get(fitted)!;
}

/** The solid to be drawn: the particle that is simulated, or what was fitted. */
export const solidOf = ({ shape, fitted }: Reading): ShapeData | null => shape ?? (fitted && fittedSolid(fitted));
