// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Actions, createActions } from "../../../emwidgets/frontend/src/core/ui/actions";
import { Cleanup } from "../../../emwidgets/frontend/src/core/ui/cleanup";
import { FakeModel, type Steps } from "../harness/model";

const TRAITS = {
  threshold: 0.5, eps: null, view: {}, selection: { peak: null }, asked: { cancel: 0, undo: 0, redo: 0 },
  controls: { threshold: { label: "Threshold" } }, status: { undo: "Reach", redo: null },
};

let model: FakeModel;
let actions: Actions;
let changed: ReturnType<typeof vi.fn<() => void>>;

function start(steps?: Steps): void {
  model = new FakeModel({ ...TRAITS }, new Set(["threshold", "eps", "view", "selection", "asked"]), steps);
  changed = vi.fn<() => void>();
  actions = createActions(model, new Cleanup(), changed);
}

beforeEach(() => {
  vi.useFakeTimers();
  start();
});

afterEach(() => vi.useRealTimers());

describe("with Python", () => {
  it("undo, redo and cancel are asked of it, by counting up", () => {
    actions.travel("undo");
    actions.travel("undo");
    actions.travel("redo");
    actions.cancel();
    expect(model.sent.map(({ asked }) => asked)).toEqual([
      { cancel: 0, undo: 1, redo: 0 },
      { cancel: 0, undo: 2, redo: 0 },
      { cancel: 0, undo: 2, redo: 1 },
      { cancel: 1, undo: 2, redo: 1 },
    ]);
  });

  it("undo comes after what was still being done", () => {
    actions.saver.hold("view", { zoom: 2 });
    actions.travel("undo");
    expect(model.sent).toEqual([{ view: { zoom: 2 } }, { asked: { cancel: 0, undo: 1, redo: 0 } }]);
  });

  it("the labels are Python's", () => {
    expect([actions.ahead("undo"), actions.ahead("redo")]).toEqual(["Reach", null]);
    actions.saver.send({ threshold: 0.7 });
    expect(actions.ahead("undo")).toBe("Reach");
  });

  it("nothing is refused", () => {
    expect(actions.needsPython()).toBe(true);
    expect(actions.toasts.textContent).toBe("");
  });
});

describe("in a page", () => {
  beforeEach(() => start({ threshold: [0.2, 0.5, 0.7] }));

  it("the browser itself goes back and forth", () => {
    actions.saver.send({ threshold: 0.7 });
    actions.saver.send({ selection: { peak: 2 } });
    actions.travel("undo");
    expect([model.get("threshold"), model.get("selection")]).toEqual([0.7, { peak: null }]);
    expect([actions.ahead("undo"), actions.ahead("redo")]).toEqual(["Threshold", "Selection"]);
    actions.travel("undo");
    actions.travel("undo");
    expect(model.get("threshold")).toBe(0.5);
    actions.travel("redo");
    actions.travel("redo");
    expect([model.get("threshold"), model.get("selection")]).toEqual([0.7, { peak: 2 }]);
    expect(model.sent.at(-1)).toEqual({ selection: { peak: 2 } });
  });

  it("a zoom is undone to before it began, though the model followed it", () => {
    actions.saver.hold("view", { zoom: 2 });
    actions.saver.hold("view", { zoom: 3 });
    actions.travel("undo");
    expect(model.get("view")).toEqual({});
  });

  it("says when there is something else to undo", () => {
    actions.saver.send({ threshold: 0.7 });
    expect(changed).toHaveBeenCalledOnce();
    actions.travel("undo");
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it("what needs Python is refused, in a sentence that goes by itself", () => {
    expect(actions.needsPython()).toBe(false);
    expect(actions.toasts.textContent).toBe("Needs Python: this is a saved page");
    vi.advanceTimersByTime(3000);
    expect(actions.toasts.textContent).toBe("");
  });
});

describe("without the kernel", () => {
  it("the history begins anew, of how one looks and what one chooses", () => {
    actions.saver.send({ threshold: 0.7 });
    model.disconnect();
    expect(changed).toHaveBeenCalledOnce();
    expect(actions.ahead("undo")).toBeNull();
    actions.saver.send({ view: { fill: false } });
    expect(actions.ahead("undo")).toBe("View");
    actions.travel("undo");
    expect(model.get("view")).toEqual({});
    expect(model.sent).toHaveLength(1);
  });

  it("nothing is asked of it", () => {
    model.disconnect();
    actions.travel("undo");
    actions.travel("redo");
    actions.cancel();
    expect(model.sent).toEqual([]);
    expect(model.get("asked")).toEqual(TRAITS.asked);
  });
});
