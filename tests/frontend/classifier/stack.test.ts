// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LabelLayer, Layer, PointLayer } from "../../../emwidgets/frontend/src/core/types";
import { FakeModel, type Traits } from "../harness/model";
import { FakeStage, hit } from "../harness/stage";
import { allTraits, frames as stackOf, thumbnails, WRITABLE } from "./traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));
const { default: widget } = await import("../../../emwidgets/frontend/src/classifier");

let model: FakeModel;
let root: HTMLElement;

function start(options: Parameters<typeof allTraits>[0], changes: Traits = {}): void {
  FakeStage.made = [];
  model = new FakeModel({ ...allTraits(options), ...changes }, WRITABLE);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  widget.render({ model, el });
  root = el.querySelector(".em-classifier")!;
  frames();
}

const frames = (): void => void vi.advanceTimersByTime(60);
const rest = (): void => void vi.advanceTimersByTime(400);
const find = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;
const tiles = (): number[] => [...root.querySelectorAll<HTMLElement>("[data-tile]")].map((tile) => Number(tile.dataset.tile));
const current = (): (string | undefined)[] => [...root.querySelectorAll<HTMLElement>("[data-tile][aria-selected=true]")].map((tile) => tile.dataset.tile);
const map = (): FakeStage => FakeStage.made[1];
const layer = <L extends Layer>(id: string): L => map().layers.find((each) => each.id === id) as L;
const count = (name: string): number => Number(find(`[data-total=${name}]`).textContent!.replace(/\u202f/g, ""));

function press(key: string, on: Element = root): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  frames();
}

function pick(name: string, value: string): void {
  const inputs = [...root.querySelectorAll<HTMLInputElement>(`[role=radiogroup][aria-label="${name}"] input`)];
  inputs.find((each) => each.value === value)!.dispatchEvent(new Event("change", { bubbles: true }));
  frames();
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => vi.useRealTimers());

describe("the gallery", () => {
  beforeEach(() => start({ shape: [40, 50] }));

  it("shows one page, asks for the pictures that are missing, and shows them when they come", () => {
    rest();
    expect(tiles()).toEqual([...Array(64).keys()]);
    expect(find("[data-range]").textContent).toBe("1–64 of 2\u202f000");
    expect(model.sent).toEqual([]); // the first 64 were there
    find("[data-action=page-next]").click();
    rest();
    const wanted = model.get("wanted") as number[];
    expect(wanted).toEqual(Array.from({ length: 64 }, (_, i) => 64 + i));
    expect(find("[data-tile='70']").hasAttribute("data-empty")).toBe(true);
    model.receive({ thumbnails: thumbnails(stackOf([40, 50]), wanted) });
    frames();
    expect(find("[data-tile='70']").hasAttribute("data-empty")).toBe(false);
    find("[data-action=page-previous]").click();
    rest();
    expect(model.get("wanted")).toBe(wanted); // the first page is kept
  });

  it("asks once for pages that are only passed by", () => {
    for (let i = 0; i < 5; i += 1) find("[data-action=page-next]").click();
    rest();
    expect(model.sent.filter((each) => "wanted" in each)).toEqual([{ wanted: Array.from({ length: 64 }, (_, i) => 5 * 64 + i) }]);
  });

  it("gives up on pictures that do not come", () => {
    find("[data-action=page-next]").click();
    for (let i = 0; i < 20; i += 1) {
      rest();
      model.receive({ thumbnails: thumbnails(stackOf([40, 50]), [1999]) });
      frames();
    }
    expect(model.sent.filter((each) => "wanted" in each).length).toBeLessThan(5);
  });

  it("counts what adds up, and lists only what is asked for", () => {
    expect(count("ring") + count("spot") + count("uncertain")).toBe(count("all"));
    pick("Show", "uncertain");
    expect(find("[data-range]").textContent).toContain(`of ${count("uncertain")}`);
    expect(new Set([...root.querySelectorAll<HTMLElement>("[data-tile]")].map((tile) => tile.dataset.kind))).toEqual(new Set(["uncertain"]));
    pick("Show", "corrected");
    expect(tiles()).toEqual([]);
    expect(find<HTMLElement>(".em-panel-gallery .em-table-empty").hidden).toBe(false);
  });

  it("walks by arrows, row by row and beyond the page, and chooses as it goes", () => {
    find("[data-tile='0']").click();
    frames();
    press("ArrowRight", find("[data-tile='0']"));
    press("ArrowDown", find("[data-tile='1']"));
    expect([model.get("frame"), current()]).toEqual([17, ["17"]]);
    press("PageDown", find("[data-tile='17']"));
    expect([model.get("frame"), tiles()[0]]).toEqual([81, 64]);
    expect((document.activeElement as HTMLElement).dataset.tile).toBe("81");
    press("End", find("[data-tile='81']"));
    expect([model.get("frame"), find("[data-range]").textContent]).toEqual([1999, "1\u202f985–2\u202f000 of 2\u202f000"]);
    expect(root.querySelectorAll("[data-tile][tabindex='0']")).toHaveLength(1);
  });

  it("turns to the page of a pattern that is chosen elsewhere", () => {
    model.receive({ frame: 500 });
    frames();
    expect(tiles()).toContain(500);
    expect(current()).toEqual(["500"]);
  });

  it("goes on among those listed by keys, and to the next uncertain one", () => {
    pick("Show", "spot");
    press("n");
    const first = model.get("frame") as number;
    expect(find(`[data-tile='${first}']`).dataset.kind).toBe("spot");
    pick("Show", "all");
    press("u");
    const doubtful = model.get("frame") as number;
    expect(doubtful).toBeGreaterThan(first);
    expect(find(`[data-tile='${doubtful}']`).dataset.kind).toBe("uncertain");
  });

  it("counts a correction at once", () => {
    const before = count("ring") + count("uncertain");
    pick("Show", "all");
    const spot = [...root.querySelectorAll<HTMLElement>("[data-kind=spot]")][0];
    spot.click();
    frames();
    press("r");
    expect([count("ring") + count("uncertain"), count("corrected")]).toEqual([before + 1, 1]);
    expect(find(`[data-tile='${spot.dataset.tile}'][data-corrected]`).dataset.kind).toBe("ring");
  });
});

describe("the map", () => {
  it("paints each class with its own hatch, and what is not known yet not at all", () => {
    start({ shape: [6, 8], done: 20 });
    const labels = layer<LabelLayer>("classes");
    expect(labels.shape).toEqual([6, 8]);
    const runs = labels.runs as Uint32Array;
    const covered = Array.from({ length: runs.length / 3 }, (_, i) => runs[3 * i + 1]).reduce((a, b) => a + b, 0);
    expect(covered).toBe(20);
    expect(new Set([1, 2, 3].map((label) => labels.hatch!(label))).size).toBe(3);
    expect(find("[data-total=done]").textContent).toBe("20 of 48 classified");
    model.receive({ frames: stackOf([6, 8]) });
    frames();
    const more = layer<LabelLayer>("classes").runs as Uint32Array;
    expect(Array.from({ length: more.length / 3 }, (_, i) => more[3 * i + 1]).reduce((a, b) => a + b, 0)).toBe(48);
    expect(find("[data-total=done]").textContent).toBe("");
  });

  it("shows the pattern of a place that is clicked, and where that is", () => {
    start({ shape: [6, 8] });
    map().pick(hit({ ix: 2.4, iy: 3.6 }));
    frames();
    expect(model.sent).toEqual([{ frame: 34 }]);
    expect([layer<PointLayer>("position").x, layer<PointLayer>("position").y]).toEqual([[5], [10]]);
    expect(find("[data-position]").textContent).toMatch(/^Pattern 34: (ring|spot|uncertain) \d+\u202f%$/);
  });

  it("stands on one gray until there is a mean intensity", () => {
    start({ shape: [6, 8] }, { navigator: {} });
    expect(map().image!.shape).toEqual([6, 8]);
    expect(map().image!.axes.x).toMatchObject({ scale: 2.5, unit: "nm" });
  });

  it("is there for scans only", () => {
    start({ shape: [40] });
    expect(FakeStage.made).toHaveLength(1);
    start({ shape: [2, 3, 4] });
    expect(FakeStage.made).toHaveLength(1);
    expect(tiles()).toHaveLength(24);
  });
});
