// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HeatLayer, Layer, PointLayer, RingLayer } from "../../../emwidgets/frontend/src/core/types";
import { FakeModel, type Steps, type Traits } from "../harness/model";
import { FakeStage, hit } from "../harness/stage";
import { allTraits, evidence, frames as stackOf, members, RING_SHARES, thumbnails, verdict, WRITABLE } from "./traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));
const { default: widget } = await import("../../../emwidgets/frontend/src/classifier");

const ATTACK = "<img src=x onerror=alert(1)>";

let model: FakeModel;
let root: HTMLElement;
let stop: () => void;

function start(options: Parameters<typeof allTraits>[0] = {}, changes: Traits = {}, steps?: Steps): void {
  FakeStage.made = [];
  model = new FakeModel({ ...allTraits(options), ...changes }, WRITABLE, steps);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  stop = widget.render({ model, el });
  root = el.querySelector(".em-classifier")!;
  frames();
}

const frames = (): void => void vi.advanceTimersByTime(60);
const rest = (): void => void vi.advanceTimersByTime(400);
const find = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;
const all = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
const pattern = (): FakeStage => FakeStage.made[0];
const map = (): FakeStage => FakeStage.made[1];
const layer = <L extends Layer>(id: string, stage = pattern()): L | undefined => stage.layers.find((each) => each.id === id) as L | undefined;
/** what a screen reader says of a method */
const words = (name: string): string => {
  const row = find(`[data-member=${name}]`).cloneNode(true) as HTMLElement;
  for (const silent of row.querySelectorAll("[aria-hidden]")) silent.remove();
  return row.textContent!;
};
const sign = (within: string): string => find(`${within} .em-glyph`).className;

function press(key: string, on: Element = root): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  frames();
}

function pick(name: string, value: string): void {
  const input = all(`[role=radiogroup][aria-label="${name}"] input`).find((each) => (each as HTMLInputElement).value === value) as HTMLInputElement;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  frames();
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => vi.useRealTimers());

describe("the verdict", () => {
  it("is said in a word with its sign and its probability", () => {
    start();
    expect(find("[data-verdict=ring]").textContent).toContain("Ring94\u202f%");
    expect(sign("[data-verdict]")).toContain("em-glyph-ring");
    expect(find("[data-summary]").textContent).toBe("ring, 94 %.");
    expect(root.dataset.emResult).toBe("1");
  });

  it("admits that it does not know, and says why", () => {
    start({}, { verdict: verdict({ probability: 0.6, uncertain: true, why: "members disagree" }) });
    expect(find("[data-verdict][data-uncertain]").textContent).toBe("Uncertain60\u202f%more like ring · members disagree");
    expect(sign("[data-verdict]")).toContain("em-glyph-uncertain");
  });

  it("is provisional while the networks load, each of which says so", () => {
    start({}, { verdict: verdict({ provisional: true }), members: members([0.8, 0.7, 0.9]), maps: {} });
    expect(find(".em-verdict-why").textContent).toBe("rules only so far, networks are loading");
    expect(all("[data-state=loading]").map((row) => row.dataset.member)).toEqual(["cnn", "googlenet", "densenet", "ensemble"]);
    expect(words("densenet")).toBe("DenseNet: loading");
    expect(find("[data-heat-note]").textContent).toBe("The network is loading…");
    model.receive({ verdict: verdict(), members: members(RING_SHARES), maps: allTraits().maps });
    frames();
    expect(all("[data-state=loading]")).toEqual([]);
    expect(find("[data-heat-note]").textContent).toBe("");
  });

  it("of a pattern that cannot be classified is the problem, and nobody shimmers", () => {
    const silent = members(RING_SHARES, Object.fromEntries(["cnn", "densenet", "fourier"].map((name) => [name, { ring: null, spot: null, neither: null }])));
    start({}, { verdict: verdict({ label: "", probability: null, problem: "all pixels are 0" }), members: silent });
    expect(find("[data-problem]").textContent).toBe("Not readableall pixels are 0");
    expect(find("[data-member=cnn] .em-member-value").textContent).toBe("");
  });

  it("works empty, before the first result", () => {
    const empty = Object.fromEntries(["image", "members", "verdict", "evidence", "maps", "frames", "navigator", "thumbnails", "controls"].map((name) => [name, {}]));
    start({}, { ...empty, status: { state: "running", stage: "reading", fraction: 0, message: "", result: 0 } });
    expect(find("[data-verdict]").textContent).toBe("Looking…");
    expect(find("[data-summary]").textContent).toBe("No result yet.");
    expect(find(".em-panel-gallery").hidden).toBe(true);
  });
});

describe("the methods", () => {
  beforeEach(() => start({}, { members: members(RING_SHARES, { googlenet: { state: "failed", message: "digest differs", ring: null, spot: null, neither: null } }, 0.2) }));

  it("stand in groups with their bars of ring and spot, and neither below", () => {
    const groups = all(".em-members-group").map((group) => [group.getAttribute("aria-label"), group.querySelectorAll("[data-member]").length]);
    expect(groups).toEqual([["Rules", 3], ["Networks", 3], ["Together", 1]]);
    const widths = all("[data-member=densenet] .em-share").map((share) => Number(share.style.getPropertyValue("--em-share")));
    expect(widths).toEqual([0.98, 0.02, 0.2].map((share) => expect.closeTo(share, 5)));
    expect(words("densenet")).toBe("DenseNet: ring 98 %, spot 2 %, neither 20 %");
  });

  it("that failed say why", () => {
    expect(find("[data-member=googlenet] .em-member-message").textContent).toBe("digest differs");
    expect(words("googlenet")).toBe("GoogLeNet: failed: digest differs");
    expect(find<HTMLElement>("[data-member=googlenet] .em-bar").hidden).toBe(true);
  });

  it("are chosen by a click, and voted by a switch", () => {
    expect(find("[data-member=ensemble]").getAttribute("aria-pressed")).toBe("true");
    find("[data-member=fourier]").click();
    pick("Vote", "hard");
    expect(model.sent).toEqual([{ method: "fourier" }, { vote: "hard" }]);
    expect(all("[data-member][aria-pressed=true]").map((row) => row.dataset.member)).toEqual(["fourier"]);
  });

  it("carry the mark of the certainty, which follows the slider at once", () => {
    const slider = find<HTMLInputElement>("[data-control=certainty] input[type=range]");
    slider.value = "0.9";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    expect(find(".em-members").style.getPropertyValue("--em-certainty")).toBe("0.9");
    expect(model.sent).toEqual([]);
    slider.dispatchEvent(new Event("change", { bubbles: true }));
    expect(model.sent).toEqual([{ certainty: 0.9 }]);
  });
});

describe("what is drawn on the pattern", () => {
  beforeEach(() => start());

  it("is the heat map of the label, fine and at its place, and what the rule found", () => {
    const heat = layer<HeatLayer>("heat")!;
    expect([heat.opacity, heat.fade, heat.limits]).toEqual([0.55, true, [0, 1]]);
    expect(heat.pixels.shape).toEqual([96, 96]);
    expect(layer<RingLayer>("circles")!.rings).toHaveLength(4);
    expect(layer<PointLayer>("centre")!.x).toEqual([expect.closeTo(0.05)]);
  });

  it("follows the slider without a word to Python, and the key h brings it back", () => {
    const slider = find<HTMLInputElement>("[data-view=heat] input[type=range]");
    slider.value = "0.2";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    expect(layer<HeatLayer>("heat")!.opacity).toBe(0.2);
    expect(model.sent).toEqual([]);
    press("h");
    expect([model.get("view"), layer<HeatLayer>("heat")!.opacity]).toEqual([{ heat: 0 }, 0]);
    press("h");
    expect(layer<HeatLayer>("heat")!.opacity).toBe(0.2);
  });

  it("is of the class, network and rule chosen", () => {
    const first = layer<HeatLayer>("heat")!.pixels;
    pick("Heat map of", "spot");
    const second = layer<HeatLayer>("heat")!.pixels;
    pick("Network", "cnn");
    expect(new Set([first, second, layer<HeatLayer>("heat")!.pixels]).size).toBe(3);
    pick("Evidence of", "hough");
    expect(layer<RingLayer>("circles")!.rings).toHaveLength(2);
    pick("Evidence of", "");
    expect(layer("circles")).toBeUndefined();
    expect(model.get("view")).toEqual({ target: "spot", network: "cnn", rule: null });
    press("e");
    expect(model.get("view")).toMatchObject({ rule: "hough" });
  });

  it("is the same picture again when only the evidence is another", () => {
    const before = layer<HeatLayer>("heat")!.pixels;
    model.receive({ evidence: evidence("spot") });
    frames();
    expect(layer<HeatLayer>("heat")!.pixels).toBe(before);
    expect(layer<PointLayer>("spots")!.x.length).toBeGreaterThan(10);
  });

  it("does not trip over names that every object has", () => {
    start({}, { view: { rule: "constructor", network: "__proto__", filter: "none of these" } });
    expect(pattern().layers).toEqual([]);
  });
});

describe("labels by hand", () => {
  it("are given by buttons and keys, counted, and taken back", () => {
    start({ shape: [40], frame: 7 });
    find("[data-label-button=spot]").click();
    expect(model.get("corrections")).toEqual({ 7: "spot" });
    frames();
    expect(find("[data-label-button=spot]").getAttribute("aria-pressed")).toBe("true");
    expect(find("[data-total=corrections]").textContent).toBe("1 corrected");
    press("r");
    press("r");
    expect(model.sent).toEqual([{ corrections: { 7: "spot" } }, { corrections: { 7: "ring" } }]);
    press("Backspace");
    expect(model.get("corrections")).toEqual({});
    expect(find("[data-action=uncorrect]").hidden).toBe(true);
  });

  it("win over what the methods said", () => {
    start({ shape: [40], corrections: { 0: "spot" } }, { verdict: verdict({ label: "spot", corrected: true }) });
    expect(find("[data-verdict=spot][data-corrected]").textContent).toBe("Spotby your correction");
    expect(find("[data-tile='0']").title).toBe("Pattern 0: spot, by your correction");
    expect(find("[data-total=corrected]").textContent).toBe("1");
  });
});

describe("text from files", () => {
  it("is never markup", () => {
    const rows = members(RING_SHARES).rows.map((row) => ({ ...row, title: ATTACK, message: ATTACK, state: "failed" }));
    const stack = stackOf([3, 4]);
    start({ shape: [3, 4], title: ATTACK }, {
      members: { rows }, verdict: verdict({ why: ATTACK, uncertain: true, problem: ATTACK }), frames: { ...stack, axes: stack.axes.map((axis) => ({ ...axis, name: ATTACK, unit: ATTACK })) },
      status: { state: "error", stage: ATTACK, fraction: 0, message: ATTACK, result: 1 },
    });
    expect(root.querySelector("img")).toBeNull();
    expect(find(".em-title").textContent).toBe(ATTACK);
    expect(find("[data-member=cnn]").textContent).toContain(ATTACK);
  });
});

describe("views", () => {
  it("leave nothing behind", () => {
    start({ shape: [6, 8] });
    pattern().moveView({ cx: 0.1, cy: 0.1, zoom: 4 });
    stop();
    expect(model.listenerCount).toBe(0);
    expect(FakeStage.made.map((stage) => stage.disposed)).toEqual([true, true]);
    expect(model.get("view")).toMatchObject({ stage_view: { zoom: 4 } });
    vi.advanceTimersByTime(5000);
    expect(root.isConnected).toBe(false);
  });

  it("of one pattern have neither gallery nor map nor a slider of patterns", () => {
    start();
    expect(find(".em-panel-gallery").hidden).toBe(true);
    expect(FakeStage.made).toHaveLength(1);
    expect(find(".em-frame").hidden).toBe(true);
  });
});

describe("in a page", () => {
  const STEPS: Steps = { frame: [0, 5, 9] };
  beforeEach(() => start({ shape: [6, 8], corrections: { 2: "ring" } }, {}, STEPS));

  const toast = (): string => find(".em-toasts").textContent!;

  it("what needs Python is frozen and says why", () => {
    for (const frozen of [".em-members", ".em-labelling", "[data-control=vote]", "[data-control=certainty]"]) expect(find(frozen).hasAttribute("data-frozen"), frozen).toBe(true);
    expect(find("[data-control=frame]").hasAttribute("data-frozen")).toBe(false);
    expect(find("[data-label-button=ring]").title).toContain("this is a saved page");
    expect(find("[data-member=cnn]").title).toContain("this is a saved page");
  });

  it.each([
    ["a label by button", () => find("[data-label-button=spot]").click()],
    ["a label by key", () => press("s")],
    ["another method", () => find("[data-member=cnn]").click()],
    ["a pattern that the page has not got", () => find("[data-tile='3']").click()],
    ["such a place of the map", () => map().pick(hit({ ix: 3, iy: 0 }))],
  ])("%s is refused politely", (_, act) => {
    act();
    frames();
    expect(toast()).toContain("Needs Python");
    expect([model.get("corrections"), model.get("method"), model.get("frame")]).toEqual([{ 2: "ring" }, "ensemble", 0]);
  });

  it("patterns with a step are shown, and everything of the browser's own works", () => {
    map().pick(hit({ ix: 1, iy: 1 }));
    frames();
    expect(model.get("frame")).toBe(9);
    pick("Show", "spot");
    pick("Sort", "doubt");
    press("h");
    expect(model.get("view")).toMatchObject({ filter: "spot", sort: "doubt", heat: 0 });
    expect(toast()).toBe("");
    rest();
    expect(model.sent.some((each) => "wanted" in each)).toBe(false);
  });

  it("pictures that the page has are shown", () => {
    expect(find("[data-tile='0']").hasAttribute("data-empty")).toBe(false);
    model.receive({ thumbnails: thumbnails(stackOf([6, 8]), [1]) });
    frames();
    expect(find("[data-tile='0']").hasAttribute("data-empty")).toBe(false);
  });
});

describe("when the kernel goes", () => {
  it("everything freezes by itself, and nothing is sent", () => {
    start({ shape: [6, 8] });
    model.disconnect();
    frames();
    expect(find(".em-members").hasAttribute("data-frozen")).toBe(true);
    find("[data-tile='3']").click();
    press("r");
    rest();
    expect(find(".em-toasts").textContent).toContain("run the cell again");
    expect(model.sent).toEqual([]);
  });
});
