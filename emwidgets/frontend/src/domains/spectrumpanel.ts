/** The power spectrum with its peaks: hollow for noise, filled for crystalline, crosses for what cannot be physical. */

import { abs, hypot, max, min } from "../core/maths";
import type { Axis, Hit, PointLayer, RingLayer, View } from "../core/types";
import { set } from "../core/ui/dom";
import { percent, significant, withUnit } from "../core/ui/format";
import { iconButton } from "../core/ui/toolbar";
import { WHOLE } from "../core/view";
import { probabilityColour } from "./colours";
import { add, select, toggle, type Context } from "./context";
import { flags, numbers, spell, texts } from "./data";
import { stagePanel, type StagePanel } from "./stagepanel";

/** How far beyond the outermost peak the first view reaches. */
const AIR = 1.35;
/** css px around every peak, in or out, that are the peak */
const PICK = 13;
const NOT_PHYSICAL = "#8a929c";

export interface SpectrumPanel extends StagePanel {
  toggleAdding(): void;
  setAdding(on: boolean): void;
  showImage(): void;
  /** circles that follow a slider before Python has answered */
  preview(name: string, value: unknown): void;
  endPreview(): void;
  setLit(rows: readonly number[]): void;
  draw(): void;
}

export function spectrumPanel(context: Context): SpectrumPanel {
  const { view, hover } = context;
  let adding = false;
  let altHeld = false;
  /** where it looks until somebody moves it */
  let own: View | null = null;
  let lit: readonly number[] = [];
  let previewed: Record<string, unknown> = {};

  const adder = iconButton("plus", "Add a peak by a click in the spectrum", "a, or Shift-click", "add-peak", () => setAdding(!adding));
  const fit = iconButton("fit", "Show all peaks", "", "fit", () => stage.moveView(framed() ?? WHOLE));
  const panel = stagePanel(context, "spectrum", "Power spectrum", [adder, fit], describe, {
    display: { smooth: true },
    view: () => (own ??= framed()),
  });
  const { stage } = panel;

  stage.onHover((hit) => {
    const row = hit?.point ?? null;
    hover.peak(row);
    panel.tip.show(row === null ? [] : peakLines(context, row));
  });
  stage.onPick(picked);
  // the stage reports Shift only; a click follows its pointerdown
  stage.canvas.addEventListener("pointerdown", ({ altKey }) => (altHeld = altKey), { capture: true });

  function describe(): string {
    const { peaks } = context.reading;
    const used = flags(peaks, "crystalline").filter(Boolean).length;
    return `Power spectrum with ${used} crystalline of ${peaks.rows} candidate peaks, which the peak table lists.`;
  }

  function picked({ point, shiftKey, x, y }: Hit): void {
    if (point !== null) {
      select(context, { peak: point });
      toggle(context, point);
    } else if (adding || shiftKey || altHeld) {
      if (add(context, [x, y])) setAdding(false);
    } else select(context, {});
  }

  function setAdding(on: boolean): void {
    adding = on && context.needsPython();
    set(adder, { "aria-pressed": adding });
    stage.host.classList.toggle("em-adding", adding);
  }

  /** Reflections sit in the middle of a spectrum, noise fills the rest: the part that matters. */
  function framed(): View | null {
    const { spectrum, peaks } = context.reading;
    const crystalline = flags(peaks, "crystalline");
    const counts = crystalline.includes(true) ? crystalline : flags(peaks, "physical");
    const ky = numbers(peaks, "ky");
    const outermost = max(...numbers(peaks, "kx").map((kx, row) => (counts[row] ? hypot(kx, ky[row]) : 0)));
    if (!spectrum || !(outermost > 0)) return null;
    const { x, y } = spectrum.axes;
    const [rows, columns] = spectrum.shape;
    const half = min(columns * abs(x.scale), rows * abs(y.scale)) / 2;
    // where k = 0 lies, as a fraction of the spectrum
    const centre = ({ offset, scale }: Axis, n: number): number => (0.5 - offset / scale) / n;
    return { cx: centre(x, columns), cy: centre(y, rows), zoom: max(1, half / (AIR * outermost)) };
  }

  function draw(): void {
    const { peaks, selection } = context.reading;
    const { all_peaks: all } = view.get();
    const probability = numbers(peaks, "probability");
    const crystalline = flags(peaks, "crystalline");
    const physical = flags(peaks, "physical");
    const shared = {
      kind: "points" as const,
      x: numbers(peaks, "kx"),
      y: numbers(peaks, "ky"),
      mirrored: true,
      pick: PICK,
      highlight: lit,
      selected: selection.peak === null ? [] : [selection.peak],
    };
    const noise: PointLayer = {
      ...shared,
      id: "noise",
      colour: (row) => (physical[row] ? probabilityColour(probability[row]) : NOT_PHYSICAL),
      shape: (row) => (physical[row] ? "circle" : "cross"),
      radius: physical.map((real) => (real ? 4.5 : 3.5)),
      opacity: all ? 0.9 : 0.55,
      hidden: (row) => crystalline[row] || (!all && !physical[row] && !lit.includes(row)),
    };
    const crystal = { ...shared, colour: (row: number) => probabilityColour(probability[row]), hidden: (row: number) => !crystalline[row] };
    stage.setLayers([
      noise,
      { ...crystal, id: "rings", shape: "circle", radius: 8 },
      { ...crystal, id: "cores", shape: "disc", radius: 2.5, highlight: [], selected: [] },
      rings(),
    ]);
  }

  function rings(): RingLayer {
    const { controls, peaks } = context.reading;
    const { d_range: range = controls.d_range?.value, aperture } = previewed as { d_range?: number[]; aperture?: number };
    const found: RingLayer["rings"] = ((range ?? []) as number[]).map((d) => ({
      x: 0,
      y: 0,
      radius: 1 / d,
      dashed: true,
      label: withUnit(significant(d), controls.d_range.unit),
    }));
    const [kx, ky] = [numbers(peaks, "kx"), numbers(peaks, "ky")];
    flags(peaks, "crystalline").forEach((on, row) => {
      if (on && aperture) found.push({ x: kx[row], y: ky[row], radius: aperture });
    });
    return { kind: "rings", id: "ranges", rings: found };
  }

  return {
    ...panel,
    setAdding,
    toggleAdding: () => setAdding(!adding),
    draw,
    showImage() {
      stage.setImage(context.reading.spectrum);
      if (!own) panel.look();
    },
    showSettings(changed) {
      panel.showSettings(changed);
      if (changed("all_peaks")) draw();
    },
    preview(name, value) {
      previewed = value === null ? {} : { [name]: value };
      draw();
    },
    endPreview() {
      previewed = {};
    },
    setLit(rows) {
      lit = rows;
      draw();
    },
  };
}

/** What a peak is, for tooltips here and in the chart. */
export function peakLines({ reading: { peaks }, connection }: Context, row: number): string[] {
  const reason = texts(peaks, "reason")[row];
  const crystalline = flags(peaks, "crystalline")[row];
  const kind = crystalline ? "crystalline" : flags(peaks, "physical")[row] ? "noise" : "not physical";
  return [
    `d ${spell(peaks, "d_spacing", row)}`,
    `${kind}, probability ${percent(numbers(peaks, "probability")[row])}`,
    ...(reason ? [reason] : []),
    ...(connection.where === "live" ? [`click to take ${crystalline ? "out" : "in"}`] : []),
  ];
}
