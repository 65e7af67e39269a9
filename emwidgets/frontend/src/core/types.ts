/**
 * The words of the front end's core: what comes over the wire and what an image stage is told.
 *
 * Two coordinate systems are public. `index` coordinates count stored pixels (pixel 0 has its
 * centre at 0, so the image spans -0.5 … n - 0.5). Physical coordinates are `offset + scale * index`
 * in the unit of the axis. Angles are degrees of atan2(y, x) with the axes as stored (y points down
 * the rows), as in Python's tables.
 */

import type { HeatPainter, LabelPainter } from "./scene";

// ---------------------------------------------------------------- wire

export type DType = "uint8" | "uint16" | "int32" | "uint32" | "float32";
export type Stored = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

/** An array trait as ipywidgets hands it over; little endian, C order. */
export interface WireArray {
  shape: number[];
  dtype: DType;
  data: DataView | ArrayBuffer | ArrayBufferView;
}

export interface Axis {
  scale: number;
  offset: number;
  /** "nm" | "1/nm" | "px" | "1/px" */
  unit: string;
}

/** An image trait: value = scale * stored + offset. */
export interface Pixels extends WireArray {
  scale: number;
  offset: number;
  axes: { x: Axis; y: Axis };
  /** display reduction factor, 1 = none */
  binned: number;
  /** what the values are, e.g. "intensity / counts" */
  quantity: string;
  /** show logarithmically unless told otherwise */
  log: boolean;
}

export interface Column {
  name: string;
  label: string;
  unit: string;
  help: string;
  digits: number | null;
}

export interface Table {
  columns: Column[];
  rows: number;
  data: Record<string, (number | string | boolean | null)[]>;
}

// ---------------------------------------------------------------- what the stage shows

/** "blue-orange" has a middle; a widget that shows differences brings it along (comparer/diverging.ts). */
export type ColourMapName = "gray" | "viridis" | "cividis" | "inferno" | "magma" | "blue-orange";

/** Names of the percentile presets; "auto" is "0.1-99.9". */
export type LimitPreset = "auto" | "0.1-99.9" | "1-99" | "min-max";

/** Missing entries of a partial Display stay as they are. */
export interface Display {
  map: ColourMapName;
  /** darkest and brightest value (in values, not stored numbers), or a preset that follows the image */
  limits: [number, number] | LimitPreset;
  gamma: number;
  /** null = as `Pixels.log` says */
  log: boolean | null;
  /** interpolate above 1:1 instead of showing square pixels */
  smooth: boolean;
  /** draw a colour bar of the image */
  colourBar: boolean;
}

/**
 * Where a stage looks, independent of canvas size and of display reduction: the centre as a
 * fraction of the image (0…1) and the zoom over "the whole image fits" (1).
 */
export interface View {
  cx: number;
  cy: number;
  zoom: number;
}

export type Tool = "pan" | "ruler" | "profile";

/** Domain masks in run-length coding; domains may overlap. */
export interface LabelLayer {
  kind: "labels";
  id: string;
  /** rows (start, length, label) on the flattened grid, sorted by label, then start */
  runs: WireArray | Uint32Array;
  /** [rows, columns] of that grid; it spans the image, whatever the image's reduction */
  shape: [number, number];
  /** labels from bottom to top; labels missing here are not drawn */
  paint: readonly number[];
  /** "#rrggbb" */
  colour: (label: number) => string;
  /** 0 plain, 1 \\, 2 /, 3 dots: tells domains apart without colour */
  hatch?: (label: number) => 0 | 1 | 2 | 3;
  /** of the fill, 0…1 */
  opacity: number;
  /** draw the borders at full strength (default true) */
  outline?: boolean;
  /** lit up, drawn on top of all others, which fade */
  highlight?: readonly number[];
  visible?: boolean;
}

/** Values painted over the image; placed by their own axes. */
export interface HeatLayer {
  kind: "heat";
  id: string;
  pixels: Pixels;
  map: ColourMapName;
  limits?: [number, number] | LimitPreset;
  opacity: number;
  /** let low values shine through: opacity grows with the value, or ("both") with its distance from the middle of the limits */
  fade?: boolean | "both";
  colourBar?: boolean;
  visible?: boolean;
}

export type PointShape = "circle" | "disc" | "cross" | "square" | "diamond" | "triangle" | "plus";

/** Marks at physical positions. Shape carries the class, so that colour never stands alone. */
export interface PointLayer {
  kind: "points";
  id: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** also draw and pick each point at (-x, -y): Friedel mates of a spectrum */
  mirrored?: boolean;
  /** css px, one for all or one each (default 6) */
  radius?: number | ArrayLike<number>;
  /** css px around a point that count as on it (default: its radius and 5 more) */
  pick?: number;
  colour: string | ((index: number) => string);
  shape?: PointShape | ((index: number) => PointShape);
  opacity?: number;
  /** drawn with a ring around */
  selected?: readonly number[];
  /** drawn larger */
  highlight?: readonly number[];
  /** indices that are neither drawn nor picked */
  hidden?: (index: number) => boolean;
  visible?: boolean;
}

/** Of an ellipse `radius` is the semi-axis at `angle` to x, and `minor` the other one. */
export interface Ring {
  x: number;
  y: number;
  radius: number;
  minor?: number;
  angle?: number;
  label?: string;
  dashed?: boolean;
}

/** Circles and ellipses around a physical position, e.g. the d range of a spectrum or an aperture. */
export interface RingLayer {
  kind: "rings";
  id: string;
  rings: Ring[];
  colour?: string;
  visible?: boolean;
}

export type Layer = LabelLayer | HeatLayer | PointLayer | RingLayer;

// ---------------------------------------------------------------- what the stage reports

/** A place of the image under the pointer. */
export interface Place {
  /** index coordinates, not rounded */
  ix: number;
  iy: number;
  /** physical coordinates */
  x: number;
  y: number;
}

export interface Cursor extends Place {
  /** value of the pixel under the pointer (NaN outside the image) */
  value: number;
  /** one piece per quantity, ready to show: "x 12, y 40 px", "3.1, 10.4 nm", "1 234 counts" */
  parts: string[];
}

/** What a click or the pointer met. */
export interface Hit extends Place {
  /** id of the point layer and index of its nearest point within reach, else null */
  layer: string | null;
  point: number | null;
  /** true where the point met is the mirrored mate */
  mate: boolean;
  /** labels under the pointer, top-most first (all label layers) */
  labels: number[];
  shiftKey: boolean;
}

export interface Profile {
  /** distance along the line in `unit` */
  position: Float64Array;
  value: Float64Array;
  quantity: string;
}

export interface Measurement {
  kind: "ruler" | "profile";
  /** ends in physical coordinates */
  from: [number, number];
  to: [number, number];
  /** px, averaging width of a profile (1 = none) */
  width: number;
  length: number;
  unit: string;
  /** degrees of the line, -180…180 */
  angle: number;
  /** 1/length in reciprocal space, else null */
  d: number | null;
  /** ready to show: "3.12 nm · 41.0°" */
  text: string;
  profile: Profile | null;
}

/** What is kept of a measurement, e.g. in a trait. */
export type MeasurementEnds = Pick<Measurement, "kind" | "from" | "to" | "width">;

export interface Histogram {
  /** bins of equal width between lo and hi: 256, or fewer where the image has fewer levels */
  counts: Uint32Array;
  lo: number;
  hi: number;
  quantity: string;
  /** value below which p % of the pixels lie */
  percentile(p: number): number;
}

export interface StageOptions {
  title: string;
  /** the sentence for screen readers; asked again after every change (default: title and size) */
  describe?: () => string;
  /** show the read-out line under the image (default true) */
  readout?: boolean;
  /** largest zoom in css px per image pixel (default 64) */
  maxZoom?: number;
  /** draws heat layers (`new Heats()` of heat.ts): without it there are none */
  heats?: HeatPainter;
  /** draws label layers (`new Labels()` of labelling.ts): without it there are none */
  labels?: LabelPainter;
}

export type Unsubscribe = () => void;

/** Public face of `ImageStage` (stage.ts). Handlers run in the order they were added. */
export interface Stage {
  readonly host: HTMLElement;
  /** the focusable element with role="img" that takes keys and pointers */
  readonly canvas: HTMLCanvasElement;

  /** null empties the stage. The view is kept. */
  setImage(pixels: Pixels | null): void;
  setDisplay(display: Partial<Display>): void;
  readonly display: Display;
  /** values at the ends of the map now in force (presets resolved), null without an image */
  readonly limits: [number, number] | null;
  /** values of a preset for the image shown */
  presetLimits(preset: LimitPreset): [number, number] | null;
  readonly histogram: Histogram | null;
  /** from bottom to top; layers are compared by reference, so pass a new object for a change */
  setLayers(layers: readonly Layer[]): void;

  /** Setting does not call onView. Values are clamped so that the image is not lost. */
  view: View;
  /** set the view as the user would: calls onView (for zoom buttons and linked stages) */
  moveView(view: View): void;
  tool: Tool;
  /** px, for profiles (default 1) */
  profileWidth: number;
  readonly measurement: Measurement | null;
  /** from a trait; does not call onMeasure */
  setMeasurement(ends: MeasurementEnds | null): void;
  /** whole image, as by double-click; calls onView */
  reset(): void;
  /** ask describe() again and repaint, e.g. after a theme change */
  refresh(): void;

  /** the user (or a linked stage) moved the view */
  onView(handler: (view: View) => void): Unsubscribe;
  /** null when the pointer leaves */
  onCursor(handler: (cursor: Cursor | null) => void): Unsubscribe;
  onHover(handler: (hit: Hit | null) => void): Unsubscribe;
  /** a click or tap that was no drag, with the pan tool */
  onPick(handler: (hit: Hit) => void): Unsubscribe;
  /** while and after the user draws a ruler or profile; null when cleared (Escape) */
  onMeasure(handler: (measurement: Measurement | null) => void): Unsubscribe;

  /** what is seen, with layers, marks and scale bar, at device resolution */
  toPNG(): Promise<Blob>;
  dispose(): void;
}
