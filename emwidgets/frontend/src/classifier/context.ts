/** What the parts of the viewer share: the model, its settings, and what a user does to a pattern. */

import { MEASUREMENT_SHAPE } from "../core/measure";
import { DISPLAY_SHAPE } from "../core/scene";
import type { Display, MeasurementEnds, Tool, View } from "../core/types";
import type { Actions } from "../core/ui/actions";
import type { Model, ViewState } from "../core/ui/model";
import { oneOf, orNull, type Shape } from "../core/ui/values";
import { VIEW_SHAPE } from "../core/view";
import { type Filter, FILTERS, type Sort, SORTS, type Tally } from "./classes";
import type { Label, Reading } from "./data";

export type Target = "label" | Label;

/** The `view` trait: everything about looking, nothing about classifying. */
export interface ClassifierView {
  stage: Partial<Display>;
  stage_view: View | null;
  tool: Tool;
  measurement: MeasurementEnds | null;
  /** opacity of the heat map */
  heat: number;
  /** the class that the heat map is about */
  target: Target;
  network: string;
  /** whose evidence is drawn; null: none */
  rule: string | null;
  filter: Filter;
  sort: Sort;
  page: number;
  navigator: Partial<Display>;
  navigator_view: View | null;
  /** opacity of the labels over the navigator */
  map: number;
}

export const DEFAULT_VIEW: ClassifierView = {
  stage: {},
  stage_view: null,
  tool: "pan",
  measurement: null,
  heat: 0.55,
  target: "label",
  network: "densenet",
  rule: "fourier",
  filter: "all",
  sort: "frame",
  page: 0,
  navigator: {},
  navigator_view: null,
  map: 0.75,
};

const PART: Shape = (value) => value >= 0 && value <= 1;

/** Where the defaults are no example of what can be. */
export const VIEW_SHAPES: Partial<Record<keyof ClassifierView, Shape>> = {
  stage: DISPLAY_SHAPE,
  stage_view: VIEW_SHAPE,
  tool: oneOf(["pan", "ruler"]),
  measurement: MEASUREMENT_SHAPE,
  heat: PART,
  target: oneOf(["label", "ring", "spot"]),
  rule: orNull(""),
  filter: oneOf(FILTERS),
  sort: oneOf(SORTS),
  page: (page) => Number.isInteger(page) && page >= 0,
  navigator: DISPLAY_SHAPE,
  navigator_view: VIEW_SHAPE,
  map: PART,
};

export interface Context extends Actions {
  model: Model;
  view: ViewState<ClassifierView>;
  reading: Reading;
  /** null for a single pattern */
  tally: Tally | null;
}

/** Shows another pattern, if anybody can. */
export function choose({ saver, connection, toast }: Context, frame: number): void {
  if (frame === saver.latest("frame")) return;
  const here = connection.where === "live" || connection.steps("frame")?.includes(frame);
  if (here) saver.queue("frame", frame);
  else toast(`Pattern ${frame}: ${connection.refusal}`);
}

/** The label that the user gave the pattern shown; null: none. */
export function correctionOf({ saver }: Context): Label | null {
  return saver.latest("corrections")[saver.latest("frame") ?? 0] ?? null;
}

/** Gives the pattern shown a label, or takes it back. */
export function correct(context: Context, label: Label | null): void {
  const { saver } = context;
  if (label === correctionOf(context) || !context.needsPython()) return;
  const { [saver.latest("frame")]: _, ...others } = saver.latest("corrections");
  saver.send({ corrections: label ? { ...others, [saver.latest("frame")]: label } : others });
}
