/** The picture: as recorded, or as it would be while the particle is turned. */

import { hypot } from "../core/maths";
import { DEFAULT_DISPLAY } from "../core/scene";
import { ImageStage } from "../core/stage";
import type { Display, Layer, Measurement, MeasurementEnds, Pixels, Stage } from "../core/types";
import { type ContrastPanel, contrastPanel } from "../core/ui/contrastpanel";
import { element, set, setText } from "../core/ui/dom";
import type { Changed } from "../core/ui/model";
import { panel } from "../core/ui/panel";
import { iconButton } from "../core/ui/toolbar";
import { same } from "../core/ui/values";
import { WHOLE } from "../core/view";
import { type Context, isHidden, type PictureTool, type PlaygroundView, toggleCorner } from "./context";
import { fittedSolid, isReading } from "./data";
import { turnByHand } from "./hand";
import { livePicture, steadyLimits } from "./live";
import { IDENTITY } from "./quaternion";
import { summary } from "./summary";
import { solidLayers } from "./wire";

const TOOLS: [tool: PictureTool, label: string, key: string][] = [
  ["turn", "Turn the particle", "t"],
  ["pan", "Move the picture", "v"],
  ["ruler", "Ruler", "m"],
];

/** A dash of the wire frame, nm; where there is no scale, so many along the picture. */
const DASH = 0.6;
const DASHES = 120;

export interface PicturePanel {
  readonly element: HTMLElement;
  readonly stage: Stage;
  readonly contrast: ContrastPanel;
  /** what is on the stage now */
  readonly shown: Pixels | null;
  useTool(tool: PictureTool): void;
  toggleWire(): void;
  /** the picture and what is drawn over it */
  show(): void;
  showSettings(changed: Changed<PlaygroundView>): void;
  destroy(): void;
}

export function picturePanel(context: Context): PicturePanel {
  const { view, turning } = context;
  let shown: Pixels | null = null;
  /** what the picture on the stage was made of */
  let made: unknown[] = [];

  const host = element("div.em-stage-host", { "data-stage": "stage" });
  const stage = new ImageStage(host, { title: "Picture", describe: () => `Picture. ${summary(context)}` });
  const contrast = contrastPanel(stage, "Contrast and colours", "stage-contrast", () => false, (display) =>
    view.save({ stage: { ...view.get().stage, ...display } }),
  );
  const tools = TOOLS.map(([tool, label, key]) => iconButton(tool, label, key, tool === "turn" ? "turn-tool" : tool, () => useTool(tool)));
  const whole = iconButton("fit", "Whole picture", "0", "fit", () => stage.reset());
  const wire = iconButton("wire", "Wire frame over the picture: yellow the particle, blue the fit", "w", "wire", toggleWire);
  const toolbar = element("div.em-toolbar", { role: "toolbar", "aria-label": "Picture: tools" }, ...tools, whole, wire, contrast.element);
  const note = element("span.em-live-note", { hidden: true });
  const back = element("button.em-link", { onclick: () => turning.back() }, "back to the recorded picture");
  const backNote = element("span", { hidden: true }, " · ", back);
  const hand = turnByHand(host, stage.canvas, context, () => view.get().tool === "turn" && !isReading(context.reading));
  host.append(element("p.em-live", {}, note, backNote));

  stage.onView((looking) => view.saveWhenStill({ stage_view: looking }));
  stage.onPick(({ layer, point }) => layer === "corners" && point !== null && toggleCorner(context, point));
  stage.onMeasure((measurement) => view.saveWhenStill({ measurement: ends(measurement) }));

  function useTool(tool: PictureTool): void {
    view.save({ tool });
  }

  function toggleWire(): void {
    view.save({ wire: !view.get().wire });
  }

  /** The recorded picture stays until one turns; then the live one, until that of the new orientation has come. */
  function show(): void {
    const { image, shape, recording } = context.reading;
    const live = shape && recording && image && !turning.recorded() && view.get().follow;
    const wanted = live ? [shape, recording, turning.now()] : [image];
    if (!same(wanted.length, made.length) || wanted.some((each, i) => each !== made[i])) {
      made = wanted;
      shown = live ? livePicture(shape, recording, turning.now(), image) : image;
      showDisplay(live ? stage.limits : null);
      stage.setImage(shown);
      if (!turning.moving) contrast.refresh();
    }
    showNote(Boolean(live));
    showTool();
    draw();
  }

  function showNote(live: boolean): void {
    const away = live && !turning.moving && context.connection.where !== "live";
    set(host, { "data-live": live });
    note.hidden = !live;
    setText(note, away ? "Exact projection, without noise" : "Exact projection");
    backNote.hidden = !away;
  }

  /** Limits by a preset would follow the picture: while one turns they stay as they are. */
  function showDisplay(now: [number, number] | null): void {
    const { shape, recording } = context.reading;
    const { stage: display } = view.get();
    const own: Partial<Display> = shape && recording ? { limits: steadyLimits(shape, recording) } : {};
    const next = { ...DEFAULT_DISPLAY, ...own, ...display };
    stage.setDisplay(now && typeof next.limits === "string" ? { ...next, limits: now } : next);
  }

  function draw(): void {
    stage.setLayers(view.get().wire && !isHidden(context) ? layers() : []);
  }

  /** The particle that is simulated, as it lies now; and what was fitted to the picture, while it is that picture. */
  function layers(): Layer[] {
    const { image, shape, recording, fitted } = context.reading;
    if (!image) return [];
    const { x, y } = image.axes;
    const place = ([dx, dy]: readonly [number, number]) =>
      [x.offset + (x.scale * (image.shape[1] - 1)) / 2 + dx, y.offset + (y.scale * (image.shape[0] - 1)) / 2 + dy] as const;
    const dash = x.unit === "px" ? hypot(...image.shape) / DASHES : DASH;
    const found: Layer[] = [];
    if (fitted && shown === image) found.push(...solidLayers(fittedSolid(fitted), IDENTITY, place(fitted.centre), dash, true));
    if (shape && recording) found.push(...solidLayers(shape, turning.now(), place(recording.position), dash, false));
    return found;
  }

  function showTool(): void {
    const reading = isReading(context.reading);
    // the particle of a picture that was opened lies as it lies
    const tool = reading && view.get().tool === "turn" ? "pan" : view.get().tool;
    tools[0].hidden = reading;
    // to the stage, turning is moving: its tap picks corners, two fingers zoom
    stage.tool = tool === "turn" ? "pan" : tool;
    set(host, { "data-tool": tool });
    tools.forEach((button, i) => set(button, { "aria-pressed": TOOLS[i][0] === tool }));
  }

  return {
    element: panel("stage", "Picture", null, toolbar, host),
    stage,
    contrast,
    get shown() {
      return shown;
    },
    useTool,
    toggleWire,
    show,
    showSettings(changed) {
      const now = view.get();
      if (changed("stage_view")) stage.view = now.stage_view ?? WHOLE;
      if (changed("stage")) {
        showDisplay(null);
        contrast.refresh();
      }
      if (!same(now.measurement, ends(stage.measurement))) stage.setMeasurement(now.measurement);
      set(wire, { "aria-pressed": now.wire });
      show();
    },
    destroy() {
      hand.run();
      contrast.destroy();
      stage.dispose();
    },
  };
}

function ends(measurement: Measurement | null): MeasurementEnds | null {
  return measurement && { kind: measurement.kind, from: measurement.from, to: measurement.to, width: measurement.width };
}
