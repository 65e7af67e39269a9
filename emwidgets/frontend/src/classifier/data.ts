/** The traits of a PatternClassifier as the views read them. */

import type { Pixels, WireArray } from "../core/types";
import type { ControlSpec } from "../core/ui/control";
import type { Model } from "../core/ui/model";
import type { Provenance } from "../core/ui/provenance";
import type { Status } from "../core/ui/statusbar";

/** What a pattern is of: a polycrystal gives rings, a single crystal spots. */
export type Label = "ring" | "spot";

export const isLabel = (value: unknown): value is Label => value === "ring" || value === "spot";

/** What one method says of the chosen pattern; `null` until it has said it. */
export interface Member {
  name: string;
  kind: "rule" | "network" | "vote";
  title: string;
  state: "ready" | "loading" | "computing" | "failed";
  message: string;
  ring: number | null;
  spot: number | null;
  neither: number | null;
}

export interface Verdict {
  label: Label | "";
  /** of the label */
  probability: number | null;
  uncertain: boolean;
  why: string;
  corrected: boolean;
  /** rules only so far */
  provisional: boolean;
  /** why this pattern cannot be classified */
  problem: string;
}

/** What a rule found, in the units of the pattern's axes. */
export interface Evidence {
  probability: number;
  centre: [x: number, y: number];
  /** rows x, y, semi-major, semi-minor, angle (degrees), strength */
  circles: WireArray;
  /** rows x, y, strength */
  spots: WireArray;
}

export interface NavigationAxis {
  name: string;
  scale: number;
  offset: number;
  unit: string;
}

/** The whole stack; axes in the order of the shape, arrays flat in C order. */
export interface Frames {
  shape: number[];
  axes: NavigationAxis[];
  done: number;
  total: number;
  /** probability of "ring", NaN where it is not known yet */
  ring: WireArray;
  uncertain: WireArray;
  problem: WireArray;
}

export interface Thumbnails {
  indices: number[];
  /** (k, rows, columns) */
  pixels: WireArray;
}

/** By flat index of the pattern. */
export type Corrections = Record<string, Label>;

/** One consistent reading of the traits; `null` until Python has sent the first result. */
export interface Reading {
  provenance: Provenance;
  image: Pixels | null;
  members: Member[];
  verdict: Verdict | null;
  evidence: Record<string, Evidence>;
  maps: Record<string, Record<Label, Pixels>>;
  frames: Frames | null;
  navigator: Pixels | null;
  thumbnails: Thumbnails | null;
  controls: Record<string, ControlSpec>;
  code: string;
  status: Status;
  method: string;
  vote: string;
  frame: number;
  certainty: number;
  corrections: Corrections;
}

const IDLE: Status = { state: "idle", stage: "", fraction: 0, message: "", result: 0 };
const UNTITLED: Provenance = { title: "" };
const NOBODY: Member[] = [];

/** An empty trait (`{}`) reads as the same object each time, so that "has it changed" stays a comparison of references. */
export function read(model: Model): Reading {
  const filled = <T>(name: string, key: string, otherwise: T): T => {
    const value = model.get(name);
    return value && key in value ? value : otherwise;
  };
  return {
    provenance: filled("provenance", "title", UNTITLED),
    image: filled<Pixels | null>("image", "data", null),
    members: model.get("members")?.rows ?? NOBODY,
    verdict: filled<Verdict | null>("verdict", "label", null),
    evidence: model.get("evidence"),
    maps: model.get("maps"),
    frames: filled<Frames | null>("frames", "ring", null),
    navigator: filled<Pixels | null>("navigator", "data", null),
    thumbnails: filled<Thumbnails | null>("thumbnails", "pixels", null),
    controls: model.get("controls"),
    code: model.get("code"),
    status: filled("status", "state", IDLE),
    method: model.get("method"),
    vote: model.get("vote"),
    frame: model.get("frame") ?? 0,
    certainty: model.get("certainty"),
    corrections: model.get("corrections"),
  };
}

/**
 * Probability of ring and of spot, one of the two given, as the public results have them; "neither" apart from both.
 * null until a method has answered.
 */
export function chances({ ring, spot, neither }: Member): { ring: number; spot: number; neither: number } | null {
  if (ring === null || spot === null || !(ring + spot >= 0)) return null;
  const both = ring + spot;
  return { ring: both ? ring / both : 0.5, spot: both ? spot / both : 0.5, neither: neither ?? 0 };
}
