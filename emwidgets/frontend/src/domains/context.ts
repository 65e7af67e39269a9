/** What the parts of the explorer share: the model, its settings, and what is pointed at. */

import { abs, max } from "../core/maths";
import { MEASUREMENT_SHAPE } from "../core/measure";
import { DISPLAY_SHAPE } from "../core/scene";
import type { Display, MeasurementEnds, Tool, View } from "../core/types";
import type { Actions } from "../core/ui/actions";
import type { Model, ViewState } from "../core/ui/model";
import { type Sorting, SORTING_SHAPE } from "../core/ui/sorting";
import { oneOf, type Shape } from "../core/ui/values";
import { VIEW_SHAPE } from "../core/view";
import type { ColourBy } from "./colours";
import type { Reading, Selection } from "./data";
import type { Hover } from "./hover";
import { addPosition, impossible, togglePeak, type Choices, type Position } from "./toggle";

/** The `view` trait: everything about looking, nothing about measuring. */
export interface DomainView {
  image: Partial<Display>;
  spectrum: Partial<Display>;
  /** null: the whole image; for the spectrum, the part with the peaks */
  image_view: View | null;
  spectrum_view: View | null;
  tool: Tool;
  measurement: MeasurementEnds | null;
  overlay: boolean;
  opacity: number;
  fill: boolean;
  colour_by: ColourBy;
  all_peaks: boolean;
  peaks_sorting: Sorting | null;
  domains_sorting: Sorting | null;
}

export const DEFAULT_VIEW: DomainView = {
  image: {},
  spectrum: {},
  image_view: null,
  spectrum_view: null,
  tool: "pan",
  measurement: null,
  overlay: true,
  opacity: 0.45,
  fill: true,
  colour_by: "grain",
  all_peaks: false,
  peaks_sorting: null,
  domains_sorting: { column: "area", descending: true },
};

/** Where the defaults are no example of what can be. */
export const VIEW_SHAPES: Partial<Record<keyof DomainView, Shape>> = {
  image: DISPLAY_SHAPE,
  spectrum: DISPLAY_SHAPE,
  image_view: VIEW_SHAPE,
  spectrum_view: VIEW_SHAPE,
  tool: oneOf(["pan", "ruler", "profile"]),
  measurement: MEASUREMENT_SHAPE,
  colour_by: oneOf(["grain", "family", "orientation"]),
  peaks_sorting: SORTING_SHAPE,
  domains_sorting: SORTING_SHAPE,
};

export interface Context extends Actions {
  model: Model;
  view: ViewState<DomainView>;
  hover: Hover;
  reading: Reading;
}

export function select({ saver }: Context, selection: Partial<Selection>): void {
  saver.send({ selection: { peak: null, domain: null, ...selection } });
}

export function chosen({ saver }: Context): Choices {
  return { include: saver.latest("include"), exclude: saver.latest("exclude") };
}

/** Closer than this many samples of the spectrum is the same reflection, as Python sees it too. */
const REACH_SAMPLES = 2.5;

export function reach({ reading: { spectrum } }: Context): number {
  return spectrum ? REACH_SAMPLES * max(abs(spectrum.axes.x.scale), abs(spectrum.axes.y.scale)) : 0;
}

/** A click on a peak, wherever it is drawn. */
export function toggle(context: Context, row: number): void {
  if (context.needsPython()) context.saver.send({ ...togglePeak(context.reading.peaks, row, chosen(context), reach(context)) });
}

/** Whether there can be a peak at that place, and it was added. */
export function add(context: Context, place: Position): boolean {
  if (!context.needsPython()) return false;
  const problem = impossible(place, context.reading.image);
  if (problem) {
    context.toast(problem);
    return false;
  }
  context.saver.send({ ...addPosition(place, chosen(context), reach(context)) });
  return true;
}
