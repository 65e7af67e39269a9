/** The images with all that is done to look at them: how they are compared, tools, contrast, what is laid over. */

import type { Cursor, Layer } from "../core/types";
import { element, set, setText } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import type { Changed } from "../core/ui/model";
import { panel } from "../core/ui/panel";
import { createSlider } from "../core/ui/slider";
import { type Choice, choices, iconButton } from "../core/ui/toolbar";
import type { Blend } from "./blend";
import { comparedWith, type CompareTool, type ComparerView, type Context, type Mode, MODES, names, type Overlay, OVERLAYS } from "./context";
import { legendStrip } from "./legend";
import { differenceLegend, type Legend, overlayOf, whyNone } from "./overlays";
import { readoutLine, readoutParts } from "./readout";
import { type Stages, stagePair } from "./stages";

const MODE_CHOICES: Choice<Mode>[] = [
  ["swipe", "Swipe", "Both in one place, parted by a handle (1)"],
  ["side", "Side by side", "Next to each other; zoomed and moved as one (2)"],
  ["blink", "Blink", "One after the other in the same place (3)"],
  ["difference", "Difference", "What was changed, in colours (4)"],
];

const TOOLS: [tool: CompareTool, label: string, key: string][] = [
  ["pan", "Move", "v"],
  ["ruler", "Ruler", "m"],
  ["profile", "Line profile across both", "l"],
  ["region", "Restore a region only", "r"],
];

const OVERLAY_CHOICES: Choice<Overlay>[] = [
  ["none", "None"],
  ["change", "Change", "What was made darker and brighter"],
  ["defocus", "Blur", "Where and by how much it was out of focus"],
  ["uncertainty", "Uncertainty", "Where the restoration is not sure"],
];

const AGAINST: Choice<"before" | "truth">[] = [
  ["before", "Before", "The image that was restored"],
  ["truth", "Truth", "What it should be"],
];

export interface ImagePanel {
  readonly element: HTMLElement;
  readonly stages: Stages;
  useMode(mode: Mode): void;
  useTool(tool: CompareTool): void;
  nextOverlay(): void;
  /** of what is laid over, or of the difference */
  readonly legend: Legend | null;
  /** another result, or another strength */
  show(blend: Blend | null): void;
  showSettings(changed: Changed<ComparerView>): void;
  destroy(): void;
}

export function imagePanel(context: Context): ImagePanel {
  const { view } = context;
  let blend: Blend | null = null;
  let opacity = view.get().opacity;
  let cursor: Cursor | null = null;
  let told: Legend | null = null;

  const stages = stagePair(context);
  const modes = choices("Compare by", MODE_CHOICES, useMode);
  const tools = TOOLS.map(([tool, label, key]) => iconButton(tool, label, key, tool === "region" ? "region-tool" : tool, () => useTool(tool)));
  const whole = iconButton("fit", "Whole image", "0", "fit", () => stages.left.reset());
  const turn = iconButton("flip", "Handle across or up and down", "f", "flip", () => view.save({ swipe_vertical: !view.get().swipe_vertical }));
  const shared = iconButton("link", "One contrast for both images", "k", "shared-contrast", stages.contrast.toggle);
  const play = iconButton("blink", "Blink", "b", "blink", () => view.save({ blinking: !view.get().blinking }));
  const other = element("button.em-button", { "data-action": "turn", title: "Show the other image (s)", onclick: stages.blink.turn });
  const against = choices("Compare with", AGAINST, (value) => view.save({ against: value }));
  const withTruth = element("span.em-pair", {}, element("span.em-bar-name", {}, "with"), against.element);
  const contrast = element("span.em-pair", {}, stages.contrast.left.element, stages.contrast.right.element, shared);
  const toolbar = element("div.em-toolbar", { role: "toolbar", "aria-label": "Image: tools" }, ...tools, whole, turn, contrast);

  const overlays = choices("Overlay", OVERLAY_CHOICES, (overlay) => view.save({ overlay }));
  const slider = createSlider(["Overlay opacity"], percent, ([value], done) => (done ? view.save({ opacity: value }) : showOpacity(value)));
  const opacityText = element("output.em-unit");
  const opacityBox = element("span.em-opacity", { title: "Opacity of the overlay" }, slider.element, opacityText);
  const strip = legendStrip();
  const overlayBar = element("div.em-overlay-bar", { "data-view": "overlay" }, element("span.em-bar-name", {}, "Overlay"), overlays.element, opacityBox);
  const line = readoutLine();

  stages.onCursor((next) => {
    cursor = next;
    showReadout();
  });
  stages.onBlink(showBlink);

  function useMode(mode: Mode): void {
    view.save({ mode });
  }

  function useTool(tool: CompareTool): void {
    view.save({ tool });
  }

  function nextOverlay(): void {
    view.save({ overlay: OVERLAYS[(OVERLAYS.indexOf(view.get().overlay) + 1) % OVERLAYS.length] });
  }

  function showOpacity(value: number): void {
    opacity = value;
    setText(opacityText, percent(value));
    draw();
  }

  function showReadout(): void {
    line.show(cursor && context.reading.before ? readoutParts(context, cursor, stages.restored) : []);
  }

  function showBlink(): void {
    const { left, after } = names(context);
    const { going, restored } = stages.blink;
    set(play, { "aria-pressed": going, title: going ? "Stop blinking (b)" : "Blink by itself (b)" });
    setText(other, `Show ${(restored ? left : after).toLowerCase()}`);
  }

  /** What Python's result, strength and settings give: images, the layer over them and its legend. */
  function draw(): void {
    const { mode, overlay } = view.get();
    const painted = overlayOf(context, blend, overlay, opacity);
    stages.show(blend, layers(painted?.layer));
    const difference = mode === "difference" && blend;
    const other = comparedWith(context) === "truth" ? context.reading.truth! : blend?.before;
    told = difference && other ? differenceLegend(context, blend!.limit(other), blend!.after) : (painted?.legend ?? null);
    strip.show(told, told ? "" : whyNone(context, overlay));
    overlayBar.hidden = mode === "difference";
    opacityBox.hidden = !painted;
    showReadout();
  }

  /** The same layer again is not painted again. */
  let kept: Layer[] = [];
  let keptKey: unknown[] = [];
  function layers(layer: Layer | undefined): Layer[] {
    const key = layer?.kind === "heat" ? [layer.pixels, layer.opacity, String(layer.limits)] : [];
    if (key.length !== keptKey.length || key.some((each, i) => each !== keptKey[i])) [kept, keptKey] = [layer ? [layer] : [], key];
    return kept;
  }

  function showTools(): void {
    const { tool, mode, contrast: scale } = view.get();
    const frozen = context.connection.can("region") ? "" : context.connection.refusal;
    tools.forEach((button, i) => set(button, { "aria-pressed": TOOLS[i][0] === tool }));
    set(tools[3], { "aria-disabled": frozen !== "", title: frozen || "Restore a region only: draw a box (r)" });
    turn.hidden = mode !== "swipe";
    play.hidden = other.hidden = mode !== "blink";
    stages.contrast.right.element.hidden = scale === "shared";
    set(shared, { "aria-pressed": scale === "shared" });
    contrast.hidden = mode === "difference";
    withTruth.hidden = !context.reading.truth;
    against.show(comparedWith(context));
  }

  const bar = element("div.em-modes", {}, modes.element, withTruth, play, other);
  return {
    element: panel("image", "Image", null, toolbar, bar, stages.element, line.element, overlayBar, strip.element),
    stages,
    useMode,
    useTool,
    nextOverlay,
    get legend() {
      return told;
    },
    show(next) {
      blend = next;
      showTools();
      draw();
      stages.swipe.show();
      showBlink();
      stages.contrast.left.refresh();
      stages.contrast.right.refresh();
    },
    showSettings(changed) {
      const now = view.get();
      stages.showSettings(changed);
      modes.show(MODES.includes(now.mode) ? now.mode : null);
      overlays.show(now.overlay);
      showTools();
      showBlink();
      if (changed("opacity")) slider.show({ min: 0, max: 1, step: 0.02 }, [now.opacity]);
      if (changed("stage", "after_stage", "contrast")) {
        stages.contrast.left.refresh();
        stages.contrast.right.refresh();
      }
      if (changed("mode", "overlay", "opacity", "against", "stage", "after_stage", "contrast", "strength")) showOpacity(now.opacity);
    },
    destroy: stages.destroy,
  };
}
