// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Labels } from "../../../emwidgets/frontend/src/core/labelling";
import { linkViews } from "../../../emwidgets/frontend/src/core/link";
import { ImageStage } from "../../../emwidgets/frontend/src/core/stage";
import type { Cursor, Hit, LabelLayer, Measurement, PointLayer, View } from "../../../emwidgets/frontend/src/core/types";
import { axis, painted } from "./specimens";

const SIZE = 400; // css px of the stage; the image has 100 × 100 px of 0.1 nm

const image = painted(100, 100, (x, y) => x + 100 * y, { axes: { x: axis(0.1, 0, "nm"), y: axis(0.1, 0, "nm") } });
const stages: ImageStage[] = [];

beforeEach(() => {
  // no layout in this environment: every element has the size of the stage
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(SIZE);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(SIZE);
});

afterEach(() => {
  stages.splice(0).forEach((stage) => stage.dispose());
  vi.restoreAllMocks();
});

async function frame(): Promise<void> {
  await new Promise((done) => setTimeout(done, 40));
}

async function stageWith(pixels = image): Promise<ImageStage> {
  const host = document.createElement("div");
  document.body.append(host);
  const stage = new ImageStage(host, { title: "test image", labels: new Labels() });
  stages.push(stage);
  stage.setImage(pixels);
  await frame();
  return stage;
}

function pointer(stage: ImageStage, type: string, x: number, y: number, more: PointerEventInit = {}): void {
  const event = { clientX: x, clientY: y, pointerId: 1, pointerType: "mouse", button: 0, bubbles: true, ...more };
  stage.canvas.dispatchEvent(new PointerEvent(type, event));
}

function dragged(stage: ImageStage, from: [number, number], to: [number, number], more: PointerEventInit = {}): void {
  pointer(stage, "pointerdown", ...from, more);
  pointer(stage, "pointermove", (from[0] + to[0]) / 2, (from[1] + to[1]) / 2, more);
  pointer(stage, "pointermove", ...to, more);
  pointer(stage, "pointerup", ...to, more);
}

function key(stage: ImageStage, name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
  stage.canvas.dispatchEvent(event);
  return event;
}

function wheel(stage: ImageStage, x: number, y: number, deltaY: number): WheelEvent {
  const event = new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true });
  Object.defineProperties(event, { clientX: { value: x }, clientY: { value: y } });
  stage.canvas.dispatchEvent(event);
  return event;
}

describe("the stage", () => {
  it("is an image with a description that takes the focus", async () => {
    const stage = await stageWith();
    expect(stage.canvas.getAttribute("role")).toBe("img");
    expect(stage.canvas.tabIndex).toBe(0);
    expect(stage.canvas.getAttribute("aria-label")).toBe("test image: image of 100 by 100 pixels");
    stage.setImage(null);
    expect(stage.canvas.getAttribute("aria-label")).toBe("test image: no image");
  });

  it("zooms by the wheel at the pointer, and lets the page scroll where there is nothing to zoom out of", async () => {
    const stage = await stageWith();
    const seen: View[] = [];
    stage.onView((view) => seen.push(view));
    expect(wheel(stage, 100, 100, 300).defaultPrevented).toBe(false);
    expect(wheel(stage, 100, 100, -200).defaultPrevented).toBe(true);
    expect(stage.view.zoom).toBeGreaterThan(1.3);
    expect(stage.view.cx).toBeLessThan(0.5);
    expect(seen).toEqual([stage.view]);
    stage.canvas.dispatchEvent(new MouseEvent("dblclick"));
    expect(stage.view).toEqual({ cx: 0.5, cy: 0.5, zoom: 1 });
    expect(seen.length).toBe(2);
  });

  it("pans by dragging; that is no click", async () => {
    const stage = await stageWith();
    const picked: Hit[] = [];
    stage.onPick((hit) => picked.push(hit));
    stage.view = { cx: 0.5, cy: 0.5, zoom: 4 };
    dragged(stage, [200, 200], [280, 160]);
    expect(stage.view.cx).toBeCloseTo(0.5 - 80 / 1600);
    expect(stage.view.cy).toBeCloseTo(0.5 + 40 / 1600);
    expect(picked).toEqual([]);
  });

  it("zooms by two fingers at their middle", async () => {
    const stage = await stageWith();
    const finger = (pointerId: number) => ({ pointerId, pointerType: "touch" });
    pointer(stage, "pointerdown", 150, 200, finger(1));
    pointer(stage, "pointerdown", 250, 200, finger(2));
    pointer(stage, "pointermove", 100, 200, finger(1));
    pointer(stage, "pointermove", 300, 200, finger(2));
    pointer(stage, "pointerup", 100, 200, finger(1));
    pointer(stage, "pointerup", 300, 200, finger(2));
    expect(stage.view.zoom).toBeCloseTo(2, 5);
    expect(stage.view.cx).toBeCloseTo(0.5, 1);
  });

  it("follows the keys and leaves those it does not know to the page", async () => {
    const stage = await stageWith();
    expect(key(stage, "+").defaultPrevented).toBe(true);
    expect(stage.view.zoom).toBeCloseTo(1.25);
    key(stage, "ArrowRight");
    expect(stage.view.cx).toBeGreaterThan(0.5);
    key(stage, "0");
    expect(stage.view.zoom).toBe(1);
    for (const event of [key(stage, "a"), key(stage, "+", { ctrlKey: true }), key(stage, "Escape"), key(stage, "?")]) {
      expect(event.defaultPrevented).toBe(false);
    }
    expect(stage.canvas.closest("[data-lm-suppress-shortcuts]")).not.toBeNull();
  });

  it("does not report a view that was set, and clamps it", async () => {
    const stage = await stageWith();
    const seen = vi.fn();
    stage.onView(seen);
    stage.view = { cx: 9, cy: 0.5, zoom: 2 };
    expect(stage.view).toEqual({ cx: 0.75, cy: 0.5, zoom: 2 });
    expect(seen).not.toHaveBeenCalled();
  });

  it("keeps the view when the next image comes", async () => {
    const stage = await stageWith();
    stage.view = { cx: 0.4, cy: 0.6, zoom: 5 };
    stage.setImage(painted(50, 50, () => 3));
    expect(stage.view).toEqual({ cx: 0.4, cy: 0.6, zoom: 5 });
  });

  it("resolves display presets to values and keeps what is not named", async () => {
    const stage = await stageWith();
    expect(stage.limits).toEqual([9, 9989]);
    stage.setDisplay({ limits: "min-max", map: "viridis" });
    stage.setDisplay({ gamma: 2, map: undefined });
    expect(stage.display).toMatchObject({ map: "viridis", gamma: 2 });
    expect(stage.limits).toEqual([0, 9999]);
    expect(stage.presetLimits("1-99")).toEqual([99, 9899]);
    expect(stage.histogram?.counts.length).toBe(256);
  });
});

describe("reading and picking", () => {
  const points: PointLayer = { kind: "points", id: "peaks", x: [2, 8], y: [2, 5], colour: "#ffffff", mirrored: false };
  const labels: LabelLayer = {
    kind: "labels", id: "domains", runs: Uint32Array.from([0, 5000, 1, 1000, 10, 2]), shape: [100, 100], paint: [1, 2],
    colour: () => "#ff0000", opacity: 0.5,
  };

  it("tells the cursor's place and value, and that it left", async () => {
    const stage = await stageWith();
    const seen: (Cursor | null)[] = [];
    stage.onCursor((cursor) => seen.push(cursor));
    pointer(stage, "pointermove", 42, 82);
    await frame();
    expect(seen[0]).toMatchObject({ ix: 10, iy: 20, value: 2010 });
    expect(seen[0]!.x).toBeCloseTo(1);
    expect(stage.host.querySelector(".em-stage-readout")!.textContent).toContain("counts 2010");
    pointer(stage, "pointerleave", 0, 0);
    await frame();
    expect(seen.at(-1)).toBeNull();
    expect(stage.host.querySelector(".em-stage-readout")!.textContent).toBe("");
  });

  it("picks the nearest point and the labels below", async () => {
    const stage = await stageWith();
    stage.setLayers([labels, points]);
    const picked: Hit[] = [];
    stage.onPick((hit) => picked.push(hit));
    for (const [x, y] of [[85, 80], [10, 42], [10, 390]]) dragged(stage, [x, y], [x, y]);
    expect(picked.map(({ layer, point, labels }) => ({ layer, point, labels }))).toEqual([
      { layer: "peaks", point: 0, labels: [1] },
      { layer: null, point: null, labels: [2, 1] },
      { layer: null, point: null, labels: [] },
    ]);
  });

  it("finds a mirrored mate, but no hidden point and no hidden layer", async () => {
    const stage = await stageWith(painted(100, 100, () => 1, { axes: { x: axis(0.1, -5, "1/nm"), y: axis(0.1, -5, "1/nm") } }));
    const picked: Hit[] = [];
    stage.onPick((hit) => picked.push(hit));
    const mates: PointLayer = { ...points, x: [2], y: [1], mirrored: true };
    const spot: [number, number] = [4 * (30 + 0.5), 4 * (40 + 0.5)]; // (-2, -1)
    [mates, { ...mates, hidden: () => true }, { ...mates, visible: false }].forEach((layer, i) => {
      stage.setLayers([layer]);
      const beside: [number, number] = [spot[0] + 7 * (i % 2), spot[1]]; // two clicks, not a double click
      dragged(stage, beside, beside);
    });
    expect(picked.map(({ point, mate }) => [point, mate])).toEqual([[0, true], [null, false], [null, false]]);
  });

  it("takes a double click for one", async () => {
    const stage = await stageWith();
    const picked = vi.fn();
    stage.onPick(picked);
    for (const spot of [[50, 50], [51, 50], [80, 50]] as [number, number][]) dragged(stage, spot, spot);
    expect(picked).toHaveBeenCalledTimes(2);
  });

  it("picks the nearest of overlapping points, as far off as their layer says", async () => {
    const stage = await stageWith(painted(100, 100, () => 1));
    const picked: Hit[] = [];
    stage.onPick((hit) => picked.push(hit));
    const below: PointLayer = { ...points, id: "below", x: [10], y: [10], pick: 20 };
    stage.setLayers([below, { ...below, id: "above", x: [13] }]);
    for (const x of [38, 58, 90]) dragged(stage, [x, 42], [x, 42]);
    expect(picked.map(({ layer }) => layer)).toEqual(["below", "above", null]);
  });

  it("reports hovering once per thing met", async () => {
    const stage = await stageWith();
    stage.setLayers([labels]);
    const seen: (number[] | undefined)[] = [];
    stage.onHover((hit) => seen.push(hit?.labels));
    for (const [x, y] of [[10, 10], [12, 10], [300, 20], [10, 42], [10, 300]]) {
      pointer(stage, "pointermove", x, y);
      await frame();
    }
    expect(seen).toEqual([[1], [2, 1], []]);
  });
});

describe("measuring", () => {
  it("draws a ruler instead of panning, takes hold of its ends, and Escape removes it", async () => {
    const stage = await stageWith();
    const seen: (Measurement | null)[] = [];
    stage.onMeasure((m) => seen.push(m));
    stage.tool = "ruler";
    dragged(stage, [42, 82], [202, 82]);
    expect(stage.measurement!.length).toBeCloseTo(4);
    expect(stage.view.zoom).toBe(1);
    dragged(stage, [200, 83], [42, 202]);
    expect(stage.measurement!.length).toBeCloseTo(3);
    expect(stage.measurement!.angle).toBeCloseTo(90);
    expect(seen.at(-1)).toBe(stage.measurement);
    expect(key(stage, "Escape").defaultPrevented).toBe(true);
    expect(seen.at(-1)).toBeNull();
    expect(stage.measurement).toBeNull();
  });

  it("a click with the tool removes the line; no pick comes of it", async () => {
    const stage = await stageWith();
    const picked = vi.fn();
    stage.onPick(picked);
    stage.tool = "ruler";
    dragged(stage, [42, 82], [202, 82]);
    dragged(stage, [300, 300], [300, 300]);
    expect(stage.measurement).toBeNull();
    expect(picked).not.toHaveBeenCalled();
  });

  it("Shift keeps to steps of 15°", async () => {
    const stage = await stageWith();
    stage.tool = "ruler";
    dragged(stage, [100, 100], [300, 110], { shiftKey: true });
    expect(stage.measurement!.angle).toBeCloseTo(0);
  });

  it("a profile is measured anew on the next image and stays within it", async () => {
    const stage = await stageWith();
    stage.tool = "profile";
    stage.profileWidth = 3;
    dragged(stage, [2, 202], [900, 202]);
    const { profile, to, width } = stage.measurement!;
    expect(to[0]).toBeCloseTo(9.95);
    expect(width).toBe(3);
    expect(profile!.value[10]).toBeCloseTo(5010, -1);
    stage.setImage({ ...image, offset: 1000 });
    expect(stage.measurement!.profile!.value[10]).toBeCloseTo(profile!.value[10] + 1000);
  });

  it("can be set from a trait without an echo", async () => {
    const stage = await stageWith();
    const seen = vi.fn();
    stage.onMeasure(seen);
    stage.setMeasurement({ kind: "ruler", from: [0, 0], to: [3, 4], width: 1 });
    expect(stage.measurement!.length).toBe(5);
    expect(seen).not.toHaveBeenCalled();
  });
});

describe("linked stages", () => {
  it("move as one, tell their listeners once each, and part again", async () => {
    const [a, b] = [await stageWith(), await stageWith(painted(50, 50, () => 1))];
    a.view = { cx: 0.5, cy: 0.5, zoom: 2 };
    const unlink = linkViews(a, b);
    expect(b.view.zoom).toBe(2);
    const told: string[] = [];
    a.onView(() => told.push("a"));
    b.onView(() => told.push("b"));
    key(b, "+");
    expect(a.view).toEqual(b.view);
    expect(told.sort()).toEqual(["a", "b"]);
    unlink();
    key(a, "0");
    expect(b.view.zoom).toBeCloseTo(2.5);
  });
});

describe("disposing", () => {
  it("takes everything off the page and stops reporting", async () => {
    const stage = await stageWith();
    const seen = vi.fn();
    stage.onView(seen);
    stage.dispose();
    key(stage, "+");
    expect(stage.host.children.length).toBe(0);
    expect(seen).not.toHaveBeenCalled();
  });
});
