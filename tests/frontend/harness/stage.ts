/** A stage that draws nothing and lets a test play the user. */

import type {
  Cursor, Display, Hit, Layer, LimitPreset, Measurement, MeasurementEnds, Pixels, Stage, Tool, View,
} from "../../../emwidgets/frontend/src/core/types";

type Handler<T> = (value: T) => void;

export class FakeStage implements Stage {
  static made: FakeStage[] = [];
  readonly canvas = document.createElement("canvas");
  display: Display = { map: "gray", limits: "auto", gamma: 1, log: null, smooth: false, colourBar: false };
  limits: [number, number] | null = [10, 200];
  histogram = { counts: new Uint32Array(256).fill(3), lo: 0, hi: 255, quantity: "counts", percentile: (p: number) => 2.55 * p };
  layers: readonly Layer[] = [];
  image: Pixels | null = null;
  view: View = { cx: 0.5, cy: 0.5, zoom: 1 };
  tool: Tool = "pan";
  profileWidth = 1;
  measurement: Measurement | null = null;
  disposed = false;
  hover: Handler<Hit | null> = () => {};
  pick: Handler<Hit> = () => {};
  look: Handler<View> = () => {};
  measure: Handler<Measurement | null> = () => {};

  constructor(readonly host: HTMLElement) {
    host.append(this.canvas);
    FakeStage.made.push(this);
  }

  setImage(pixels: Pixels | null): void {
    this.image = pixels;
  }

  setDisplay(display: Partial<Display>): void {
    this.display = { ...this.display, ...display };
  }

  presetLimits(_preset: LimitPreset): [number, number] {
    return [10, 200];
  }

  setLayers(layers: readonly Layer[]): void {
    this.layers = layers;
  }

  setMeasurement(_ends: MeasurementEnds | null): void {}

  moveView(view: View): void {
    this.view = view;
    this.look(view);
  }

  reset(): void {}

  refresh(): void {}

  onView(handler: Handler<View>): () => void {
    const before = this.look;
    this.look = (view) => {
      before(view);
      handler(view);
    };
    return () => {};
  }

  onCursor(_handler: Handler<Cursor | null>): () => void {
    return () => {};
  }

  onHover(handler: Handler<Hit | null>): () => void {
    this.hover = handler;
    return () => {};
  }

  onPick(handler: Handler<Hit>): () => void {
    this.pick = handler;
    return () => {};
  }

  onMeasure(handler: Handler<Measurement | null>): () => void {
    this.measure = handler;
    return () => {};
  }

  async toPNG(): Promise<Blob> {
    return new Blob(["picture"]);
  }

  dispose(): void {
    this.disposed = true;
  }
}

export const hit = (more: Partial<Hit>): Hit => ({ ix: 0, iy: 0, x: 0, y: 0, layer: null, point: null, mate: false, labels: [], shiftKey: false, ...more });
