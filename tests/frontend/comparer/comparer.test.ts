// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RingLayer } from "../../../emwidgets/frontend/src/core/types";
import { type Comparing, drag, frames, left, pick, point, press, rest, right, start, viewOf } from "./start";
import { before, IDLE, measures, truth, waiting, withTruth } from "./traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));

const ATTACK = "<img src=x onerror=alert(1)>";

let comparing: Comparing;
const find = <E extends HTMLElement>(selector: string): E => comparing.root.querySelector<E>(selector)!;
const all = (selector: string): HTMLElement[] => [...comparing.root.querySelectorAll<HTMLElement>(selector)];
const text = (selector: string): string => find(selector).textContent!.replaceAll("\u202f", " ");
const get = (name: string): any => comparing.model.get(name);
const sent = (name: string): unknown[] => comparing.model.sent.filter((each) => name in each).map((each) => each[name]);
const toast = (): string => find(".em-toasts").textContent!;

function slide(control: string, value: string, ...events: string[]): void {
  const slider = find<HTMLInputElement>(`${control} input[type=range]`);
  slider.value = value;
  for (const name of events) slider.dispatchEvent(new Event(name, { bubbles: true }));
  frames();
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  comparing.stop();
  vi.useRealTimers();
});

describe("the strength", () => {
  it("is blended here while the slider moves, and sent once it is let go", () => {
    comparing = start();
    slide("[data-control=strength]", "0.5", "input");
    expect(right().image).not.toBe(get("after"));
    expect(comparing.model.sent).toEqual([]);
    slide("[data-control=strength]", "0.5", "change");
    expect(comparing.model.sent).toEqual([{ strength: 0.5 }]);
  });

  it.each([
    ["in a page", {}, (): void => {}],
    ["when the kernel is gone", undefined, () => comparing.model.disconnect()],
  ] as const)("moves %s too, and says whose numbers are shown", (_, steps, act) => {
    comparing = start({}, steps);
    act();
    frames();
    slide("[data-control=strength]", "0.4", "input", "change");
    expect(viewOf(comparing.model).strength).toBe(0.4);
    expect(get("strength")).toBe(1);
    expect(right().image).not.toBe(get("after"));
    expect(text(".em-panel-measures .em-note")).toBe("These are the numbers of strength 1.00.");
  });

  it("that has steps in a page goes from one to the next", () => {
    comparing = start({}, { strength: [0.5, 1] });
    slide("[data-control=strength]", "0", "input", "change");
    expect(get("strength")).toBe(0.5);
  });
});

describe("the controls", () => {
  beforeEach(() => void (comparing = start()));

  it("choose network and orientations, and say what they are", () => {
    expect(text("[data-control=network] .em-note")).toContain("leaves alone what is sharp");
    pick(comparing.root, "Network", "srn");
    pick(comparing.root, "Averaged orientations", "8");
    expect(comparing.model.sent).toEqual([{ network: "srn" }, { turns: 8 }]);
    expect(text("[data-control=network] .em-note")).toContain("a single blur width");
  });

  it("blur it first, with all that belongs to it", () => {
    expect(find(".em-blurring").hidden).toBe(true);
    find("[data-action=blur]").click();
    frames();
    expect(find(".em-blurring").hidden).toBe(false);
    const where = find<HTMLSelectElement>("[data-control=blur_where] select");
    where.selectedIndex = 1;
    where.dispatchEvent(new Event("change", { bubbles: true }));
    slide("[data-control=blur_sigma]", "4", "input", "change");
    find("[data-action=blur-seed]").click();
    expect(comparing.model.sent).toEqual([{ blur: true }, { blur_where: "tilt" }, { blur_sigma: 4 }, { blur_seed: 1 }]);
  });

  it("ask Python to write files, each once, and say where they are", () => {
    find("[data-action=save-tiff]").click();
    find("[data-action=save-hspy]").click();
    expect(sent("save")).toEqual([{ kind: "tiff", number: 1 }, { kind: "hspy", number: 2 }]);
    comparing.model.receive({ saved: { state: "running", file: "gold.hspy", message: "" } });
    frames();
    find("[data-action=save-tiff]").click();
    expect(sent("save")).toHaveLength(2);
    comparing.model.receive({ saved: { state: "failed", file: "gold.hspy", message: ATTACK } });
    frames();
    expect(text(".em-saved")).toBe(ATTACK);
    expect(comparing.root.querySelector("img")).toBeNull();
  });

  it("of a stack have a slider of frames", () => {
    expect(find(".em-frame").hidden).toBe(true);
  });

  it("cancel with Escape while something is computed", () => {
    comparing.model.receive({ status: { ...IDLE, state: "running", stage: "restoring", fraction: 0.5 } });
    frames();
    press(comparing.root, "Escape");
    expect(sent("asked")).toEqual([{ cancel: 1, undo: 0, redo: 0 }]);
  });
});

describe("a region", () => {
  const box = (): RingLayer | undefined => left().layers.find(({ id }) => id === "region") as RingLayer | undefined;
  beforeEach(() => {
    comparing = start();
    press(comparing.root, "r");
  });

  it("is drawn with the pointer, seen on both images, and sent once", () => {
    drag(left().canvas, [100, 40], [200, 120], false);
    expect(box()!.rings[0].label!.replaceAll("\u202f", " ")).toBe("25 nm × 20 nm");
    expect(right().layers).toEqual(left().layers);
    expect(sent("region")).toEqual([]);
    point(left().canvas, "pointerup", 200, 120);
    frames();
    expect(sent("region")).toEqual([[25, 50, 10, 30]]);
    expect(text(".em-region-says")).toBe("25 nm × 20 nm");
  });

  it("is moved, drawn larger, and dropped again", () => {
    comparing.model.receive({ region: [25, 50, 10, 30] });
    frames();
    drag(left().canvas, [150, 80], [170, 80]);
    expect(get("region")).toEqual([30, 55, 10, 30]);
    drag(left().canvas, [220, 80], [260, 80]);
    expect(get("region")).toEqual([30, 65, 10, 30]);
    find("[data-action=whole-image]").click();
    frames();
    expect(get("region")).toEqual([]);
    expect(box()).toBeUndefined();
  });

  it("is made and moved by keys, too", () => {
    press(left().canvas, "ArrowRight");
    expect(get("region")).toEqual([25, 75, 12.5, 37.5]);
    press(left().canvas, "ArrowRight");
    press(left().canvas, "ArrowDown", { shiftKey: true });
    rest();
    expect(get("region")).toEqual([27.5, 77.5, 12.5, 40]);
    expect(sent("region")).toHaveLength(1);
    press(left().canvas, "Delete");
    expect(get("region")).toEqual([]);
  });

  it("that is a mere click, or a pinch, is none", () => {
    drag(left().canvas, [100, 40], [110, 50]);
    point(left().canvas, "pointerdown", 100, 40);
    point(left().canvas, "pointermove", 200, 140);
    point(left().canvas, "pointerdown", 300, 100, { pointerId: 2 });
    point(left().canvas, "pointerup", 200, 140);
    frames();
    expect(sent("region")).toEqual([]);
    expect(box()).toBeUndefined();
  });

  it("needs its tool: with another one drags are the stage's", () => {
    press(comparing.root, "v");
    drag(left().canvas, [100, 40], [200, 120]);
    expect(sent("region")).toEqual([]);
  });
});

describe("numbers and curves", () => {
  it("stand in a table with what they changed by", () => {
    comparing = start(withTruth());
    const rows = all("[data-measure]").map((row) => [...row.children].map((cell) => cell.textContent!.replaceAll("\u202f", " ")));
    expect(rows).toEqual([
      ["Sharpness px⁻¹", "0.0300", "0.0500", "+0.0200"],
      ["PSNR dB", "27.25", "30.50", "+3.25 better"],
      ["SSIM", "0.900", "0.850", "−0.050 worse"],
      ["Blur width px", "3.0", "–", ""],
    ]);
    expect(all(".em-measures thead th").map((each) => each.textContent)).toEqual(["Blurred", "Restored", "Change"]);
  });

  it("come with the images that they are about", () => {
    comparing = start();
    const [row] = measures().rows;
    comparing.model.receive({ before: before(), after: before(), measures: { rows: [{ ...row, after: 0.04 }] }, spectra: { ...get("spectra"), cutoff: 0.04 }, summary: "Nothing to do." });
    frames();
    expect(all("[data-measure]").map((each) => each.children[2].textContent)).toEqual(["0.0400"]);
    expect([text("[data-cutoff]"), text("[data-said]")]).toEqual([expect.stringContaining("0.0400 nm⁻¹"), "Nothing to do."]);
  });

  it("are not there before Python has found them", () => {
    comparing = start(waiting());
    expect([find(".em-panel-measures").hidden, find(".em-panel-spectra").hidden]).toEqual([true, true]);
  });

  it("fade while those of another image are worked out, and nothing jumps", () => {
    comparing = start();
    const panels = [find(".em-panel-measures"), find(".em-panel-spectra")];
    comparing.model.receive(waiting());
    frames();
    expect(panels.map((panel) => [panel.hidden, panel.getAttribute("aria-busy")])).toEqual([[false, "true"], [false, "true"]]);
    comparing.model.receive({ status: { ...IDLE, state: "error", message: "nothing to restore" } });
    frames();
    expect(panels.map((panel) => [panel.hidden, panel.getAttribute("aria-busy")])).toEqual([[true, "false"], [true, "false"]]);
  });

  it("show both spectra and the truth's, with the cut-off in both spaces", () => {
    comparing = start(withTruth());
    expect(all(".em-panel-spectra .em-curve-name").map((each) => each.textContent)).toEqual(["Truth", "Blurred", "Restored"]);
    expect(find(".em-panel-spectra").querySelectorAll(".em-curve, .em-cutoff, .em-beyond, .em-noise")).toHaveLength(6);
    expect(text("[data-cutoff]")).toContain("0.0250 nm⁻¹ (40.0 nm)");
    comparing.model.receive({ spectra: { ...get("spectra"), cutoff: null } });
    frames();
    expect(text("[data-cutoff]")).toBe("No noise cut-off was found.");
  });

  it("follow a line over all images", () => {
    comparing = start(withTruth());
    expect(find(".em-panel-profile .em-curves").hidden).toBe(true);
    find("[data-action=draw-profile]").click();
    frames();
    expect([left().tool, right().tool]).toEqual(["profile", "profile"]);
    const line = { kind: "profile", from: [0, 25], to: [97.5, 25], width: 1, length: 97.5, unit: "nm", angle: 0, d: null, text: "", profile: null } as const;
    left().measurement = line as any;
    left().measure(line as any);
    rest();
    expect(viewOf(comparing.model).measurement).toEqual({ kind: "profile", from: [0, 25], to: [97.5, 25], width: 1 });
    expect(all(".em-panel-profile .em-curve-name").map((each) => each.textContent)).toEqual(["Truth", "Blurred", "Restored"]);
  });

  it("are of the image restored as strongly as is shown", () => {
    comparing = start({ view: { measurement: { kind: "profile", from: [0, 25], to: [97.5, 25], width: 1 } } });
    left().measurement = { kind: "profile", from: [0, 25], to: [97.5, 25], width: 1, length: 97.5, unit: "nm" } as any;
    left().measure(left().measurement);
    frames();
    const path = (): string => find(".em-panel-profile").querySelector("path.em-curve-after")!.getAttribute("d")!;
    const full = path();
    slide("[data-control=strength]", "0", "input");
    expect(path()).not.toBe(full);
  });
});

describe("text from files", () => {
  it("is never markup", () => {
    comparing = start({
      provenance: { title: ATTACK }, summary: ATTACK, measures: { rows: [{ ...measures().rows[0], title: ATTACK, unit: ATTACK, help: ATTACK }] },
      before: { ...before(), quantity: ATTACK }, status: { ...IDLE, state: "error", message: ATTACK }, saved: { state: "done", file: ATTACK, message: "" },
    });
    expect(comparing.root.querySelector("img")).toBeNull();
    expect([text(".em-title"), text("[data-said]")]).toEqual([ATTACK, ATTACK]);
    expect(text(".em-saved")).toBe(`Written: ${ATTACK}`);
  });
});

describe("in a page", () => {
  beforeEach(() => void (comparing = start({ ...withTruth(), truth: truth() }, { turns: [1, 4] })));

  it("what needs Python is frozen and says why", () => {
    for (const name of ["network", "region", "blur", "blur_where", "blur_sigma"]) expect(find(`[data-control=${name}]`).hasAttribute("data-frozen"), name).toBe(true);
    expect(find("[data-control=turns]").hasAttribute("data-frozen")).toBe(false);
    expect(all("[data-control=turns] input").map((each) => (each as HTMLInputElement).value)).toEqual(["1", "4"]);
    expect(find("[data-action=region-tool]").title).toContain("this is a saved page");
  });

  it.each([
    ["a file", () => find("[data-action=save-hspy]").click()],
    ["another blur", () => find("[data-action=blur-seed]").click()],
  ])("%s is refused politely", (_, act) => {
    act();
    frames();
    expect(toast()).toContain("this is a saved page");
    expect(comparing.model.sent).toEqual([]);
  });

  it("a region is refused when one draws it", () => {
    press(comparing.root, "r");
    drag(left().canvas, [100, 40], [200, 120]);
    expect(get("region")).toEqual([]);
    expect(toast()).toContain("this is a saved page");
  });

  it("all of the browser's own works, and is undone", () => {
    press(comparing.root, "4");
    pick(comparing.root, "Compare with", "truth");
    press(comparing.root, "o");
    expect(viewOf(comparing.model)).toMatchObject({ mode: "difference", against: "truth", overlay: "change" });
    press(comparing.root, "z", { ctrlKey: true });
    expect(viewOf(comparing.model).overlay).toBeUndefined();
    expect(toast()).toBe("");
  });
});

describe("views", () => {
  it("leave nothing behind", () => {
    comparing = start();
    left().moveView({ cx: 0.1, cy: 0.1, zoom: 4 });
    comparing.stop();
    expect(comparing.model.listenerCount).toBe(0);
    expect([left().disposed, right().disposed]).toEqual([true, true]);
    expect(viewOf(comparing.model)).toMatchObject({ stage_view: { zoom: 4 } });
    vi.advanceTimersByTime(5000);
    expect(comparing.root.isConnected).toBe(false);
  });
});
