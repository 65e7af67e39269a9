// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HeatLayer } from "../../../emwidgets/frontend/src/core/types";
import { type Comparing, drag, frames, HEIGHT, left, pick, point, press, rest, right, start, viewOf, WIDTH } from "./start";
import { after, IDLE, SUMMARY, waiting, withTruth } from "./traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));

let comparing: Comparing;
const find = <E extends HTMLElement>(selector: string): E => comparing.root.querySelector<E>(selector)!;
const text = (selector: string): string => find(selector).textContent!.replaceAll("\u202f", " ");
const get = (name: string): any => comparing.model.get(name);
const sent = (name: string): unknown[] => comparing.model.sent.filter((each) => name in each).map((each) => each[name]);
const area = (): HTMLElement => find(".em-compare");
const heat = (): HeatLayer | undefined => left().layers.find((layer) => layer.kind === "heat") as HeatLayer | undefined;

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

describe("the two images", () => {
  it("lie one upon the other, both in one view and with one contrast", () => {
    comparing = start();
    expect([left().image, right().image]).toEqual([get("before"), get("after")]);
    expect(area().dataset.mode).toBe("swipe");
    expect(left().display.limits).toEqual(right().display.limits);
    left().moveView({ cx: 0.3, cy: 0.4, zoom: 3 });
    expect(right().view).toEqual({ cx: 0.3, cy: 0.4, zoom: 3 });
    rest();
    expect(viewOf(comparing.model).stage_view).toEqual({ cx: 0.3, cy: 0.4, zoom: 3 });
  });

  it("are one picture for keys and screen readers, and two side by side", () => {
    comparing = start();
    expect([right().canvas.tabIndex, right().canvas.getAttribute("aria-hidden")]).toEqual([-1, "true"]);
    press(comparing.root, "2");
    expect(viewOf(comparing.model).mode).toBe("side");
    expect([right().canvas.tabIndex, right().canvas.getAttribute("aria-hidden")]).toEqual([0, null]);
    expect(area().dataset.mode).toBe("side");
  });

  it("may have a contrast each, which begins as what both had", () => {
    comparing = start({ view: { stage: { gamma: 0.7, limits: [20, 70] } } });
    press(comparing.root, "k");
    expect(viewOf(comparing.model)).toMatchObject({ contrast: "separate", after_stage: { gamma: 0.7, limits: [20, 70] } });
    expect(right().display).toMatchObject({ gamma: 0.7, limits: [20, 70] });
    expect(find("[data-action=right-contrast]").parentElement!.hidden).toBe(false);
  });

  it("keep their brightness while the strength changes", () => {
    comparing = start();
    const { limits } = right().display;
    slide("[data-control=strength]", "0.2", "input");
    expect(right().display.limits).toEqual(limits);
  });

  it("are one alone until there is a restoration", () => {
    comparing = start(waiting());
    expect(area().hasAttribute("data-single")).toBe(true);
    expect(right().image).toBeNull();
    expect(text("[data-said]")).toBe("The image as it was; it is being restored.");
    comparing.model.receive({ after: after(), summary: SUMMARY, status: IDLE });
    frames();
    expect(area().hasAttribute("data-single")).toBe(false);
    expect(text("[data-summary]")).toBe(SUMMARY);
    expect(comparing.root.dataset.emResult).toBe("1");
  });

  it("work empty, before anything came", () => {
    comparing = start({ ...waiting(), before: {}, controls: {} });
    for (const key of ["2", "3", "4", "1", "o", "f", "k", "r", "l"]) press(comparing.root, key);
    expect(left().image).toBeNull();
    expect(text("[data-summary]")).toBe("");
  });
});

describe("the handle", () => {
  const handle = (): HTMLElement => find(".em-swipe");
  const swipe = (): string => area().style.getPropertyValue("--em-swipe");

  it("follows the pointer, keeps where it was taken, and is saved once let go", () => {
    comparing = start();
    point(handle(), "pointerdown", WIDTH / 2 + 8, 50);
    point(handle(), "pointermove", WIDTH / 4 + 8, 50);
    expect(swipe()).toBe("0.25");
    expect(viewOf(comparing.model).swipe).toBeUndefined();
    point(handle(), "pointerup", WIDTH / 4 + 8, 50);
    expect(viewOf(comparing.model).swipe).toBe(0.25);
    expect(sent("view")).toHaveLength(1);
  });

  it("stays inside", () => {
    comparing = start();
    drag(handle(), [200, 50], [900, 50]);
    expect(viewOf(comparing.model).swipe).toBe(1);
  });

  it("goes by the arrow keys, the keys [ and ] anywhere, and back to the middle", () => {
    comparing = start();
    press(handle(), "ArrowLeft");
    press(handle(), "ArrowLeft", { shiftKey: true });
    expect(swipe()).toBe("0.38");
    press(comparing.root, "]");
    rest();
    expect(viewOf(comparing.model).swipe).toBe(0.43);
    expect(sent("view")).toHaveLength(1);
    handle().dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
    expect(viewOf(comparing.model).swipe).toBe(0.5);
    press(handle(), "End");
    expect(swipe()).toBe("1");
  });

  it("is a slider that says what it does", () => {
    comparing = start({ view: { swipe: 0.25 } });
    expect(handle().getAttribute("aria-label")).toBe("Swipe between before and restored");
    expect(["role", "aria-valuenow", "aria-valuetext", "aria-orientation"].map((name) => handle().getAttribute(name))).toEqual(["slider", "25", "25 % before", "horizontal"]);
  });

  it("goes up and down where one wants it so", () => {
    comparing = start();
    press(comparing.root, "f");
    expect(viewOf(comparing.model).swipe_vertical).toBe(true);
    expect(handle().getAttribute("aria-orientation")).toBe("vertical");
    drag(handle(), [0, HEIGHT / 2], [0, HEIGHT / 4]);
    expect(viewOf(comparing.model).swipe).toBe(0.25);
  });

  it("does not trip over settings that cannot be", () => {
    comparing = start({ view: { swipe: "far", mode: "explode", overlay: 7, opacity: 3, against: "you" } });
    expect([swipe(), area().dataset.mode]).toEqual(["0.5", "swipe"]);
  });
});

describe("blinking", () => {
  const seen = (): string => area().dataset.seen!;

  it("shows one after the other, at most twice a second", () => {
    comparing = start({ view: { mode: "blink" } });
    const shown = [seen()];
    for (let i = 0; i < 40; i++) {
      vi.advanceTimersByTime(100);
      shown.push(seen());
    }
    const turns = shown.filter((each, i) => i && each !== shown[i - 1]).length;
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(turns / 4).toBeLessThanOrEqual(2);
  });

  it("stops at a button, and goes on by hand", () => {
    comparing = start({ view: { mode: "blink" } });
    find("[data-action=blink]").click();
    frames();
    const before = seen();
    vi.advanceTimersByTime(5000);
    expect(seen()).toBe(before);
    find("[data-action=turn]").click();
    expect(seen()).not.toBe(before);
    vi.advanceTimersByTime(5000);
    expect(seen()).not.toBe(before);
    expect(viewOf(comparing.model).blinking).toBe(false);
  });

  it("does not begin by itself for those who asked for less motion", () => {
    vi.spyOn(window, "matchMedia").mockReturnValue({ matches: true, addEventListener: () => {}, removeEventListener: () => {} } as unknown as MediaQueryList);
    comparing = start({ view: { mode: "blink" } });
    const before = seen();
    vi.advanceTimersByTime(5000);
    expect(seen()).toBe(before);
    press(comparing.root, "s");
    expect(seen()).not.toBe(before);
    vi.restoreAllMocks();
  });

  it("ends with the mode and with the view", () => {
    comparing = start({ view: { mode: "blink" } });
    press(comparing.root, "1");
    expect(seen()).toBe("right");
    press(comparing.root, "3");
    comparing.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(comparing.model.listenerCount).toBe(0);
  });
});

describe("the difference", () => {
  it("is restored less before, in colours about nothing, with a scale of its own", () => {
    comparing = start({ view: { mode: "difference", overlay: "defocus" } });
    const { map, limits } = right().display;
    expect(map).toBe("blue-orange");
    expect((limits as number[])[0]).toBe(-(limits as number[])[1]);
    expect(text("[data-legend]")).toMatch(/^Restored − before−\d+ counts0\+\d+ counts$/);
    expect(right().image!.quantity).toBe("difference / counts");
    // another map over it would say nothing, and gray contrast is of no use
    expect(right().layers.some((layer) => layer.kind === "heat")).toBe(false);
    expect(find("[data-action=shared-contrast]").parentElement!.hidden).toBe(true);
  });

  it("to the truth is what is still wrong", () => {
    comparing = start({ ...withTruth(), view: { mode: "difference" } });
    pick(comparing.root, "Compare with", "truth");
    expect(viewOf(comparing.model).against).toBe("truth");
    expect(left().image).toBe(get("truth"));
    expect(text("[data-legend]")).toContain("Restored − truth");
  });

  it("gives the images their own colours back", () => {
    comparing = start({ view: { mode: "difference" } });
    press(comparing.root, "1");
    expect(right().display.map).toBe("gray");
    expect(right().image).toBe(get("after"));
  });
});

describe("what is laid over", () => {
  beforeEach(() => void (comparing = start()));

  it.each([
    ["change", "blue-orange", "both", /^Change−\d+ counts0\+\d+ counts$/],
    ["defocus", "viridis", true, /^Blur width σsharp3\.0 px · 7\.5 nm$/],
    ["uncertainty", "magma", true, /^Uncertainty04\.0 counts$/],
  ])("shows the %s with its scale in physical units", (overlay, map, fade, says) => {
    pick(comparing.root, "Overlay", overlay);
    expect(heat()).toMatchObject({ map, fade, opacity: 0.7 });
    expect(right().layers).toEqual(left().layers);
    expect(text("[data-legend]")).toMatch(says);
  });

  it("follows the opacity without a word to Python, and the key o goes round", () => {
    press(comparing.root, "o");
    comparing.model.sent.length = 0;
    slide("[data-view=overlay]", "0.3", "input");
    expect(heat()!.opacity).toBe(0.3);
    expect(comparing.model.sent).toEqual([]);
    slide("[data-view=overlay]", "0.3", "change");
    expect(viewOf(comparing.model)).toMatchObject({ overlay: "change", opacity: 0.3 });
    for (const next of ["defocus", "uncertainty", "none"]) {
      press(comparing.root, "o");
      expect(viewOf(comparing.model).overlay).toBe(next);
    }
    expect(heat()).toBeUndefined();
  });

  it("of a weaker restoration shows less change", () => {
    pick(comparing.root, "Overlay", "change");
    const [, full] = heat()!.limits as number[];
    slide("[data-control=strength]", "0.5", "input");
    expect((heat()!.limits as number[])[1]).toBeCloseTo(2 * full);
  });

  it("says why there is none", () => {
    comparing.model.receive({ uncertainty: {} });
    pick(comparing.root, "Overlay", "uncertainty");
    expect(text("[data-legend]")).toContain("averaging two orientations or more");
  });
});
