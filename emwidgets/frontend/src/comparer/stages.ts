/**
 * Two stages that look at one place. One upon the other they are one picture: the upper one is cut at the handle, blinks,
 * or shows the difference, and lets all gestures through; side by side each takes its own.
 */

import { linkViews } from "../core/link";
import { Heats } from "../core/heat";
import { abs, clamp } from "../core/maths";
import { ImageStage } from "../core/stage";
import type { Cursor, Layer, Measurement, MeasurementEnds, Pixels, Stage } from "../core/types";
import { element, set, setText, setVariable } from "../core/ui/dom";
import type { Changed } from "../core/ui/model";
import { same } from "../core/ui/values";
import { WHOLE } from "../core/view";
import "./diverging";
import { createBlink, type Blink } from "./blink";
import type { Blend } from "./blend";
import { type ComparerView, comparedWith, type Context, names, strength } from "./context";
import { type Contrasts, contrasts } from "./contrast";
import { boxLayers, type RegionTool, regionTool } from "./region";
import { summary } from "./summary";
import { type Swipe, swipeHandle } from "./swipe";

export interface Stages {
  readonly element: HTMLElement;
  readonly left: Stage;
  readonly right: Stage;
  readonly contrast: Contrasts;
  readonly swipe: Swipe;
  readonly blink: Blink;
  readonly region: RegionTool;
  /** the image restored as strongly as is shown, whatever is on the stages */
  readonly restored: Pixels | null;
  onCursor(handler: (cursor: Cursor | null) => void): void;
  onMeasure(handler: () => void): void;
  onBlink(handler: () => void): void;
  /** images, and the layers over them */
  show(blend: Blend | null, overlay: readonly Layer[]): void;
  showSettings(changed: Changed<ComparerView>): void;
  destroy(): void;
}

export function stagePair(context: Context): Stages {
  const { view } = context;
  let blend: Blend | null = null;
  let overlay: readonly Layer[] = [];
  let shown: Record<"left" | "right", Pixels | null> = { left: null, right: null };
  let restored: Pixels | null = null;
  /** the one that the pointer is, or was, over */
  let pointed: Stage | null = null;
  const measures: (() => void)[] = [];
  const blinks: (() => void)[] = [];

  const hosts = ["left", "right"].map((side) => element("div.em-stage-host", { "data-stage": side }));
  const captions = hosts.map((host) => host.appendChild(element("span.em-caption", { "aria-hidden": true })));
  const area = element("div.em-compare", { "data-mode": "swipe" }, ...hosts);
  const made = hosts.map((host, i) =>
    new ImageStage(host, { title: i ? "Restored image" : "Image", readout: false, heats: new Heats(), describe: () => describe(i) }),
  );
  const [left, right] = made;
  const unlink = linkViews(left, right);
  const contrast = contrasts(context, { left, right }, () => ({ left: leftImage(), right: context.reading.after }));
  const swipe = swipeHandle(context, area);
  const blink = createBlink(context, turned);
  const region = regionTool(context, area, made, () => view.get().tool === "region", draw);
  area.append(swipe.element);

  left.onView((looking) => view.saveWhenStill({ stage_view: looking }));
  made.forEach((stage, i) => stage.onMeasure((measurement) => measured(measurement, made[1 - i])));

  function leftImage(): Pixels | null {
    const { before, truth } = context.reading;
    return comparedWith(context) === "truth" ? truth : before;
  }

  function describe(side: number): string {
    const { left: name, after } = names(context);
    const { mode } = view.get();
    const what = { swipe: `${name} and ${after.toLowerCase()} under a swipe handle`, blink: `${name} and ${after.toLowerCase()} in turn`, difference: `${after} less ${name.toLowerCase()}`, side: side ? after : name };
    return `${what[mode]}. ${summary(context.reading)}`;
  }

  /** The line is one for both images; whoever sets it anew tells of it, too, which is nothing to keep. */
  function measured(measurement: Measurement | null, other: Stage): void {
    const kept = ends(measurement);
    if (!same(kept, ends(other.measurement))) other.setMeasurement(kept);
    if (!same(kept, view.get().measurement)) view.saveWhenStill({ measurement: kept });
    for (const handler of measures) handler();
  }

  function turned(): void {
    set(area, { "data-seen": view.get().mode === "blink" && !blink.restored ? "left" : "right" });
    for (const handler of blinks) handler();
  }

  /** An image is set once: a stage works out anew what it shows. */
  function put(side: "left" | "right", pixels: Pixels | null): void {
    if (shown[side] === pixels) return;
    shown[side] = pixels;
    (side === "left" ? left : right).setImage(pixels);
  }

  function show(next: Blend | null, layers: readonly Layer[]): void {
    blend = next;
    overlay = layers;
    const { before } = context.reading;
    const { mode } = view.get();
    const against = leftImage();
    const differs = mode === "difference" && blend && against;
    restored = blend?.at(strength(context)) ?? null;
    if (before) setVariable(area, "--em-aspect", aspect(before));
    const limit = differs ? blend!.limit(against) : 0;
    contrast.apply(differs ? { map: "blue-orange", limits: [-limit, limit], gamma: 1, log: false } : null);
    put("left", against);
    put("right", differs ? blend!.difference(strength(context), against) : restored);
    // only one image is there, or looked at: no handle
    set(area, { "data-single": !restored, "data-mode": restored ? mode : "swipe" });
    showCaptions();
    draw();
  }

  function showCaptions(): void {
    const { left: name, after } = names(context);
    const { mode } = view.get();
    setText(captions[0], name);
    setText(captions[1], mode === "difference" ? `${after} − ${name.toLowerCase()}` : after);
  }

  function draw(): void {
    const { before } = context.reading;
    const box = region.now();
    const layers = [...overlay, ...(before && box ? boxLayers(before, box) : [])];
    // over the difference another map would say nothing
    const withoutHeat = view.get().mode === "difference" ? layers.filter((layer) => layer.kind !== "heat") : layers;
    for (const stage of made) stage.setLayers(withoutHeat);
  }

  function showTool(): void {
    const { tool } = view.get();
    for (const stage of made) stage.tool = tool === "region" ? "pan" : tool;
    for (const host of hosts) host.classList.toggle("em-adding", tool === "region");
  }

  function showMode(): void {
    const beside = view.get().mode === "side";
    // one upon the other they are one picture, for the keyboard and for screen readers
    right.canvas.tabIndex = beside ? 0 : -1;
    set(right.canvas, { "aria-hidden": beside ? null : true });
    blink.follow();
    turned();
  }

  return {
    element: area,
    left,
    right,
    contrast,
    swipe,
    blink,
    region,
    get restored() {
      return restored;
    },
    // a stage that only follows reports that there is no pointer over it
    onCursor: (handler) => made.forEach((stage) => stage.onCursor((cursor) => {
      if (cursor) pointed = stage;
      if (pointed === stage) handler(cursor);
    })),
    onMeasure: (handler) => void measures.push(handler),
    onBlink: (handler) => void blinks.push(handler),
    show,
    showSettings(changed) {
      const now = view.get();
      if (changed("stage_view")) for (const stage of made) stage.view = now.stage_view ?? WHOLE;
      if (changed("tool")) showTool();
      if (changed("mode", "blinking")) showMode();
      swipe.show();
      if (same(now.measurement, ends(left.measurement))) return;
      for (const stage of made) stage.setMeasurement(now.measurement);
      for (const handler of measures) handler();
    },
    destroy() {
      blink.stop();
      region.destroy();
      unlink();
      contrast.destroy();
      for (const stage of made) stage.dispose();
    },
  };
}

/** What is kept of a measurement. */
function ends(measurement: Measurement | null): MeasurementEnds | null {
  return measurement && { kind: measurement.kind, from: measurement.from, to: measurement.to, width: measurement.width };
}

/** Width over height as seen, with unequal scales; within reason. */
function aspect({ shape: [rows, columns], axes: { x, y } }: Pixels): number {
  return clamp(abs((columns * x.scale) / (rows * y.scale)) || 1, 0.6, 3);
}
