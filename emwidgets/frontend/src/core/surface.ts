/** Two canvases, pixels below and marks above, kept at the size of their element and painted once per frame. */

import type { Ink } from "./ink";
import { max, min, round, sqrt } from "./maths";
import type { Target } from "./raster";
import { Cleanup } from "./ui/cleanup";
import { element } from "./ui/dom";

/** "all" is pixels, marks and pointer. */
export type Stale = "pixels" | "marks" | "pointer";

const TOO_SLOW = 14; // ms of painting the pixels: above it, and while moving, at half resolution
const REST = 140; // ms without movement until full resolution is back
const MOST_PIXELS = 6e6; // of a canvas: beyond it resolution is given up, not speed

export class Surface {
  readonly top: HTMLCanvasElement;
  /** css px */
  width = 0;
  height = 0;
  readonly #bottom: HTMLCanvasElement;
  readonly #cleanup = new Cleanup();
  readonly #waiting = new Set<Stale>();
  #image: ImageData | null = null;
  #ratio = 1;
  #frame = 0;
  /** ms that the pixels last took at full resolution */
  #took = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;

  readonly #holder: HTMLElement;
  readonly #paint: () => void;
  readonly #resized: () => void;

  constructor(
    holder: HTMLElement,
    paint: () => void,
    resized: () => void,
  ) {
    this.#holder = holder;
    this.#paint = paint;
    this.#resized = resized;

    this.#bottom = element("canvas", { class: "em-stage-pixels", "aria-hidden": "true" });
    this.top = element("canvas", { class: "em-stage-marks" });
    for (const canvas of [this.#bottom, this.top]) {
      Object.assign(canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%" });
      holder.append(canvas);
    }
    Object.assign(holder.style, { position: "relative", overflow: "hidden" });
    const observer = new ResizeObserver(() => this.measure());
    observer.observe(holder);
    this.#cleanup.add(() => observer.disconnect());
    this.#cleanup.listen(window, "resize", () => this.measure()); // also a change of the browser's zoom
    this.#cleanup.add(() => cancelAnimationFrame(this.#frame));
    this.#cleanup.add(() => clearTimeout(this.#resting));
  }

  /** Ask for a repaint in the next frame. */
  request(what: Stale | "all"): void {
    for (const each of what === "all" ? (["pixels", "marks", "pointer"] as const) : [what]) this.#waiting.add(each);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.flush());
  }

  /** As `request("all")`, for a view on the move: on a dense display a slow machine first gets every second pixel. */
  requestMoving(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      if (this.#bottom.width !== this.top.width) this.request("pixels");
    }, REST);
    this.request("all");
  }

  /** Paint in full resolution, at once. */
  flushFull(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.request("all");
    this.flush();
  }

  /** Paint now what waits to be painted. */
  flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.width === 0 || this.height === 0) return; // hidden: painted when it gets a size
    this.#paint();
  }

  /** Whether a part waits to be painted; asking takes it off the list. */
  stale(what: Stale): boolean {
    return this.#waiting.delete(what);
  }

  /** Take the size of the element, and paint if it is another. */
  measure(): void {
    const { clientWidth: width, clientHeight: height } = this.#holder;
    const wanted = min(window.devicePixelRatio || 1, sqrt(MOST_PIXELS / max(width * height, 1)));
    if (width === this.width && height === this.height && wanted === this.#ratio) return;
    this.width = width;
    this.height = height;
    this.#ratio = wanted;
    this.#resized();
    this.request("all");
    // a resized canvas is empty until painted: in the same turn, else it flashes
    if (width > 0 && height > 0) this.flush();
  }

  /** Device px of the canvases; setting them clears, so only where they change. */
  #fit(canvas: HTMLCanvasElement, ratio: number): void {
    const width = max(1, round(this.width * ratio));
    const height = max(1, round(this.height * ratio));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
  }

  putPixels(draw: (target: Target, line: number) => void): void {
    const context = this.#bottom.getContext("2d");
    if (!context) return;
    const coarse = this.#resting !== undefined && this.#took > TOO_SLOW && this.#ratio > 1;
    const ratio = coarse ? this.#ratio / 2 : this.#ratio;
    const start = performance.now();
    this.#fit(this.#bottom, ratio);
    const { width, height } = this.#bottom;
    if (this.#image?.width !== width || this.#image.height !== height) this.#image = context.createImageData(width, height);
    draw({ words: new Int32Array(this.#image.data.buffer), width, height }, max(1, round(ratio)));
    context.putImageData(this.#image, 0, 0);
    if (!coarse) this.#took = performance.now() - start;
  }

  putMarks(draw: (ink: Ink) => void): void {
    const ink = this.top.getContext("2d");
    if (!ink) return;
    this.#fit(this.top, this.#ratio);
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, this.top.width, this.top.height);
    ink.setTransform(this.top.width / this.width, 0, 0, this.top.height / this.height, 0, 0);
    draw(ink);
  }

  toPNG(background: string): Promise<Blob> {
    const sheet = document.createElement("canvas");
    sheet.width = this.top.width;
    sheet.height = this.top.height;
    const context = sheet.getContext("2d");
    if (!context) return Promise.reject(new Error("this browser gives no 2D canvas to draw the PNG on"));
    context.fillStyle = background;
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.drawImage(this.#bottom, 0, 0, sheet.width, sheet.height);
    context.drawImage(this.top, 0, 0);
    return new Promise((resolve, reject) => {
      sheet.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the canvas could not be written as PNG"))), "image/png");
    });
  }

  dispose(): void {
    this.#cleanup.run();
    this.#image = null;
    // browsers free a canvas' memory late; a size of 0 frees it now
    for (const canvas of [this.#bottom, this.top]) canvas.width = canvas.height = 0;
  }
}
