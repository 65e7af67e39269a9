/** The map of a scan: what each place is, over how bright it is; a click or a drag shows the pattern of a place. */

import { Labels } from "../core/labelling";
import { clamp, floor, round } from "../core/maths";
import type { Hit, LabelLayer, PointLayer, Pixels } from "../core/types";
import { element, setText } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { createSlider } from "../core/ui/slider";
import { iconButton } from "../core/ui/toolbar";
import { KINDS, PENDING, PROBLEM, RING, SPOT, UNCERTAIN } from "./classes";
import { choose, type Context } from "./context";
import type { Frames } from "./data";
import { glyph, NAMES, RING_INK, SPOT_INK } from "./glyphs";
import { type Picture, picture } from "./picture";

const UNSURE = "#d9dde2";

/** Rings plain, spots dotted, uncertain hatched. */
const PAINT = [RING, SPOT, UNCERTAIN];
const INKS: Record<number, string> = { [RING]: RING_INK, [SPOT]: SPOT_INK, [UNCERTAIN]: UNSURE };
const HATCHES: Record<number, 0 | 2 | 3> = { [RING]: 0, [SPOT]: 3, [UNCERTAIN]: 2 };

export interface Navigator extends Picture {
  /** other results or corrections */
  update(): void;
  showImage(): void;
  showChosen(): void;
}

/** For two navigation axes. */
export function navigator(context: Context): Navigator {
  const { view } = context;
  let opacity = view.get().map;
  let runs: Uint32Array = new Uint32Array();
  let pressed = false;

  const whole = iconButton("fit", "Whole map", "", "navigator-fit", () => stage.reset());
  const base = picture(context, "navigator", "Map", [whole], { describe, labels: new Labels() }, () => false, { map: "gray" });
  const { stage } = base;
  const slider = createSlider(["Label opacity"], percent, ([value], done) => (done ? view.save({ map: value }) : showOpacity(value)));
  const here = element("span.em-unit", { "data-position": true });
  base.element.append(
    element(
      "div.em-overlay-bar",
      { "data-view": "map" },
      element("span.em-opacity", { title: "Opacity of the labels over the mean intensity" }, element("span.em-bar-name", {}, "Labels"), slider.element),
      ...(["ring", "spot", "uncertain"] as const).map((kind) => element("span.em-key", {}, element(`span.em-key-patch.em-key-${kind}`), glyph(kind), NAMES[kind])),
      here,
    ),
  );

  const shape = (): number[] => context.reading.frames!.shape;

  function frameAt({ ix, iy }: { ix: number; iy: number }): number {
    const [rows, columns] = shape();
    return clamp(round(iy), 0, rows - 1) * columns + clamp(round(ix), 0, columns - 1);
  }

  stage.onPick((hit: Hit) => choose(context, frameAt(hit)));
  // of a map that is zoomed in, a drag moves the view
  stage.canvas.addEventListener("pointerdown", ({ button }) => (pressed = button === 0 && stage.view.zoom === 1));
  for (const end of ["pointerup", "pointercancel"]) stage.canvas.addEventListener(end, () => (pressed = false));
  stage.onCursor((cursor) => {
    if (cursor && pressed && stage.tool === "pan") choose(context, frameAt(cursor));
    say(cursor && frameAt(cursor));
  });

  function say(frame: number | null): void {
    const { tally, saver } = context;
    const at = frame ?? saver.latest("frame");
    const code = tally?.codes[at] ?? PENDING;
    const p = tally?.ring[at] ?? NaN;
    const said = p !== p || tally!.corrected[at] ? "" : ` ${percent(p >= 0.5 ? p : 1 - p)}`;
    setText(here, `Pattern ${at}: ${NAMES[KINDS[code]].toLowerCase()}${said}`);
  }

  function describe(): string {
    const { tally } = context;
    if (!tally) return "Map of the scan.";
    const { ring, spot, uncertain } = tally.counts;
    return `Map of the scan: ${ring} ring, ${spot} spot, ${uncertain} uncertain. Pattern ${context.saver.latest("frame")} is shown.`;
  }

  function showOpacity(value: number): void {
    opacity = value;
    draw();
  }

  function draw(): void {
    if (!context.tally) return;
    const [rows, columns] = shape();
    const labels: LabelLayer = {
      kind: "labels",
      id: "classes",
      runs,
      shape: [rows, columns],
      paint: PAINT,
      colour: (label) => INKS[label],
      hatch: (label) => HATCHES[label],
      opacity,
      outline: false,
      visible: opacity > 0,
    };
    stage.setLayers([labels, position()]);
  }

  function position(): PointLayer {
    const { x, y } = pixels().axes;
    const frame = context.saver.latest("frame");
    const columns = shape()[1];
    const [ix, iy] = [frame % columns, floor(frame / columns)];
    const at = { x: [x.offset + x.scale * ix], y: [y.offset + y.scale * iy] };
    return { kind: "points", id: "position", ...at, radius: 9, shape: "plus", colour: "#ffffff", selected: [0], pick: 0 };
  }

  const pixels = (): Pixels => context.reading.navigator ?? blank(context.reading.frames!);

  return {
    ...base,
    showImage: () => base.show(pixels()),
    update() {
      runs = runsOf(context.tally!.codes);
      draw();
      say(null);
    },
    showChosen() {
      draw();
      say(null);
    },
    showSettings(changed) {
      base.showSettings(changed);
      if (!changed("map")) return;
      slider.show({ min: 0, max: 1, step: 0.02 }, [view.get().map]);
      showOpacity(view.get().map);
    },
  };
}

/** Rows (start, length, label), sorted by label; what is not known yet is left out. */
export function runsOf(codes: Uint8Array): Uint32Array {
  const found: number[][] = [[], [], [], []];
  const labelOf = (code: number): number => (code === PROBLEM ? UNCERTAIN : code);
  for (let start = 0, end = 0; start < codes.length; start = end) {
    const label = labelOf(codes[start]);
    for (end = start + 1; end < codes.length && labelOf(codes[end]) === label; ) end++;
    if (label !== PENDING) found[label].push(start, end - start, label);
  }
  return Uint32Array.from(found.flat());
}

/** Where there is no mean intensity yet, the labels lie on one gray. */
function blank({ shape, axes }: Frames): Pixels {
  const [y, x] = axes.map(({ scale, offset, unit }) => ({ scale, offset, unit: unit || "px" }));
  const data = new Uint8Array(shape[0] * shape[1]);
  return { shape, dtype: "uint8", data, scale: 1, offset: 0, axes: { x, y }, binned: 1, quantity: "", log: false };
}
