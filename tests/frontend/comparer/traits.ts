/** All traits of a RefocusComparer, as the wire contract has them, made up: an image with an edge, blurred on its right half. */

import type { Measure, Spectra } from "../../../emwidgets/frontend/src/comparer/data";
import type { Pixels } from "../../../emwidgets/frontend/src/core/types";
import type { ControlSpec } from "../../../emwidgets/frontend/src/core/ui/control";
import type { Traits } from "../harness/model";

export const ROWS = 20;
export const COLUMNS = 40;
export const SCALE = 2.5; // nm/px

export const SETTINGS = {
  network: "mrn", strength: 1, turns: 4, frame: 0, region: [] as number[],
  blur: false, blur_sigma: 2.5, blur_shape: "gaussian", blur_where: "everywhere", blur_noise: 0.01, blur_seed: 0,
};

export const WRITABLE = new Set([...Object.keys(SETTINGS), "view", "asked", "save"]);

/** An image in 65 536 levels between its ends, as Python packs what is no small whole number. */
export function pixels(value: (column: number, row: number) => number, changes: Partial<Pixels> = {}): Pixels {
  const values = Array.from({ length: ROWS * COLUMNS }, (_, i) => value(i % COLUMNS, Math.floor(i / COLUMNS)));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = (high - low) / 65535 || 1;
  const axis = { scale: SCALE, offset: 0, unit: "nm" };
  return {
    shape: [ROWS, COLUMNS], dtype: "uint16", data: Uint16Array.from(values, (each) => Math.round((each - low) / scale)),
    scale, offset: low, axes: { x: axis, y: axis }, binned: 1, quantity: "intensity / counts", log: false, ...changes,
  };
}

export const truth = (): Pixels => pixels((column) => (column < 20 ? 10 : 90));
export const before = (): Pixels => pixels((column) => 50 + 40 * Math.tanh((column - 19.5) / 4));
export const after = (): Pixels => pixels((column) => 50 + 40 * Math.tanh((column - 19.5) / 2));
export const defocus = (): Pixels => pixels((column) => (column < 20 ? 0 : 3), { quantity: "blur width / px" });
export const uncertainty = (): Pixels => pixels((column) => (column === 20 ? 4 : 0.5), { quantity: "standard deviation / counts" });

export const measures = (withTruth = false): { rows: Measure[] } => ({
  rows: [
    { name: "sharpness", title: "Sharpness", unit: "1/px", before: 0.03, after: 0.05, help: "The finer, the higher" },
    ...(withTruth ? [{ name: "psnr", title: "PSNR", unit: "dB", before: 27.25, after: 30.5, digits: 2 }, { name: "ssim", title: "SSIM", unit: "", before: 0.9, after: 0.85, digits: 3 }] : []),
    { name: "width", title: "Blur width", unit: "px", before: 3, after: null, digits: 1 },
  ],
});

export const spectra = (withTruth = false): Spectra => ({
  frequency: [0.01, 0.02, 0.03, 0.04], unit: "1/nm", before: [4, 2, 1, null], after: [4, 3, 1, 0.5], truth: withTruth ? [4, 3, 2, 1] : null, cutoff: 0.025, noise: 1,
});

function control(label: string, unit: string, range: [number, number, number], value: number): ControlSpec {
  return { label, unit, help: `Help of ${label}`, min: range[0], max: range[1], step: range[2], scale: "linear", value, auto: false, px: null, pxUnit: "px", stage: 0 };
}

export const controls = (frames = 1): Record<string, ControlSpec> => ({
  strength: control("Strength", "", [0, 1.5, 0.05], 1),
  blur_sigma: control("Blur width", "px", [0, 8, 0.1], 2.5),
  blur_noise: control("Noise", "", [0, 0.1, 0.005], 0.01),
  ...(frames > 1 && { frame: control("Frame", "", [0, frames - 1, 1], 0) }),
});

export const IDLE = { state: "idle", stage: "", fraction: 1, message: "", result: 1, undo: null, redo: null };
export const SUMMARY = "38 % of the image was out of focus by 2.1 ± 0.3 px (5.3 nm); the rest was left alone.";

export function allTraits(): Traits {
  return {
    ...structuredClone(SETTINGS), provenance: { title: "Gold on carbon" }, before: before(), after: after(), defocus: defocus(), uncertainty: uncertainty(), truth: {},
    measures: measures(), spectra: spectra(), summary: SUMMARY, saved: { state: "idle", file: "", message: "" }, save: {},
    controls: controls(), code: "emw.refocusing.refocus(signal)", view: {}, asked: { cancel: 0, undo: 0, redo: 0 }, status: { ...IDLE },
  };
}

/** Blurred first, so that the truth is known. */
export const withTruth = (): Traits => ({ blur: true, truth: truth(), measures: measures(true), spectra: spectra(true) });

/** The image is there, its restoration not yet. */
export const waiting = (): Traits => ({
  after: {}, defocus: {}, uncertainty: {}, measures: {}, spectra: {}, summary: "",
  status: { state: "running", stage: "restoring", fraction: 0.4, message: "", result: 0, undo: null, redo: null },
});
