/** The traits of a RefocusComparer as the views read them. */

import type { Pixels } from "../core/types";
import type { ControlSpec } from "../core/ui/control";
import type { Model } from "../core/ui/model";
import type { Provenance } from "../core/ui/provenance";
import type { Status } from "../core/ui/statusbar";

/** One number of the image before and after; null where it is not known. */
export interface Measure {
  name: string;
  title: string;
  unit: string;
  before: number | null;
  after: number | null;
  /** decimals; three significant digits unless said */
  digits?: number | null;
  help?: string;
}

/** Mean power on rings of the Fourier transform, as its decimal logarithm. */
export interface Spectra {
  frequency: (number | null)[];
  unit: string;
  before: (number | null)[];
  after: (number | null)[];
  truth?: (number | null)[] | null;
  /** beyond it there is nothing but noise */
  cutoff: number | null;
  /** level of the noise */
  noise?: number | null;
}

export interface Saved {
  state: "idle" | "running" | "done" | "failed";
  file: string;
  message: string;
}

/** In axis units: x and y of the first pixel inside and of the first one beyond, as HyperSpy cuts; [] is the whole image. */
export type Region = [x0: number, x1: number, y0: number, y1: number] | [];

/** One consistent reading of the traits; `null` until Python has sent the first result, or where there is none. */
export interface Reading {
  provenance: Provenance;
  before: Pixels | null;
  /** at strength 1 */
  after: Pixels | null;
  /** width of the blur, px of the image as recorded */
  defocus: Pixels | null;
  uncertainty: Pixels | null;
  truth: Pixels | null;
  measures: Measure[];
  spectra: Spectra | null;
  summary: string;
  saved: Saved;
  controls: Record<string, ControlSpec>;
  code: string;
  status: Status;
  region: Region;
  blur: boolean;
}

/** Traits that a reading is made of, and those of the controls that have no part in it. */
export const TRAITS = [
  "provenance", "before", "after", "defocus", "uncertainty", "truth", "measures", "spectra", "summary", "saved",
  "controls", "code", "status", "region", "blur",
  "network", "strength", "turns", "frame", "blur_sigma", "blur_shape", "blur_where", "blur_noise", "blur_seed",
];

const IDLE: Status = { state: "idle", stage: "", fraction: 0, message: "", result: 0 };
const UNTITLED: Provenance = { title: "" };
const NOTHING_SAVED: Saved = { state: "idle", file: "", message: "" };
const NO_MEASURES: Measure[] = [];
const WHOLE_IMAGE: Region = [];

/** An empty trait (`{}`) reads as the same object each time, so that "has it changed" stays a comparison of references. */
export function read(model: Model): Reading {
  const filled = <T>(name: string, key: string, otherwise: T): T => {
    const value = model.get(name);
    return value && key in value ? value : otherwise;
  };
  const pixels = (name: string): Pixels | null => filled<Pixels | null>(name, "data", null);
  return {
    provenance: filled("provenance", "title", UNTITLED),
    before: pixels("before"),
    after: pixels("after"),
    defocus: pixels("defocus"),
    uncertainty: pixels("uncertainty"),
    truth: pixels("truth"),
    measures: model.get("measures")?.rows ?? NO_MEASURES,
    spectra: filled<Spectra | null>("spectra", "frequency", null),
    summary: model.get("summary") ?? "",
    saved: filled("saved", "state", NOTHING_SAVED),
    controls: model.get("controls"),
    code: model.get("code"),
    status: filled("status", "state", IDLE),
    region: model.get("region") ?? WHOLE_IMAGE,
    blur: model.get("blur") ?? false,
  };
}

/** While the next ones are worked out, numbers and curves of the last result fade, so that nothing jumps. */
export const isBusy = ({ status, after }: Reading): boolean => status.state === "running" && !after;

/** px of the image as recorded into its unit; null where it has none. */
export function lengthOfPixel(image: Pixels | null): { size: number; unit: string } | null {
  const { unit, scale } = image?.axes.x ?? { unit: "px", scale: 1 };
  return unit === "px" ? null : { size: Math.abs(scale) / (image!.binned || 1), unit };
}
