// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decisive } from "../../../emwidgets/frontend/src/playground/verdictpanel";
import { predictionsCsv } from "../../../emwidgets/frontend/src/playground/exports";
import { drag, frames, layer, type Playing, press, rest, start, viewOf } from "./start";
import { PRESETS, prediction, predictions, SETTINGS } from "./traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));

let playing: Playing;
const find = <E extends HTMLElement>(selector: string): E => playing.root.querySelector<E>(selector)!;
const all = (selector: string): HTMLElement[] => [...playing.root.querySelectorAll<HTMLElement>(selector)];
const text = (selector: string): string => find(selector).textContent!.replaceAll("\u202f", " ");
const get = (name: string): any => playing.model.get(name);
const ready = { rows: predictions(), certainty: 0.8 };

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  playing.stop();
  vi.useRealTimers();
});

describe("the verdict", () => {
  it("says the answer of the method that decides, its probability, and that it is right", () => {
    playing = start();
    expect(text(".em-question")).toBe("How many corners are cut off?");
    expect(text(".em-answer")).toBe("No corners cut");
    expect(text(".em-answer-chance")).toBe("90 %");
    expect(text(".em-answer-why")).toContain("by model fit");
    expect(find(".em-check-truth").dataset.right).toBe("true");
    expect(text("[data-summary]")).toBe("Cuboid. How many corners are cut off? No corners cut, 90 %.");
  });

  it("has a bar for each class, the likeliest and the truth marked", () => {
    playing = start();
    expect(all(".em-class")).toHaveLength(9);
    const first = find("[data-class='0']");
    expect(first.hasAttribute("data-most")).toBe(true);
    expect(first.textContent).toContain("truth");
    expect(first.querySelector<HTMLElement>(".em-class-fill")!.style.getPropertyValue("--em-part")).toBe("0.9");
    expect(all("[data-truth]").map((each) => each.dataset.class)).toEqual(["0"]);
  });

  it("admits what it does not know, why, and what it would need", () => {
    playing = start({ task: "handedness" });
    expect(find(".em-verdict-main").hasAttribute("data-uncertain")).toBe(true);
    expect(text(".em-answer-why")).toContain("not identifiable from one view");
    expect(text(".em-needed")).toBe("To be sure: Two or more views at known tilts.");
    expect(find(".em-check-truth")).toBe(null);
  });

  it("that is wrong says the truth", () => {
    playing = start({ predictions: { rows: [prediction("count", "fit", "3", { truth: "4" })], certainty: 0.8 } });
    expect(find(".em-check-truth").dataset.right).toBe("false");
    expect(text(".em-check-truth")).toBe("✗ the truth is 4");
  });

  it.each([
    [{ state: "waiting", label: "", probabilities: null }, "Looking…"],
    [{ state: "computing", label: "", probabilities: null }, "Looking…"],
    [{ state: "failed", label: "", probabilities: null, why: "weights <b>are</b> missing" }, "No answer"],
    [{ state: "ready", label: "", probabilities: null, why: "no particle found" }, "Cannot be told"],
  ] as const)("%o is said as %s", (changes, says) => {
    playing = start({ predictions: { rows: [prediction("count", "fit", "3", changes)], certainty: 0.8 } });
    expect(text(".em-answer")).toBe(says);
    if ("why" in changes) expect(text(".em-answer-why")).toContain(changes.why);
  });

  it("is about another question when that is chosen, in the list or in the table", () => {
    playing = start();
    find("[data-task=shape]").click();
    frames();
    expect(get("task")).toBe("shape");
    expect(text(".em-answer")).toBe("A cuboid");
    const input = find<HTMLInputElement>(".em-tasks input[value=deformed]");
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    frames();
    expect(get("task")).toBe("deformed");
  });

  it("in a page, where the question cannot be sent, is about what one looks at", () => {
    playing = start({}, {});
    find("[data-task=shape]").click();
    frames();
    expect(get("task")).toBe("count");
    expect(text(".em-answer")).toBe("A cuboid");
  });

  it("is the one that Python names, not the first", () => {
    const rows = [prediction("count", "fit", "1", { best: false }), prediction("count", "network", "2", { best: true })];
    expect(decisive(rows, "count")!.label).toBe("2");
    expect(decisive(rows, "shape")).toBeUndefined();
  });
});

describe("the table of methods", () => {
  it("has a row for each question, a column for each method, and the truth", () => {
    playing = start();
    expect(all(".em-methods thead th").map((each) => each.textContent)).toEqual(["Model fit", "Network", "Truth"]);
    expect(all(".em-methods tbody tr")).toHaveLength(5);
    const cells = all(".em-methods tbody tr:nth-child(1) .em-method");
    expect(cells.map((each) => [each.textContent, each.dataset.sign])).toEqual([["Undeformed✓right", "right"], ["Deformed✗wrong", "wrong"]]);
  });

  it("tells by more than colour who is unsure, at work, or failed", () => {
    playing = start();
    expect(find("tr:nth-child(2) [data-method=network]").textContent).toBe("1?unsure");
    expect(find("tr:nth-child(3) [data-method=network]").textContent).toBe("computing");
    expect(find("tr:nth-child(4) [data-method=network]").textContent).toBe("failed");
    expect(find("tr:nth-child(4) [data-method=network]").title).toContain("weights are missing");
  });

  it("is also a file", () => {
    const lines = predictionsCsv(predictions()).trim().split(/\r?\n/);
    expect(lines[0]).toBe("task,method,class,probability,label,truth,uncertain,why");
    expect(lines).toHaveLength(1 + 2 * (2 + 9 + 3 + 3 + 2));
  });
});

describe("guess first", () => {
  const guess = (name: string): void => {
    find(`[data-guess='${name}']`).click();
    frames();
  };

  it("hides all that gives the answer away", () => {
    playing = start({ view: { wire: true }, provenance: { title: "Simulated cuboid with corner 7 cut" } });
    find("[data-action=teach]").click();
    frames();
    expect(find(".em-veil").hidden).toBe(false);
    expect(find(".em-verdict-main").hidden).toBe(true);
    expect(find(".em-methods").hidden).toBe(true);
    expect(find(".em-truth").hidden).toBe(true);
    expect(find("[data-section=particle]").hidden).toBe(true);
    expect(playing.root.querySelectorAll(".em-corner, .em-face")).toHaveLength(0);
    expect(layer("corners")).toBeUndefined();
    expect(find(".em-title").textContent).toBe("Which particle is this?");
    expect(text("[data-volume]")).toBe("");
    expect(text("[data-summary]")).toBe("A particle to be guessed. How many corners are cut off?");
    const seen = playing.root.cloneNode(true) as HTMLElement;
    for (const hidden of seen.querySelectorAll("[hidden]")) hidden.remove();
    for (const secret of ["corner 7", "No corners", "corners cut", "Undeformed", "truth"]) expect(seen.textContent).not.toContain(secret);
  });

  it("has a button for each class, reveals on the first guess, and counts", () => {
    playing = start({ view: { teach: "guess" } });
    expect(all("[data-guess]")).toHaveLength(9);
    guess("0");
    expect(viewOf(playing.model)).toMatchObject({ guess: "0", revealed: true, score: { right: 1, asked: 1 } });
    expect(text(".em-guess-result")).toBe("Right: No corners cut; so says the machine.");
    expect(text(".em-score")).toBe("1 of 1 right");
    expect(find(".em-veil").hidden).toBe(true);
    expect(find(".em-verdict-main").hidden).toBe(false);
    guess("1");
    expect(viewOf(playing.model).score).toEqual({ right: 1, asked: 1 });
  });

  it("says kindly what is not right", () => {
    playing = start({ view: { teach: "guess", score: { right: 2, asked: 2 } } });
    guess("4");
    expect(text(".em-guess-result")).toBe("Not quite: No corners cut; so says the machine.");
    expect(text(".em-score")).toBe("2 of 3 right");
    expect(find("[data-guess='0']").hasAttribute("data-truth")).toBe(true);
  });

  it("does not count what has no answer", () => {
    playing = start({ view: { teach: "guess" }, task: "arrangement" });
    guess("edge");
    expect(viewOf(playing.model).score).toEqual({ right: 0, asked: 0 });
    expect(text(".em-guess-result")).toBe("This particle has no answer to that question.");
  });

  it("does not let one turn before one has guessed", () => {
    playing = start({ view: { teach: "guess" } });
    drag(find(".em-solid"), 80, 0);
    press(playing.root, "ArrowRight");
    press(playing.root, "r");
    find("[data-action=along-x]").click();
    expect(find(".em-toasts").textContent).toContain("Guess first");
    rest();
    expect(get("orientation")).toEqual([0, 0, 0, 1]);
    expect(playing.model.sent).toEqual([]);
  });

  it("goes on with another particle in one message", () => {
    playing = start({ view: { teach: "guess", guess: "0", revealed: true, score: { right: 1, asked: 1 } } });
    press(playing.root, "n");
    expect(playing.model.sent).toHaveLength(1);
    expect(Object.keys(playing.model.sent[0]).sort()).toEqual(["a", "b", "c", "corners", "depth", "orientation", "seed", "solid", "view"]);
    expect(viewOf(playing.model)).toMatchObject({ guess: null, revealed: false, score: { right: 1, asked: 1 } });
    expect(get("seed")).toBe(SETTINGS.seed + 1);
    expect(find(".em-veil").hidden).toBe(false);
  });

  it("works in a page, but for another particle", () => {
    playing = start({ view: { teach: "guess" } }, {});
    guess("0");
    expect(text(".em-score")).toBe("1 of 1 right");
    press(playing.root, "n");
    expect(find(".em-toasts").textContent).toContain("this is a saved page");
    expect(playing.model.sent.every((each) => Object.keys(each).join() === "view")).toBe(true);
  });
});

describe("lessons", () => {
  it("set all their controls in one message, and are explained in words", () => {
    playing = start();
    find("[data-preset='hidden corner']").click();
    frames();
    expect(playing.model.sent).toHaveLength(1);
    expect(get("corners")).toEqual([7]);
    expect(get("orientation")).toEqual(PRESETS[0].values.orientation);
    expect(find(".em-lesson").hidden).toBe(false);
    expect(text(".em-lesson p")).toBe("Hidden corner. The cut lies <b>behind</b>.");
    find("[data-action=close-preset]").click();
    frames();
    expect(find(".em-lesson").hidden).toBe(true);
  });
});

describe("the controls", () => {
  it("stand in groups that open and close, and stay so", () => {
    playing = start();
    const section = find<HTMLDetailsElement>("[data-section=specimen]");
    expect(find<HTMLDetailsElement>("[data-section=particle]").open).toBe(true);
    expect(section.open).toBe(false);
    section.open = true;
    section.dispatchEvent(new Event("toggle"));
    frames();
    expect(viewOf(playing.model).sections).toEqual(["particle", "microscope", "specimen"]);
  });

  it("that the solid has not are not there", () => {
    playing = start();
    const { b: _b, c: _c, ...others } = get("controls");
    playing.model.receive({ controls: others });
    frames();
    expect(find("[data-control=a]").parentElement!.hidden).toBe(false);
    expect(find("[data-control=b]").parentElement!.hidden).toBe(true);
  });

  it.each([
    ["solid", 4, "sphere"],
    ["spin_axis", 0, "x"],
    ["size", 2, 256],
  ] as const)("%s is chosen from a list", (name, index, value) => {
    playing = start();
    const list = find<HTMLSelectElement>(`[data-control=${name}] select`);
    list.selectedIndex = index;
    list.dispatchEvent(new Event("change"));
    frames();
    expect(get(name)).toBe(value);
  });

  it("new noise is another seed", () => {
    playing = start();
    find("[data-action=new-noise]").click();
    frames();
    expect(get("seed")).toBe(4);
  });

  it("all corners are cut, or none", () => {
    playing = start();
    find("[data-action=cut-all]").click();
    frames();
    expect(get("corners")).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    find("[data-action=cut-none]").click();
    frames();
    expect(get("corners")).toEqual([]);
  });
});

describe("make dataset", () => {
  const making = (changes: object): void => {
    playing.model.receive({ making: { ...get("making"), ...changes } });
    frames();
  };

  it("asks Python for the images of the question", () => {
    playing = start();
    find("[data-action=make-dataset]").click();
    frames();
    expect(get("make")).toEqual({ task: "count", conditions: "standard", n: 1000, size: 128, seed: 3, number: 1 });
  });

  it("shows how far it is, and can be cancelled", () => {
    playing = start({ make: { task: "count", number: 4 } });
    making({ state: "running", done: 250, total: 1000 });
    const bar = find(".em-making [role=progressbar]");
    expect([bar.hidden, bar.getAttribute("aria-valuenow")]).toEqual([false, "25"]);
    expect(text(".em-making-says")).toBe("250 of 1 000");
    find("[data-action=make-dataset]").click();
    frames();
    expect(playing.model.sent).toEqual([]);
    find("[data-action=cancel-dataset]").click();
    frames();
    expect(get("make")).toEqual({ cancel: true, number: 5 });
  });

  it.each([
    [{ state: "done", file: "particles-count-1000-2.npz" }, "Written: particles-count-1000-2.npz"],
    [{ state: "failed", message: "the disk is <b>full</b>" }, "the disk is <b>full</b>"],
    [{ state: "cancelled" }, "Cancelled; nothing was written"],
  ])("says %o", (changes, says) => {
    playing = start();
    making(changes);
    expect(text(".em-making-says")).toBe(says);
  });
});

describe("the whole", () => {
  it("tells when a result is on the screen", () => {
    playing = start();
    playing.model.receive({ predictions: ready, status: { ...get("status"), result: 2 } });
    frames();
    expect(playing.root.dataset.emResult).toBe("2");
  });

  it("begins before Python has spoken", () => {
    playing = start({ image: {}, shape_data: {}, projection: {}, predictions: {}, truth: {}, presets: {}, controls: {}, provenance: {}, making: {} });
    expect(text(".em-title")).toBe("Particle");
    expect(text("[data-summary]")).toBe("No picture yet.");
    press(find(".em-solid"), "ArrowRight");
    rest();
  });

  it("takes nonsense in `view` for nothing", () => {
    playing = start({ view: { turned: [0, 0, 0, 9], camera: "<b>", tool: 3, sections: "all", teach: {}, score: null, guess: 7 } });
    expect(find(".em-solid").dataset.camera).toBe("beam");
    expect(text(".em-answer")).toBe("No corners cut");
  });

  it("leaves nothing behind", () => {
    playing = start();
    playing.stop();
    expect(playing.model.listenerCount).toBe(0);
    expect(document.querySelector(".em-playground")).toBe(null);
    playing = start();
  });
});
