// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LabelLayer } from "../../../emwidgets/frontend/src/core/types";
import { FakeModel, type Steps, type Traits } from "../harness/model";
import { FakeStage, hit } from "../harness/stage";
import { allTraits, DEFAULTS, resultTraits, WRITABLE } from "../harness/traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));
const { default: widget } = await import("../../../emwidgets/frontend/src/domains");

const TRAITS = allTraits();
const STEPS: Steps = { threshold: [0.2, 0.5, 1], d_range: [null, [0.2, 0.3]] };

let model: FakeModel;
let root: HTMLElement;

function start(steps?: Steps, changes: Traits = {}): void {
  FakeStage.made = [];
  model = new FakeModel({ ...TRAITS, ...changes }, WRITABLE, steps);
  document.body.replaceChildren();
  root = mount(model);
}

function mount(of: FakeModel): HTMLElement {
  const el = document.createElement("div");
  document.body.append(el);
  widget.render({ model: of, el });
  frames();
  return el.querySelector(".em-domains")!;
}

const frames = (): void => void vi.advanceTimersByTime(60);
const find = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;
const control = (name: string): HTMLElement => find(`[data-control=${name}]`);
const toast = (): string => find(".em-toasts").textContent!;
const imageStage = (): FakeStage => FakeStage.made[0];
const spectrumStage = (): FakeStage => FakeStage.made[1];
const overlay = (): LabelLayer => imageStage().layers[0] as LabelLayer;

function press(key: string, more: KeyboardEventInit = {}): void {
  root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  frames();
}

function move(name: string, position: string): void {
  const slider = control(name).querySelector<HTMLInputElement>("input[type=range]")!;
  slider.value = position;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  slider.dispatchEvent(new Event("change", { bubbles: true }));
  frames();
}

/** A gesture that then is still for long enough. */
function look(stage: FakeStage, zoom: number): void {
  stage.moveView({ cx: 0.4, cy: 0.6, zoom });
  vi.advanceTimersByTime(1500);
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => vi.useRealTimers());

/** Each of these does something that only Python can do. */
const REFUSED: [what: string, act: () => void][] = [
  ["a click on a peak", () => spectrumStage().pick(hit({ point: 0 }))],
  ["Shift-click beside the peaks", () => spectrumStage().pick(hit({ x: 4, y: 2, shiftKey: true }))],
  ["the key a", () => press("a")],
  ["the switch of a row", () => find(".em-switch").click()],
  ["Space on a row", () => find("[data-table=peaks] tbody tr").dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }))],
  ["Undo all", () => [...root.querySelectorAll("button")].find((button) => button.textContent === "Undo all")!.click()],
];

describe("in a page", () => {
  beforeEach(() => start(STEPS, { exclude: [[9, 9]] }));

  it("controls with steps move, the others say why not", () => {
    expect(control("threshold").dataset.steps).toBe("3");
    expect(control("threshold").hasAttribute("data-frozen")).toBe(false);
    expect(control("eps").hasAttribute("data-frozen")).toBe(true);
    expect(control("eps").title).toContain("Needs Python: this is a saved page");
    expect(find("[data-connection]").dataset.connection).toBe("page");
    move("threshold", "2");
    expect(model.sent).toEqual([{ threshold: 1 }]);
  });

  it("the slider of the frames is frozen, too", () => {
    start(STEPS, { controls: { ...(TRAITS.controls as Traits), frame: { ...(TRAITS.controls as any).frame, max: 23 } } });
    expect(control("frame").hasAttribute("data-frozen")).toBe(true);
  });

  it.each(REFUSED)("%s is refused politely, and nothing is half done", (_, act) => {
    act();
    expect(toast()).toContain("Needs Python");
    expect([model.get("include"), model.get("exclude")]).toEqual([[], [[9, 9]]]);
    expect(find("[data-action=add-peak]").getAttribute("aria-pressed")).not.toBe("true");
    expect(spectrumStage().host.classList.contains("em-adding")).toBe(false);
  });

  it("a peak can still be chosen, and no tip promises more", () => {
    spectrumStage().pick(hit({ point: 0 }));
    expect(model.get("selection")).toMatchObject({ peak: 0 });
    spectrumStage().hover(hit({ point: 0 }));
    expect(find(".em-panel-spectrum .em-tip").textContent).not.toContain("click");
  });

  it("Escape drops the selection", () => {
    imageStage().pick(hit({ labels: [4] }));
    press("Escape");
    expect(model.get("selection")).toEqual({ peak: null, domain: null });
    expect(toast()).toBe("");
  });

  it("Ctrl+Z goes back through steps, views and selections, and the buttons say to what", () => {
    move("threshold", "2");
    find("[data-action=outline]").click();
    imageStage().pick(hit({ labels: [4] }));
    frames();
    const undo = find("[data-action=undo]");
    expect(undo.title).toBe("Undo Selection (Ctrl+Z)");
    press("z", { ctrlKey: true });
    expect(model.get("selection")).toEqual({ peak: null, domain: null });
    expect(undo.title).toBe("Undo View (Ctrl+Z)");
    press("z", { ctrlKey: true });
    expect(overlay().opacity).toBeGreaterThan(0);
    press("z", { ctrlKey: true });
    expect(model.get("threshold")).toBe(0.5);
    expect(control("threshold").querySelector<HTMLInputElement>("input[type=range]")!.value).toBe("1");
    expect([undo.getAttribute("aria-disabled"), find("[data-action=redo]").title]).toEqual(["true", "Redo Threshold (Ctrl+Shift+Z)"]);
    press("y", { ctrlKey: true });
    expect(model.get("threshold")).toBe(1);
  });

  it("the table of keys and the table of peaks say what needs Python", () => {
    const heading = [...root.querySelectorAll(".em-keys tr")].find((row) => row.textContent!.includes("needs Python"))!;
    expect(heading.nextElementSibling!.textContent).toContain("Take it in or out");
    expect(find("[data-table=peaks] caption").textContent).toContain("with Python");
  });

  it.each([["я", "KeyZ"], ["ζ", "KeyZ"], ["z", "KeyY"]])("Ctrl+%s on the key %s is undo, and what is typed without Ctrl is not", (key, code) => {
    imageStage().pick(hit({ labels: [4] }));
    press(key, { code });
    expect(model.get("selection")).toMatchObject({ domain: 4 });
    press(key, { code, ctrlKey: true });
    expect(model.get("selection")).toEqual({ peak: null, domain: null });
  });

  it("a selection that follows a step is no action of its own", () => {
    imageStage().pick(hit({ labels: [5] }));
    frames();
    model.receive(resultTraits({ ...DEFAULTS, threshold: 1 }));
    frames();
    expect(model.get("selection")).toEqual({ peak: null, domain: null, followed: true });
    press("z", { ctrlKey: true });
    expect(find("[data-action=undo]").title).toBe("Nothing to undo");
  });
});

describe("when the kernel goes", () => {
  beforeEach(() => start(undefined, { exclude: [[9, 9]] }));

  it("all controls freeze by themselves, with the value in force, and it is announced", () => {
    expect(control("threshold").hasAttribute("data-frozen")).toBe(false);
    model.disconnect();
    frames();
    expect([...root.querySelectorAll("[data-control]:not([data-frozen])")]).toEqual([]);
    expect(find("[data-connection][role=status]").textContent).toBe("disconnected");
  });

  it("adding a peak is given up", () => {
    press("a");
    expect(find("[data-action=add-peak]").getAttribute("aria-pressed")).toBe("true");
    model.disconnect();
    frames();
    expect(find("[data-action=add-peak]").getAttribute("aria-pressed")).toBe("false");
    expect(toast()).toBe("");
  });

  it.each(REFUSED)("%s is refused politely", (_, act) => {
    model.disconnect();
    frames();
    act();
    frames();
    expect(toast()).toContain("run the cell again");
    expect(model.sent).toEqual([]);
  });

  it("one looks, chooses, and undoes that in the browser alone", () => {
    model.disconnect();
    frames();
    imageStage().pick(hit({ labels: [4] }));
    look(imageStage(), 3);
    press("z", { ctrlKey: true });
    expect(imageStage().view.zoom).toBe(1);
    press("z", { ctrlKey: true });
    expect(model.get("selection")).toEqual({ peak: null, domain: null });
    expect(model.sent).toEqual([]);
  });
});

describe("undo of a view", () => {
  it("brings back the whole image, and the spectrum as it was first shown", () => {
    start(STEPS);
    const first = spectrumStage().view;
    look(imageStage(), 4);
    look(spectrumStage(), 9);
    expect(spectrumStage().view.zoom).toBe(9);
    press("z", { ctrlKey: true });
    expect([imageStage().view.zoom, spectrumStage().view]).toEqual([4, first]);
    press("z", { ctrlKey: true });
    expect(imageStage().view).toEqual({ cx: 0.5, cy: 0.5, zoom: 1 });
  });

  it("brings back contrast, sorting and what is listed", () => {
    start(undefined, { view: { image: { map: "magma", gamma: 2 }, peaks_sorting: { column: "angle", descending: true }, all_peaks: true } });
    const heading = (): string | null => find("[data-table=peaks] [data-column=angle]").getAttribute("aria-sort");
    expect([imageStage().display.map, heading()]).toEqual(["magma", "descending"]);
    model.receive({ view: {} });
    frames();
    expect(imageStage().display).toMatchObject({ map: "gray", gamma: 1 });
    expect(spectrumStage().display).toMatchObject({ smooth: true });
    expect(heading()).toBe("none");
    expect(root.querySelectorAll("[data-table=peaks] tbody tr")).toHaveLength(5);
  });
});

describe("linked views", () => {
  /** As jslink does it. */
  function link(a: FakeModel, b: FakeModel): void {
    for (const [from, to] of [[a, b], [b, a]]) from.on("change:view", () => to.set("view", from.get("view")));
  }

  it("move while a drag goes on, before anything is saved, and without painting labels", () => {
    start();
    const other = new FakeModel({ ...TRAITS }, WRITABLE);
    mount(other);
    link(model, other);
    const stages = FakeStage.made;
    const painted = stages.map((stage) => vi.spyOn(stage, "setLayers"));
    const measured = stages.map((stage) => vi.spyOn(stage, "setMeasurement"));
    const displayed = stages.map((stage) => vi.spyOn(stage, "setDisplay"));
    for (const zoom of [1.5, 2, 3]) {
      stages[0].moveView({ cx: 0.4, cy: 0.5, zoom });
      vi.advanceTimersByTime(40);
      expect(stages[2].view.zoom).toBe(zoom);
    }
    expect([model.sent, other.sent]).toEqual([[], []]);
    for (const spy of [...painted, ...measured, ...displayed]) expect(spy).not.toHaveBeenCalled();
    expect(stages[3].view).toEqual(stages[1].view);
    vi.advanceTimersByTime(300);
    expect(model.sent).toHaveLength(1);
  });
});

describe("values from strangers", () => {
  const GARBAGE = [null, "x", -1, 1e999, [], {}, { zoom: "NaN" }, { kind: "ruler" }, { map: "jet", gamma: "2", limits: {} }, "<img src=x onerror=alert(1)>"];
  const KEYS = ["image", "spectrum", "image_view", "spectrum_view", "tool", "measurement", "overlay", "opacity", "fill", "colour_by", "all_peaks", "peaks_sorting", "domains_sorting"];

  it.each(GARBAGE.map((value) => [value]))("in the view trait (%j) are as if they were not there", (value) => {
    start(undefined, { view: Object.fromEntries(KEYS.map((key) => [key, value])) });
    expect([imageStage().tool, imageStage().view.zoom, imageStage().display.map]).toEqual(["pan", 1, "gray"]);
    expect(overlay().opacity).toBeTypeOf("number");
    expect(find("[data-total=n_domains]").textContent).toBe("5");
    expect(root.querySelector("img")).toBeNull();
  });

  it.each([{ peak: "1", domain: null }, { peak: {}, domain: {} }, { peak: 1 }, { peak: 1e9, domain: -4 }, {}, { peak: 0.5, domain: 0.5 }])("in the selection (%j) choose nothing", (selection) => {
    start(undefined, { selection });
    expect(root.querySelectorAll("tr[aria-selected=true]")).toHaveLength(0);
    expect(overlay().highlight).toEqual([]);
    imageStage().pick(hit({ labels: [2] }));
    expect(model.get("selection")).toEqual({ peak: null, domain: 2 });
  });
});

describe("what one takes along", () => {
  const ATTACK = '=1+1,"\r\n<img src=x onerror=alert(1)></script>';
  let saved: Blob[];

  beforeEach(() => {
    saved = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${saved.push(blob as Blob)}`);
    start(STEPS, { provenance: { ...(TRAITS.provenance as object), title: ATTACK } });
  });

  it("a table says how it was made, and is still a table", async () => {
    find("[data-action=csv-peaks]").click();
    const lines = (await saved[0].text()).replace("\ufeff", "").split("\r\n");
    const head = lines.filter((line) => line.startsWith("#"));
    expect(head[0]).toBe('# title: =1+1, " <img src=x onerror=alert(1)></script>');
    expect(head.map((line) => line.split(":")[0])).toEqual(["# title", "# sha-256", "# code", "# parameters", "# versions", "# models", "# date"]);
    expect(lines.slice(0, head.length)).toEqual(head);
    expect(lines[head.length]).toMatch(/^kx \(1\/nm\),/);
    expect(lines).toHaveLength(head.length + 1 + 5 + 1);
  });

  it("a picture says the same", async () => {
    find("[data-action=png-image]").click();
    await vi.waitFor(() => expect(saved).toHaveLength(1));
    const text = await saved[0].text();
    expect(text).toContain("iTXtTitle");
    expect(text).toContain(ATTACK);
    expect(text).toContain('"digest":"3f3f');
  });
});
