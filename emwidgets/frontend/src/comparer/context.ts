/** What the parts of the comparer share: the model, its settings, and the strength that is shown. */

import { MEASUREMENT_SHAPE } from "../core/measure";
import { DISPLAY_SHAPE } from "../core/scene";
import type { Display, MeasurementEnds, View } from "../core/types";
import type { Actions } from "../core/ui/actions";
import type { Model, ViewState } from "../core/ui/model";
import { oneOf, orNull, type Shape } from "../core/ui/values";
import { VIEW_SHAPE } from "../core/view";
import type { Reading } from "./data";

export type Mode = "swipe" | "side" | "blink" | "difference";
export type Overlay = "none" | "change" | "defocus" | "uncertainty";
export type CompareTool = "pan" | "ruler" | "profile" | "region";

export const MODES: readonly Mode[] = ["swipe", "side", "blink", "difference"];
export const OVERLAYS: readonly Overlay[] = ["none", "change", "defocus", "uncertainty"];

/** The `view` trait: everything about looking, nothing about restoring. */
export interface ComparerView {
  /** of both images, or of the left one where their contrast is apart */
  stage: Partial<Display>;
  after_stage: Partial<Display>;
  stage_view: View | null;
  mode: Mode;
  /** part of the stage in front of the handle */
  swipe: number;
  /** the handle moves up and down */
  swipe_vertical: boolean;
  /** what the restored image is compared with, where the truth is known */
  against: "before" | "truth";
  overlay: Overlay;
  opacity: number;
  contrast: "shared" | "separate";
  tool: CompareTool;
  measurement: MeasurementEnds | null;
  blinking: boolean;
  /** where no Python answers */
  strength: number | null;
}

export const DEFAULT_VIEW: ComparerView = {
  stage: {},
  after_stage: {},
  stage_view: null,
  mode: "swipe",
  swipe: 0.5,
  swipe_vertical: false,
  against: "before",
  overlay: "none",
  opacity: 0.7,
  contrast: "shared",
  tool: "pan",
  measurement: null,
  blinking: true,
  strength: null,
};

const PART: Shape = (value) => value >= 0 && value <= 1;

/** Where the defaults are no example of what can be. */
export const VIEW_SHAPES: Partial<Record<keyof ComparerView, Shape>> = {
  stage: DISPLAY_SHAPE,
  after_stage: DISPLAY_SHAPE,
  stage_view: VIEW_SHAPE,
  mode: oneOf(MODES),
  swipe: PART,
  against: oneOf(["before", "truth"]),
  overlay: oneOf(OVERLAYS),
  opacity: PART,
  contrast: oneOf(["shared", "separate"]),
  tool: oneOf(["pan", "ruler", "profile", "region"]),
  measurement: MEASUREMENT_SHAPE,
  strength: orNull((value) => value >= 0 && value <= 2),
};

export interface Context extends Actions {
  model: Model;
  view: ViewState<ComparerView>;
  reading: Reading;
  /** while the handle is held, the strength that it stands on */
  held: number | null;
}

/** How strongly the image shown is restored; Python is asked for its numbers only once the handle is let go. */
export function strength({ held, connection, saver, view }: Pick<Context, "held" | "connection" | "saver" | "view">): number {
  const asked = saver.latest("strength") ?? 1;
  return held ?? (connection.can("strength") ? asked : (view.get().strength ?? asked));
}

/** What the restored image is compared with. */
export function comparedWith({ view, reading }: Pick<Context, "view" | "reading">): "before" | "truth" {
  return reading.truth ? view.get().against : "before";
}

/** What the images are called. */
export function names(context: Pick<Context, "view" | "reading">): Record<"before" | "truth" | "after", string> & { left: string } {
  const all = { before: context.reading.blur ? "Blurred" : "Before", truth: "Truth", after: "Restored" };
  return { ...all, left: all[comparedWith(context)] };
}
