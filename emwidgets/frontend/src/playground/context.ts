/** What the parts of the playground share: the model, its settings, and what a user does to a particle. */

import { MEASUREMENT_SHAPE } from "../core/measure";
import { DISPLAY_SHAPE } from "../core/scene";
import type { Display, MeasurementEnds, Tool, View } from "../core/types";
import type { Actions } from "../core/ui/actions";
import type { Model, ViewState } from "../core/ui/model";
import { fits, oneOf, orNull, type Shape } from "../core/ui/values";
import { VIEW_SHAPE } from "../core/view";
import { isReading, type Reading } from "./data";
import type { Quaternion } from "./quaternion";
import type { Turning } from "./turning";

export type PictureTool = Exclude<Tool, "profile"> | "turn";
export type Camera = "beam" | "side";

/** The `view` trait: everything about looking and guessing, nothing about the particle. */
export interface PlaygroundView {
  stage: Partial<Display>;
  stage_view: View | null;
  tool: PictureTool;
  measurement: MeasurementEnds | null;
  /** wire frame over the picture */
  wire: boolean;
  /** the picture follows while one turns */
  follow: boolean;
  /** along the beam, or from the side with the detector below */
  camera: Camera;
  /** where the particle was turned to where no Python records a picture of it */
  turned: Quaternion | null;
  /** the question that is looked at where no Python answers */
  about: string | null;
  teach: "off" | "guess";
  guess: string | null;
  revealed: boolean;
  score: { right: number; asked: number };
  /** groups of controls that are open */
  sections: string[];
  /** whose explanation is read */
  preset: string | null;
}

export const DEFAULT_VIEW: PlaygroundView = {
  stage: {},
  stage_view: null,
  tool: "turn",
  measurement: null,
  wire: false,
  follow: true,
  camera: "beam",
  turned: null,
  about: null,
  teach: "off",
  guess: null,
  revealed: false,
  score: { right: 0, asked: 0 },
  sections: ["particle", "microscope"],
  preset: null,
};

/** Where the defaults are no example of what can be. */
export const VIEW_SHAPES: Partial<Record<keyof PlaygroundView, Shape>> = {
  stage: DISPLAY_SHAPE,
  stage_view: VIEW_SHAPE,
  tool: oneOf(["turn", "pan", "ruler"]),
  measurement: MEASUREMENT_SHAPE,
  camera: oneOf(["beam", "side"]),
  turned: orNull((value) => fits(value, [0, 0, 0, 0]) && Math.abs(Math.hypot(...value) - 1) < 1e-3),
  about: orNull(""),
  teach: oneOf(["off", "guess"]),
  guess: orNull(""),
  sections: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
  preset: orNull(""),
};

export interface Context extends Actions {
  model: Model;
  view: ViewState<PlaygroundView>;
  reading: Reading;
  turning: Turning;
}

/** Whether one plays; of a picture that was opened nobody knows the answer. */
export const isGame = ({ view, reading }: Pick<Context, "view" | "reading">): boolean => view.get().teach === "guess" && !isReading(reading);

/** In the game the answer is hidden until one has guessed. */
export const isHidden = (context: Pick<Context, "view" | "reading">): boolean => isGame(context) && !context.view.get().revealed;

/** The question that the verdict is about. */
export function asked({ view, saver, connection }: Context): string {
  return (connection.can("task") ? null : view.get().about) ?? saver.latest("task");
}

export function ask(context: Context, task: string): void {
  if (task === asked(context)) return;
  const again = { guess: null, revealed: false };
  if (context.connection.can("task")) context.saver.send({ task, view: { ...context.saver.latest("view"), ...again } });
  else context.view.save({ about: task, ...again });
}

/** Cuts a corner off, or puts it back. */
export function toggleCorner(context: Context, corner: number): void {
  if (!context.needsPython()) return;
  const cut: number[] = context.saver.latest("corners");
  const corners = cut.includes(corner) ? cut.filter((each) => each !== corner) : [...cut, corner].sort((a, b) => a - b);
  context.saver.send({ corners });
}
