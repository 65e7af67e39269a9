/** What the parts of the explorer share: the model, its settings, and what is pointed at. */

import type { Display, MeasurementEnds, Tool, View } from "../core/types";
import type { Model, Saver, ViewState } from "../core/ui/model";
import type { Sorting } from "../core/ui/sorting";
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

export interface Context {
  model: Model;
  saver: Saver;
  view: ViewState<DomainView>;
  hover: Hover;
  reading: Reading;
  /** a short confirmation, gone by itself */
  toast(text: string): void;
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
  return spectrum ? REACH_SAMPLES * Math.max(Math.abs(spectrum.axes.x.scale), Math.abs(spectrum.axes.y.scale)) : 0;
}

/** A click on a peak, wherever it is drawn. */
export function toggle(context: Context, row: number): void {
  context.saver.send({ ...togglePeak(context.reading.peaks, row, chosen(context), reach(context)) });
}

/** Whether there can be a peak at that place, and it was added. */
export function add(context: Context, place: Position): boolean {
  const problem = impossible(place, context.reading.image);
  if (problem) {
    context.toast(problem);
    return false;
  }
  context.saver.send({ ...addPosition(place, chosen(context), reach(context)) });
  return true;
}
