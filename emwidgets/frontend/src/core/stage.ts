/** The image stage: pans and zooms an image with its layers, reads it out and measures in it. */

import { attachGestures } from "./gestures";
import { Listeners } from "./listeners";
import { Measuring } from "./measuring";
import type { Raster } from "./pixels";
import { cursorAt, placeAt } from "./readout";
import { Scene } from "./scene";
import type {
  Cursor, Display, Histogram, Hit, Layer, LimitPreset, Measurement, MeasurementEnds, Pixels, Place, Stage,
  StageOptions, Tool, Unsubscribe, View,
} from "./types";
import { Cleanup } from "./ui/cleanup";
import { element } from "./ui/dom";
import { Surface } from "./surface";
import { clampView, clampZoom, type Frame, panned, project, type Projection, toIndex, WHOLE, zoomedAt } from "./view";

const MAX_ZOOM = 64; // css px per image pixel

export class ImageStage implements Stage {
  readonly canvas: HTMLCanvasElement;
  profileWidth = 1;
  readonly #scene: Scene;
  readonly #surface: Surface;
  readonly #measuring: Measuring;
  readonly #root: HTMLElement;
  readonly #readoutLine: HTMLElement;
  readonly #cleanup = new Cleanup();
  readonly #views = new Listeners<View>();
  readonly #cursors = new Listeners<Cursor | null>();
  readonly #hovers = new Listeners<Hit | null>();
  readonly #picks = new Listeners<Hit>();
  #looking: View = WHOLE;
  #currentTool: Tool = "pan";
  /** the pointer over the canvas, css px */
  #pointer: { x: number; y: number } | null = null;
  #hovered = "";

  readonly #options: StageOptions;

  constructor(
    readonly host: HTMLElement,
    options: StageOptions,
  ) {
    this.#options = options;
    this.#scene = new Scene(options.heats, options.labels);

    const view = element("div", { class: "em-stage-view" });
    this.#surface = new Surface(view, () => this.#paint(), () => this.#resized());
    this.canvas = this.#surface.top;
    this.#readoutLine = element("div", { class: "em-stage-readout", "aria-hidden": "true" });
    this.#root = element("div", { class: "em-stage" }, view);
    if (options.readout ?? true) this.#root.append(this.#readoutLine);
    host.append(this.#root);
    // Lumino (JupyterLab) would else take "0" or "+" for commands of the notebook; it asks the focused element first
    for (const node of [this.#root, this.canvas]) node.dataset.lmSuppressShortcuts = "true";
    this.canvas.setAttribute("role", "img");
    this.canvas.tabIndex = 0;
    this.#measuring = new Measuring(this.#scene, () => this.#projection(), () => this.profileWidth, () => this.#surface.request("marks"));
    attachGestures(this.canvas, this.#gestures(), this.#cleanup);
    this.#applyTool();
    this.#describe();
    this.#surface.measure();
  }

  // -------------------------------------------------------------- what is shown

  setImage(pixels: Pixels | null): void {
    this.#scene.setImage(pixels);
    this.#looking = clampView(this.#looking, this.#frame(), this.#maxZoom);
    this.#measuring.again();
    this.#surface.request("all");
    this.#describe();
  }

  setDisplay(display: Partial<Display>): void {
    const given = Object.entries(display).filter(([, value]) => value !== undefined);
    this.#scene.display = { ...this.#scene.display, ...Object.fromEntries(given) };
    this.#surface.requestMoving(); // a contrast handle is being dragged, perhaps
  }

  get display(): Display {
    return this.#scene.display;
  }

  get limits(): [number, number] | null {
    return this.#scene.limits;
  }

  presetLimits(preset: LimitPreset): [number, number] | null {
    return this.#scene.presetLimits(preset);
  }

  get histogram(): Histogram | null {
    return this.#scene.counts;
  }

  setLayers(layers: readonly Layer[]): void {
    const pixelsBefore = this.#scene.layers.filter(isPixelLayer);
    this.#scene.setLayers(layers);
    const pixelsNow = layers.filter(isPixelLayer);
    const same = pixelsNow.length === pixelsBefore.length && pixelsNow.every((layer, i) => layer === pixelsBefore[i]);
    if (same) {
      this.#surface.request("marks");
      this.#surface.request("pointer");
    } else this.#surface.requestMoving();
    this.#describe();
  }

  refresh(): void {
    this.#surface.request("all");
    this.#describe();
  }

  #describe(): void {
    this.canvas.setAttribute("aria-label", this.#options.describe?.() ?? this.#defaultDescription());
  }

  #defaultDescription(): string {
    const { raster } = this.#scene;
    return raster ? `${this.#options.title}: image of ${raster.columns} by ${raster.rows} pixels` : `${this.#options.title}: no image`;
  }

  // -------------------------------------------------------------- where it looks

  get view(): View {
    return { ...this.#looking };
  }

  set view(view: View) {
    this.#look(view);
  }

  moveView(view: View): void {
    if (this.#look(view)) this.#views.emit(this.view);
  }

  reset(): void {
    this.moveView(WHOLE);
  }

  /** Whether that changed anything. */
  #look(wanted: View): boolean {
    const next = this.#scene.raster ? clampView(wanted, this.#frame(), this.#maxZoom) : { ...wanted };
    const { cx, cy, zoom } = this.#looking;
    if (next.cx === cx && next.cy === cy && next.zoom === zoom) return false;
    this.#looking = next;
    this.#applyTool();
    this.#surface.requestMoving();
    return true;
  }

  #resized(): void {
    if (this.#scene.raster) this.#looking = clampView(this.#looking, this.#frame(), this.#maxZoom);
  }

  get #maxZoom(): number {
    return this.#options.maxZoom ?? MAX_ZOOM;
  }

  #frame(): Frame {
    return this.#scene.frame(this.#surface.width, this.#surface.height);
  }

  #projection(): Projection {
    return project(this.#looking, this.#frame());
  }

  // -------------------------------------------------------------- tools

  get tool(): Tool {
    return this.#currentTool;
  }

  set tool(tool: Tool) {
    this.#currentTool = tool;
    this.#applyTool();
  }

  get measurement(): Measurement | null {
    return this.#scene.measurement;
  }

  setMeasurement(ends: MeasurementEnds | null): void {
    this.#measuring.set(ends);
  }

  #applyTool(): void {
    const measures = this.#currentTool !== "pan";
    this.canvas.style.cursor = measures ? "crosshair" : this.#looking.zoom > 1 ? "grab" : "default";
    // a finger on a whole image scrolls the page; on a zoomed one it moves the image
    this.canvas.style.touchAction = measures || this.#looking.zoom > 1 ? "none" : "pan-y";
  }

  #gestures(): Parameters<typeof attachGestures>[1] {
    return {
      pan: (dx, dy) => this.moveView(panned(this.#looking, this.#frame(), dx, dy, this.#maxZoom)),
      zoom: (x, y, factor) => this.moveView(zoomedAt(this.#looking, this.#frame(), x, y, factor, this.#maxZoom)),
      canZoom: (factor) => clampZoom(this.#looking.zoom * factor, this.#frame(), this.#maxZoom) !== this.#looking.zoom,
      reset: () => this.reset(),
      move: (x, y) => {
        this.#pointer = { x, y };
        this.#surface.request("pointer");
      },
      leave: () => {
        this.#pointer = null;
        this.#surface.request("pointer");
      },
      tap: (x, y, touch, event) => {
        const place = this.#placeAt(x, y);
        if (!place || this.#currentTool !== "pan") return;
        this.#picks.emit({ ...this.#scene.hitAt(place, this.#projection(), x, y, touch), shiftKey: event.shiftKey });
      },
      grab: (x, y, touch) => this.#currentTool !== "pan" && this.#measuring.grab(this.#currentTool, x, y, touch),
      drag: (x, y, shift) => this.#measuring.drag(x, y, shift),
      drop: (moved) => this.#measuring.drop(moved),
      escape: () => this.#measuring.clear(),
    };
  }

  // -------------------------------------------------------------- what it reports

  onView(handler: (view: View) => void): Unsubscribe {
    return this.#views.add(handler);
  }

  onCursor(handler: (cursor: Cursor | null) => void): Unsubscribe {
    return this.#cursors.add(handler);
  }

  onHover(handler: (hit: Hit | null) => void): Unsubscribe {
    return this.#hovers.add(handler);
  }

  onPick(handler: (hit: Hit) => void): Unsubscribe {
    return this.#picks.add(handler);
  }

  onMeasure(handler: (measurement: Measurement | null) => void): Unsubscribe {
    return this.#measuring.listeners.add(handler);
  }

  /** The place at a canvas position; null off the image. */
  #placeAt(x: number, y: number): Place | null {
    const { raster } = this.#scene;
    if (!raster) return null;
    const [ix, iy] = toIndex(this.#projection(), x, y);
    return covers(raster, ix, iy) ? placeAt(raster, ix, iy) : null;
  }

  #reportPointer(): void {
    const pointer = this.#pointer;
    const place = pointer && this.#placeAt(pointer.x, pointer.y);
    const cursor = place && cursorAt(this.#scene.raster!, place);
    const parts = cursor?.parts ?? [];
    // a line breaks between two parts only
    this.#readoutLine.replaceChildren(...parts.flatMap((part, i) => [i ? " " : "", element("span", {}, i < parts.length - 1 ? `${part}\u00a0·` : part)]));
    this.#cursors.emit(cursor);
    const hit = place && pointer && this.#scene.hitAt(place, this.#projection(), pointer.x, pointer.y, false);
    if (this.#currentTool === "pan") this.canvas.style.cursor = hit?.point != null ? "pointer" : this.#looking.zoom > 1 ? "grab" : "default";
    // told once per thing met, not once per pixel passed
    const met = hit ? `${hit.layer} ${hit.point} ${hit.mate} ${hit.labels}` : "";
    if (met === this.#hovered) return;
    this.#hovered = met;
    this.#hovers.emit(hit && { ...hit, shiftKey: false });
  }

  // -------------------------------------------------------------- painting

  #paint(): void {
    const surface = this.#surface;
    const scene = this.#scene;
    if (surface.stale("pixels")) surface.putPixels((target, line) => scene.paintPixels(target, this.#looking, line));
    if (surface.stale("marks")) surface.putMarks((ink) => scene.paintMarks(ink, this.#looking, surface.width, surface.height));
    if (surface.stale("pointer")) this.#reportPointer();
  }

  toPNG(): Promise<Blob> {
    this.#surface.flushFull();
    return this.#surface.toPNG(getComputedStyle(this.host).getPropertyValue("--em-bg").trim() || "#000");
  }

  dispose(): void {
    this.#cleanup.run();
    this.#surface.dispose();
    for (const listeners of [this.#views, this.#cursors, this.#hovers, this.#picks, this.#measuring.listeners]) listeners.clear();
    this.#scene.setImage(null);
    this.#scene.setLayers([]);
    this.#root.remove();
  }
}

function isPixelLayer(layer: Layer): boolean {
  return layer.kind === "labels" || layer.kind === "heat";
}

function covers(raster: Raster, ix: number, iy: number): boolean {
  return ix >= -0.5 && iy >= -0.5 && ix < raster.columns - 0.5 && iy < raster.rows - 0.5;
}
