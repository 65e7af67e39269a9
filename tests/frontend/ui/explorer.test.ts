// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LabelLayer, PointLayer, Table } from "../../../emwidgets/frontend/src/core/types";
import { FakeModel, type Traits } from "../harness/model";
import { FakeStage, hit } from "../harness/stage";
import { allTraits, DEFAULTS, resultTraits, WRITABLE } from "../harness/traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));
const { default: widget } = await import("../../../emwidgets/frontend/src/domains");

const TRAITS = allTraits();
const ATTACK = "<img src=x onerror=alert(1)>";

let model: FakeModel;
let root: HTMLElement;
let stop: () => void;

function start(changes: Traits = {}): void {
  FakeStage.made = [];
  model = new FakeModel({ ...TRAITS, ...changes }, WRITABLE);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  stop = widget.render({ model, el });
  root = el.querySelector(".em-domains")!;
  frames();
}

const frames = (): void => void vi.advanceTimersByTime(60);
const find = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;
const rows = (table: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(`[data-table=${table}] tbody tr`)];
const imageStage = (): FakeStage => FakeStage.made[0];
const spectrumStage = (): FakeStage => FakeStage.made[1];
const overlay = (): LabelLayer => imageStage().layers[0] as LabelLayer;
const points = (id: string): PointLayer => spectrumStage().layers.find((layer) => layer.id === id) as PointLayer;
const fire = (node: Element, type: string): void => void node.dispatchEvent(new Event(type, { bubbles: true }));

beforeEach(() => {
  vi.useFakeTimers();
  start();
});

afterEach(() => vi.useRealTimers());

describe("the explorer", () => {
  it("shows image, spectrum, totals, both tables and a row for each control", () => {
    expect(imageStage().image).toBe(model.get("image"));
    expect(spectrumStage().image).toBe(model.get("spectrum"));
    expect(rows("peaks")).toHaveLength(5);
    expect(rows("domains")).toHaveLength(5);
    expect(find("[data-total=n_domains]").textContent).toBe("5");
    expect(find("[data-total=crystalline_area]").textContent).toContain("nm²");
    const names = [...root.querySelectorAll<HTMLElement>("[data-control]")].map((row) => row.dataset.control);
    expect(names).toEqual(["d_range", "threshold", "aperture", "amplitude", "eps", "min_samples", "min_area", "pixel_size"]);
  });

  it("says on the page and to the performance clock which result is shown", () => {
    expect(root.dataset.emResult).toBe("1");
    const mark = vi.spyOn(performance, "mark");
    model.receive({ ...resultTraits({ ...DEFAULTS, threshold: 1 }), status: { ...(model.get("status") as object), result: 2 } });
    frames();
    expect(root.dataset.emResult).toBe("2");
    expect(root.parentElement!.dataset.emResult).toBe("2");
    expect(mark.mock.calls).toEqual([["em-shown-2"]]);
    expect(find("[data-total=n_domains]").textContent).toBe("0");
    expect(find(".em-totals-message").textContent).toContain("No crystalline component");
  });

  it("summarises the measurement for screen readers", () => {
    expect(find("[data-summary]").textContent).toMatch(/^5 domains, 40\.\d nm², 32 % crystalline; d 0\.374 nm and 0\.229 nm$/);
  });

  it("sends a dragged slider at once per frame and flushes when it is let go", () => {
    const slider = find<HTMLInputElement>("[data-control=threshold] input[type=range]");
    for (const value of ["0.6", "0.7", "0.8"]) {
      slider.value = value;
      fire(slider, "input");
    }
    expect(model.sent).toEqual([]);
    fire(slider, "change");
    expect(model.sent).toEqual([{ threshold: 0.8 }]);
  });

  it("does not draw the image again when only a table changed", () => {
    const drawn = vi.spyOn(imageStage(), "setImage");
    model.receive({ peaks: { ...(model.get("peaks") as Table) } });
    frames();
    expect(drawn).not.toHaveBeenCalled();
  });

  it("works empty, before the first result", () => {
    start({ image: {}, spectrum: {}, peaks: {}, domains: {}, runs: {}, totals: {}, mixture: {}, controls: {}, code: "", status: { state: "running", stage: "spectrum", fraction: 0.1, message: "", result: 0 } });
    expect(rows("peaks")).toHaveLength(0);
    expect(root.dataset.state ?? "").not.toBe("error");
    expect(find("[data-summary]").textContent).toBe("No result yet.");
  });

  it("never takes text from files or metadata for markup", () => {
    const table = model.get("peaks") as Table;
    const peaks = { ...table, columns: table.columns.map((column) => ({ ...column, label: ATTACK, help: ATTACK })), data: { ...table.data, reason: table.data.reason.map(() => ATTACK) } };
    const status = { state: "error", stage: ATTACK, fraction: 0, message: ATTACK, result: 3 };
    start({ provenance: { title: ATTACK }, peaks, status, totals: { ...(model.get("totals") as object), message: ATTACK, area_unit: ATTACK } });
    expect(root.querySelector("img")).toBeNull();
    expect(find(".em-title").textContent).toBe(ATTACK);
    expect(rows("peaks")[0].textContent).toContain(ATTACK);
    imageStage().hover(hit({ labels: [1] }));
    spectrumStage().hover(hit({ point: 0 }));
    expect(root.querySelector("img")).toBeNull();
  });
});

describe("pointing", () => {
  it("at a peak lights up its domains, in picture and table", () => {
    spectrumStage().hover(hit({ layer: "rings", point: 2 }));
    frames();
    expect(overlay().highlight).toEqual([3]);
    expect(rows("domains").filter((row) => row.classList.contains("em-lit")).map((row) => row.dataset.row)).toEqual(["2"]);
    spectrumStage().hover(null);
    frames();
    expect(overlay().highlight).toEqual([]);
  });

  it("at a domain lights up its peaks and says what it is", () => {
    imageStage().hover(hit({ labels: [4] }));
    frames();
    expect(points("rings").highlight).toEqual([3]);
    expect(find(".em-tip").textContent).toContain("Domain 4");
    expect(find(".em-tip").textContent).toContain("0.374");
  });

  it("at a row of the table does the same", () => {
    fire(rows("peaks")[1], "mouseover");
    frames();
    expect(overlay().highlight).toEqual([2]);
  });

  it("needs no word to Python", () => {
    imageStage().hover(hit({ labels: [4] }));
    frames();
    expect(model.sent).toEqual([]);
  });
});

describe("choosing", () => {
  it("a peak in the spectrum takes it out, and in again", () => {
    spectrumStage().pick(hit({ layer: "rings", point: 0 }));
    expect(model.get("exclude")).toHaveLength(1);
    expect(model.get("selection")).toEqual({ peak: 0, domain: null });
    model.receive(resultTraits({ ...DEFAULTS, exclude: model.get("exclude") as [number, number][] }));
    frames();
    expect(rows("peaks")[0].textContent).toContain("taken out by hand");
    find(".em-switch").click();
    expect(model.get("exclude")).toEqual([]);
    expect(model.get("include")).toHaveLength(1);
  });

  it("a place off every peak adds one only with Shift or the tool", () => {
    spectrumStage().pick(hit({ x: -3, y: 1 }));
    expect(model.get("include")).toEqual([]);
    spectrumStage().pick(hit({ x: -3, y: 1, shiftKey: true }));
    expect(model.get("include")).toEqual([[3, -1]]);
    find("[data-action=add-peak]").click();
    spectrumStage().pick(hit({ x: 4, y: 2 }));
    expect(model.get("include")).toEqual([[3, -1], [4, 2]]);
    spectrumStage().pick(hit({ x: 9, y: 9 }));
    expect(model.get("include")).toHaveLength(2);
  });

  it("a domain keeps it lit until it is chosen again", () => {
    imageStage().pick(hit({ labels: [5, 4] }));
    frames();
    expect(model.get("selection")).toEqual({ peak: null, domain: 5 });
    expect(overlay().highlight).toEqual([5]);
    imageStage().pick(hit({ labels: [5, 4] }));
    frames();
    expect(overlay().highlight).toEqual([]);
  });

  it("a place where no peak can be says so and adds none", () => {
    spectrumStage().pick(hit({ x: 0.001, y: 0, shiftKey: true }));
    expect(model.get("include")).toEqual([]);
    expect(find(".em-toast").textContent).toContain("half of the image");
  });

  it("follows a domain to its new label, and drops it with the image", () => {
    imageStage().pick(hit({ labels: [5] }));
    frames();
    const table = model.get("domains") as Table;
    const label = table.data.label.map((each) => (each as number) + 10);
    model.receive({ domains: { ...table, data: { ...table.data, label } } });
    frames();
    expect(model.get("selection")).toEqual({ peak: null, domain: 15, followed: true });
    model.receive({ domains: { ...table }, image: { ...(model.get("image") as object) } });
    frames();
    expect(model.get("selection")).toEqual({ peak: null, domain: null, followed: true });
  });

  it("a domain says nothing while one measures", () => {
    find("[data-action=ruler]").click();
    frames();
    imageStage().hover(hit({ labels: [4] }));
    frames();
    expect(overlay().highlight).toEqual([]);
    expect(find<HTMLElement>(".em-tip").hidden).toBe(true);
  });

  it("undoes all choices by hand at once", () => {
    spectrumStage().pick(hit({ point: 0 }));
    frames();
    const undo = [...root.querySelectorAll("button")].find((button) => button.textContent === "Undo all")!;
    undo.click();
    expect([model.get("include"), model.get("exclude")]).toEqual([[], []]);
  });
});

describe("settings", () => {
  it("live in the view trait and come back from it", () => {
    start({ view: { overlay: false, all_peaks: true, colour_by: "grain", tool: "ruler", image: { map: "viridis" }, unknown: 1 } });
    expect(overlay().visible).toBe(false);
    expect(rows("peaks").length).toBeGreaterThan(50);
    expect(imageStage().tool).toBe("ruler");
    expect(imageStage().display.map).toBe("viridis");
    find("[data-action=overlay]").click();
    expect(model.get("view")).toMatchObject({ overlay: true, unknown: 1, colour_by: "grain" });
  });

  it("save where one looks when the gesture is over", () => {
    for (const zoom of [1.5, 2, 3]) imageStage().look({ cx: 0.4, cy: 0.5, zoom });
    expect(model.sent).toEqual([]);
    vi.advanceTimersByTime(400);
    expect(model.sent).toEqual([{ view: { image_view: { cx: 0.4, cy: 0.5, zoom: 3 } } }]);
  });

  it("begin with the part of the spectrum that holds the peaks", () => {
    expect(spectrumStage().view.zoom).toBeGreaterThan(2);
    expect(spectrumStage().view.cx).toBeCloseTo(0.5, 2);
  });

  it("list all candidates when asked, with the reason", () => {
    const all = find<HTMLInputElement>("[data-view=all_peaks]");
    all.checked = true;
    fire(all, "change");
    frames();
    expect(rows("peaks").some((row) => row.textContent!.includes("outside d range"))).toBe(true);
  });

  it("ask for a pixel size where the image has none, and fold it away otherwise", () => {
    expect(find<HTMLDetailsElement>(".em-disclosure").open).toBe(false);
    const image = model.get("image") as any;
    start({ image: { ...image, axes: { x: { ...image.axes.x, unit: "px" }, y: image.axes.y } } });
    expect(find<HTMLDetailsElement>(".em-disclosure").open).toBe(true);
  });

  it("have a frame slider for a stack only", () => {
    expect(find(".em-frame").hidden).toBe(true);
    const controls = model.get("controls") as any;
    start({ controls: { ...controls, frame: { ...controls.frame, max: 23 } } });
    expect(find(".em-frame [data-control=frame] input[type=range]").getAttribute("max")).toBe("23");
  });
});

describe("keys and views", () => {
  const press = (key: string): void => void root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  it("switch the overlay, the tool and the help", () => {
    press("o");
    press("m");
    press("?");
    expect(model.get("view")).toMatchObject({ overlay: false, tool: "ruler" });
    expect(find<HTMLDialogElement>("dialog").open).toBe(true);
  });

  it("cancel work by Escape, or drop the selection", () => {
    imageStage().pick(hit({ labels: [1] }));
    frames();
    press("Escape");
    expect(model.get("selection")).toEqual({ peak: null, domain: null });
    model.receive({ status: { state: "running", stage: "clustering", fraction: 0.5, message: "", result: 1 } });
    frames();
    press("Escape");
    expect(model.get("asked")).toEqual({ cancel: 1, undo: 0, redo: 0 });
  });

  it("stay in step over several views of one model", () => {
    const second = document.createElement("div");
    document.body.append(second);
    const stopSecond = widget.render({ model, el: second });
    frames();
    find("[data-action=overlay]").click();
    frames();
    expect(second.querySelector("[data-action=overlay]")!.getAttribute("aria-pressed")).toBe("false");
    const before = model.listenerCount;
    stopSecond();
    expect(model.listenerCount).toBe(before / 2);
    expect(second.childElementCount).toBe(0);
  });

  it("leave nothing behind", () => {
    imageStage().look({ cx: 0.1, cy: 0.1, zoom: 4 });
    stop();
    expect(model.listenerCount).toBe(0);
    expect(FakeStage.made.every((stage) => stage.disposed)).toBe(true);
    expect(model.get("view")).toMatchObject({ image_view: { zoom: 4 } });
    expect(root.isConnected).toBe(false);
  });
});
