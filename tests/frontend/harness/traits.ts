/** All traits of a DomainExplorer, as the wire contract has them, from the made-up specimen. */

import type { Pixels, Table } from "../../../emwidgets/frontend/src/core/types";
import type { ControlSpec } from "../../../emwidgets/frontend/src/core/ui/control";
import type { Traits } from "./model";
import { masks, micrograph, random, REFLECTIONS, SCALE, SIZE, spectrum, STEP } from "./specimen";

export const WRITABLE = new Set([
  "threshold", "d_range", "aperture", "amplitude", "eps", "min_samples", "min_area", "pixel_size", "include", "exclude", "frame",
  "view", "selection", "asked",
]);

export interface Settings {
  threshold: number;
  d_range: [number, number] | null;
  min_area: number | null;
  include: [number, number][];
  exclude: [number, number][];
}

const axes = (scale: number, offset: number, unit: string): Pixels["axes"] => ({
  x: { scale, offset, unit },
  y: { scale, offset, unit },
});

export function imagePixels(): Pixels {
  const data = new DataView(micrograph().buffer);
  return { shape: [SIZE, SIZE], dtype: "uint8", data, scale: 1, offset: 0, axes: axes(SCALE, 0, "nm"), binned: 1, quantity: "intensity / counts", log: false };
}

export function spectrumPixels(): Pixels {
  const values = spectrum();
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const scale = (high - low) / 65535;
  const stored = Uint16Array.from(values, (value) => Math.round((value - low) / scale));
  return {
    shape: [SIZE, SIZE], dtype: "uint16", data: new DataView(stored.buffer), scale, offset: low,
    axes: axes(STEP, (-SIZE / 2) * STEP, "1/nm"), binned: 1, quantity: "log₁₀ power", log: false,
  };
}

const control = (label: string, unit: string, help: string, range: [number, number, number], value: ControlSpec["value"], more: Partial<ControlSpec> = {}): ControlSpec => ({
  label, unit, help, min: range[0], max: range[1], step: range[2], scale: "linear", value, auto: false, px: null, pxUnit: "px", stage: 0, ...more,
});

export function controls(settings: Settings): Record<string, ControlSpec> {
  return {
    d_range: control("d range", "nm", "Smallest and largest d-spacing that counts as physical", [0.05, 2, 0.001], settings.d_range ?? [0.12, 0.9], { auto: true, scale: "log", stage: 1 }),
    threshold: control("Threshold", "", "Probability above which a peak counts as crystalline", [0, 1, 0.01], settings.threshold, { stage: 2 }),
    aperture: control("Aperture", "1/nm", "Radius of the mask around a reflection", [0.05, 1, 0.01], 0.21, { auto: true, px: 2.37, pxUnit: "px⁻¹", stage: 3 }),
    amplitude: control("Amplitude", "", "Part of a reflection's largest amplitude that counts as crystal", [0, 1, 0.01], 0.5, { stage: 3 }),
    eps: control("Neighbourhood", "nm", "Pixels closer than this belong together", [0.02, 2, 0.01], 0.26, { auto: true, px: 11.8, scale: "log", stage: 4 }),
    min_samples: control("Neighbours", "", "Pixels within the neighbourhood that make a core pixel", [1, 400, 1], 120, { auto: true, stage: 4 }),
    min_area: control("Smallest area", "nm²", "Smaller domains are dropped", [0, 20, 0.1], settings.min_area ?? 1.5, { auto: true, px: 3099, pxUnit: "px²", stage: 5 }),
    pixel_size: control("Pixel size", "nm/px", "Overrides the image's own scale", [0.001, 1, 0.001], SCALE, { auto: true, scale: "log", stage: 0 }),
    frame: control("Frame", "", "Frame of the stack", [0, 0, 1], 0, {}),
  };
}

interface Candidate {
  kx: number;
  ky: number;
  intensity: number;
  sharpness: number;
  excess: number;
  probability: number;
  reason: string;
}

/** The reflections and a cloud of speckle maxima. */
function candidates(): Candidate[] {
  const next = random(23);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const strong = REFLECTIONS.map(({ kx, ky }) => ({
    kx, ky, intensity: 10 ** (1.9 + 0.2 * normal()), sharpness: 10 ** (0.62 + 0.05 * normal()), excess: 10 ** (1.5 + 0.15 * normal()),
    probability: 0.97 + 0.03 * next(), reason: "",
  }));
  const weak = Array.from({ length: 90 }, () => {
    const k = 0.8 + 9 * next();
    const angle = Math.PI * next() - Math.PI / 2;
    const excess = 0.25 + 0.09 * normal();
    const reason = k < 1.2 ? "outside d range" : next() < 0.05 ? "axis cross" : "";
    return {
      kx: k * Math.cos(angle), ky: k * Math.sin(angle), intensity: 10 ** (0.5 - 0.1 * k + 0.2 * normal()), sharpness: 10 ** (0.12 + 0.05 * normal()),
      excess: 10 ** excess, probability: reason ? 0 : Math.max(0, Math.min(0.6, 2.2 * (excess - 0.3))), reason,
    };
  });
  return [...strong, ...weak];
}

const near = (list: [number, number][], { kx, ky }: { kx: number; ky: number }): boolean =>
  list.some(([x, y]) => Math.hypot(x - kx, y - ky) < 0.1);

const column = (name: string, label: string, unit: string, digits: number | null, help = label): Table["columns"][number] => ({ name, label, unit, help, digits });

export function peaks(settings: Settings): Table {
  const [smallest, largest] = settings.d_range ?? [0.12, 0.9];
  const rows = candidates().map((each) => {
    const d = 1 / Math.hypot(each.kx, each.ky);
    const reason = each.reason || (d < smallest || d > largest ? "outside d range" : "");
    const wanted = each.probability >= settings.threshold && reason === "";
    return { ...each, d, reason, crystalline: near(settings.include, each) || (wanted && !near(settings.exclude, each)) };
  });
  for (const [kx, ky] of settings.include) {
    if (rows.some((row) => near([[kx, ky]], row))) continue;
    rows.push({ kx, ky, d: 1 / Math.hypot(kx, ky), intensity: 1, sharpness: 1, excess: 1, probability: 0.02, reason: "added by hand", crystalline: true });
  }
  let family = -1;
  const families = rows.map((row) => (row.crystalline ? (family += 1) : -1));
  return {
    rows: rows.length,
    columns: [
      column("kx", "kx", "1/nm", 3), column("ky", "ky", "1/nm", 3), column("d_spacing", "d", "nm", 4, "Lattice spacing"), column("d_error", "± d", "nm", 4, "Standard error of d"),
      column("angle", "Angle", "°", 1, "Direction of k"), column("intensity", "Intensity", "", 1, "Power over the background of the whole image"), column("sharpness", "Sharpness", "", 2, "Finely over broadly smoothed power"),
      column("excess", "Excess", "", 2, "Power over the radial background"), column("probability", "Probability", "", 2, "To be crystalline, by the mixture"), column("crystalline", "Crystalline", "", null, "Taken as crystalline"),
      column("family", "Reflection", "", null, "Reflections of one spacing and direction"), column("physical", "Physical", "", null), column("reason", "Remark", "", null, "Why a peak is not physical"),
    ],
    data: {
      kx: rows.map((r) => r.kx), ky: rows.map((r) => r.ky), d_spacing: rows.map((r) => r.d), d_error: rows.map((r) => 0.004 * r.d * r.d),
      angle: rows.map((r) => ((Math.atan2(r.ky, r.kx) * 180) / Math.PI + 180) % 180), intensity: rows.map((r) => r.intensity), sharpness: rows.map((r) => r.sharpness),
      excess: rows.map((r) => r.excess), probability: rows.map((r) => r.probability), crystalline: rows.map((r) => r.crystalline), family: families,
      physical: rows.map((r) => r.reason === "" || r.reason === "added by hand"), reason: rows.map((r) => r.reason),
    },
  };
}

/** Runs, table and totals of the domains of the reflections in use. */
export function domainTraits(peakTable: Table, settings: Settings): Traits {
  const areaOf = (mask: Uint8Array): number => mask.reduce((sum, on) => sum + on, 0) * SCALE * SCALE;
  const found = masks()
    .map((mask, reflection) => ({ mask, reflection, area: areaOf(mask), family: peakTable.data.family[reflection] as number }))
    .filter(({ family, area }) => family >= 0 && area >= (settings.min_area ?? 1.5));
  const runs: number[] = [];
  found.forEach(({ mask }, i) => pushRuns(runs, mask, i + 1));
  const data = Uint32Array.from(runs);
  const covered = masks()[0].map((_, i) => (found.some(({ mask }) => mask[i]) ? 1 : 0));
  const area = areaOf(covered);
  const crystalline = found.length > 0;
  return {
    runs: { shape: [data.length / 3, 3], dtype: "uint32", data: new DataView(data.buffer) },
    domains: domainTable(found),
    totals: {
      shape: [SIZE, SIZE], paint: found.map((_, i) => i + 1).sort((a, b) => found[b - 1].area - found[a - 1].area), crystalline,
      crystalline_area: area, crystalline_fraction: area / (SIZE * SCALE) ** 2, n_grains: new Set(found.map((each) => REFLECTIONS[each.reflection].grain)).size, n_domains: found.length, n_families: found.length, d_spacings: crystalline ? [0.374, 0.229] : [],
      area_unit: "nm²", length_unit: "nm", message: crystalline ? "" : "No crystalline component: no candidate stands out of the speckle of the amorphous film.",
    },
  };
}

function pushRuns(runs: number[], mask: Uint8Array, label: number): void {
  for (let i = 0; i < mask.length; i += 1) {
    if (!mask[i]) continue;
    const start = i;
    while (i < mask.length && mask[i]) i += 1;
    runs.push(start, i - start, label);
  }
}

function domainTable(found: { mask: Uint8Array; reflection: number; area: number; family: number }[]): Table {
  const centroid = (mask: Uint8Array, part: (i: number) => number): number => {
    let [sum, count] = [0, 0];
    mask.forEach((on, i) => on && ((sum += part(i)), (count += 1)));
    return (SCALE * sum) / count;
  };
  const d = ({ reflection }: { reflection: number }): number => 1 / Math.hypot(REFLECTIONS[reflection].kx, REFLECTIONS[reflection].ky);
  return {
    rows: found.length,
    columns: [
      column("label", "Domain", "", null), column("family", "Reflection", "", null), column("d_spacing", "d", "nm", 3, "Lattice spacing"), column("area", "Area", "nm²", 2),
      column("equivalent_diameter", "Diameter", "nm", 2, "Of the disc of the same area"), column("centroid_x", "x", "nm", 2), column("centroid_y", "y", "nm", 2),
      column("orientation", "Orientation", "°", 1, "Direction of k"), column("grain", "Grain", "", null, "Domains that share their place"),
    ],
    data: {
      label: found.map((_, i) => i + 1), family: found.map((each) => each.family), d_spacing: found.map(d), area: found.map((each) => each.area),
      equivalent_diameter: found.map((each) => 2 * Math.sqrt(each.area / Math.PI)), centroid_x: found.map((each) => centroid(each.mask, (i) => i % SIZE)),
      centroid_y: found.map((each) => centroid(each.mask, (i) => Math.floor(i / SIZE))),
      orientation: found.map((each) => ((Math.atan2(REFLECTIONS[each.reflection].ky, REFLECTIONS[each.reflection].kx) * 180) / Math.PI + 180) % 180),
      grain: found.map((each) => REFLECTIONS[each.reflection].grain + 1),
    },
  };
}

export const DEFAULTS: Settings = { threshold: 0.5, d_range: null, min_area: null, include: [], exclude: [] };

export function resultTraits(settings: Settings, title = "Twin boundary, 300 kV"): Traits {
  const peakTable = peaks(settings);
  const provenance = {
    function: "emwidgets.domains.segment", title, digest: "3f".repeat(32), parameters: { ...settings }, models: {},
    versions: { emwidgets: "0.1.0", hyperspy: "2.4.0", numpy: "2.3.1" }, date: "2026-03-01T09:30:00+00:00",
  };
  return { provenance, peaks: peakTable, controls: controls(settings), code: `domains.segment(signal, threshold=${settings.threshold})`, ...domainTraits(peakTable, settings) };
}

export function allTraits(settings: Settings = DEFAULTS, title?: string): Traits {
  return {
    threshold: settings.threshold, d_range: settings.d_range, aperture: null, amplitude: 0.5, eps: null, min_samples: null, min_area: settings.min_area, pixel_size: null,
    include: settings.include, exclude: settings.exclude, frame: 0, image: imagePixels(), spectrum: spectrumPixels(),
    mixture: { x: "sharpness", y: "excess", log: true, names: ["noise", "crystal"], means: [[0.12, 0.25], [0.62, 1.5]], covariances: [[[0.0025, 0], [0, 0.0081]], [[0.004, 0.001], [0.001, 0.03]]] },
    view: {}, selection: { peak: null, domain: null }, status: { state: "idle", stage: "", fraction: 1, message: "", result: 1, undo: null, redo: null },
    asked: { cancel: 0, undo: 0, redo: 0 }, ...resultTraits(settings, title),
  };
}
