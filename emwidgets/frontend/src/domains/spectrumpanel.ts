/** The power spectrum with its peaks: hollow for noise, filled for crystalline, crosses for what cannot be physical. */

import type { Axis, Hit, PointLayer, RingLayer } from "../core/types";
import { set } from "../core/ui/dom";
import { percent, significant, withUnit } from "../core/ui/format";
import { iconButton } from "../core/ui/toolbar";
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
  showImage(): void;
  showSettings(): void;
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
  let framed = false;
  let lit: readonly number[] = [];
  let previewed: Record<string, unknown> = {};

  const adder = iconButton("plus", "Add a peak by a click in the spectrum", "a, or Shift-click", { "data-action": "add-peak", onclick: toggleAdding });
  const fit = iconButton("fit", "Show all peaks", "", { onclick: () => frame(true) });
  const panel = stagePanel(context, "spectrum", "Power spectrum", [adder, fit], describe);
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
      if (add(context, [x, y]) && adding) toggleAdding();
    } else select(context, {});
  }

  function toggleAdding(): void {
    adding = !adding;
    set(adder, { "aria-pressed": adding });
    stage.host.classList.toggle("em-adding", adding);
  }

  /** Reflections sit in the middle of a spectrum, noise fills the rest: begin with the part that matters. */
  function frame(asked: boolean): void {
    const { spectrum, peaks } = context.reading;
    if (!spectrum) return;
    const crystalline = flags(peaks, "crystalline");
    const counts = crystalline.includes(true) ? crystalline : flags(peaks, "physical");
    const ky = numbers(peaks, "ky");
    const outermost = Math.max(...numbers(peaks, "kx").map((kx, row) => (counts[row] ? Math.hypot(kx, ky[row]) : 0)));
    const { x, y } = spectrum.axes;
    const [rows, columns] = spectrum.shape;
    const half = Math.min(columns * Math.abs(x.scale), rows * Math.abs(y.scale)) / 2;
    if (!(outermost > 0)) return;
    framed = true;
    // where k = 0 lies, as a fraction of the spectrum
    const centre = ({ offset, scale }: Axis, n: number): number => (0.5 - offset / scale) / n;
    const looking = { cx: centre(x, columns), cy: centre(y, rows), zoom: Math.max(1, half / (AIR * outermost)) };
    if (asked) stage.moveView(looking);
    else if (!view.get().spectrum_view) stage.view = looking;
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
    toggleAdding,
    draw,
    showImage() {
      stage.setImage(context.reading.spectrum);
      if (!framed) frame(false);
    },
    showSettings() {
      const { spectrum, spectrum_view } = view.get();
      stage.setDisplay({ smooth: true, ...spectrum });
      if (spectrum_view) stage.view = spectrum_view;
      panel.contrast.refresh();
      draw();
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
export function peakLines({ reading: { peaks } }: Context, row: number): string[] {
  const reason = texts(peaks, "reason")[row];
  const crystalline = flags(peaks, "crystalline")[row];
  const kind = crystalline ? "crystalline" : flags(peaks, "physical")[row] ? "noise" : "not physical";
  return [
    `d ${spell(peaks, "d_spacing", row)}`,
    `${kind}, probability ${percent(numbers(peaks, "probability")[row])}`,
    ...(reason ? [reason] : []),
    `click to take ${crystalline ? "out" : "in"}`,
  ];
}
