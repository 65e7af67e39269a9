import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHistory, type History } from "../../../emwidgets/frontend/src/core/ui/history";

const LABELS: Record<string, string> = { threshold: "Threshold", eps: "Reach" };
let history: History;

/** Undo labels from the last to the first, without changing anything. */
function past(): (string | null)[] {
  const labels: (string | null)[] = [];
  while (history.label("undo")) {
    labels.push(history.label("undo"));
    history.move("undo");
  }
  labels.forEach(() => history.move("redo"));
  return labels;
}

beforeEach(() => {
  vi.useFakeTimers();
  history = createHistory((name) => LABELS[name]);
});

afterEach(() => vi.useRealTimers());

describe("the history", () => {
  it("goes back and forth through what was done", () => {
    history.record({ threshold: [0.5, 0.7] });
    history.record({ eps: [null, 0.3] });
    expect([history.label("undo"), history.label("redo")]).toEqual(["Reach", null]);
    expect(history.move("undo")).toEqual({ eps: null });
    expect(history.move("undo")).toEqual({ threshold: 0.5 });
    expect(history.move("undo")).toBeNull();
    expect([history.label("undo"), history.label("redo")]).toEqual([null, "Threshold"]);
    expect(history.move("redo")).toEqual({ threshold: 0.7 });
    expect(history.move("redo")).toEqual({ eps: 0.3 });
    expect(history.move("redo")).toBeNull();
  });

  it("takes a drag for one action, and two drags for two", () => {
    for (const value of [0.6, 0.7, 0.8]) {
      history.record({ threshold: [value - 0.1, value] });
      vi.advanceTimersByTime(900);
    }
    vi.advanceTimersByTime(101);
    history.record({ threshold: [0.8, 0.9] });
    expect(past()).toEqual(["Threshold", "Threshold"]);
    history.move("undo");
    expect(history.move("undo")).toEqual({ threshold: 0.5 });
  });

  it("parts the moves of different controls", () => {
    history.record({ threshold: [0.5, 0.6] });
    history.record({ eps: [null, 0.3] });
    history.record({ threshold: [0.6, 0.7] });
    expect(past()).toHaveLength(3);
  });

  it("joins views that change in the same settings only", () => {
    history.record({ view: [{}, { image_view: { zoom: 2 } }] });
    history.record({ view: [{ image_view: { zoom: 2 } }, { image_view: { zoom: 3 } }] });
    history.record({ view: [{ image_view: { zoom: 3 } }, { image_view: { zoom: 3 }, fill: false }] });
    expect(past()).toEqual(["View", "View"]);
    history.move("undo");
    expect(history.move("undo")).toEqual({ view: {} });
  });

  it("joins neither selections nor what has no slider", () => {
    history.record({ selection: [{ peak: null }, { peak: 1 }] });
    history.record({ selection: [{ peak: 1 }, { peak: 2 }] });
    history.record({ include: [[], [1]] });
    history.record({ include: [[1], [1, 2]] });
    expect(past()).toEqual(["Include", "Include", "Selection", "Selection"]);
  });

  it("keeps no account of what is the same, what followed by itself, and what went back to where it began", () => {
    history.record({ threshold: [0.5, 0.5], view: [{ a: 1 }, { a: 1 }] });
    history.record({ selection: [{ peak: 1 }, { peak: 3, followed: true }] });
    history.record({ threshold: [0.5, 0.6] });
    history.record({ threshold: [0.6, 0.5] });
    expect(history.label("undo")).toBeNull();
  });

  it("begins a new action after undo, and forgets what was undone", () => {
    history.record({ threshold: [0.5, 0.6] });
    history.record({ eps: [null, 0.3] });
    history.move("undo");
    history.record({ threshold: [0.6, 0.7] });
    expect(history.label("redo")).toBeNull();
    expect(past()).toHaveLength(2);
  });

  it("goes only where it is told to, if it is told", () => {
    history.record({ threshold: [0.5, 0.7] });
    expect(history.move("undo", { threshold: 0.6 })).toBeNull();
    expect(history.move("undo", { eps: 0.5 })).toBeNull();
    expect(history.move("undo", { threshold: 0.5 })).toEqual({ threshold: 0.5 });
    expect(history.move("redo", { threshold: 0.7 })).toEqual({ threshold: 0.7 });
  });

  it("keeps 200 actions", () => {
    for (let i = 0; i < 230; i += 1) history.record({ selection: [{ peak: i }, { peak: i + 1 }] });
    expect(past()).toHaveLength(200);
  });
});
