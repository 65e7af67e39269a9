// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSaver, createViewState, oncePerFrame } from "../../../emwidgets/frontend/src/core/ui/model";
import { FakeModel } from "../harness/model";

let model: FakeModel;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel({ threshold: 0.5, eps: null, view: { kept: "by another version" }, peaks: {} }, new Set(["threshold", "eps", "view"]));
});

afterEach(() => vi.useRealTimers());

describe("saver", () => {
  it("sends only the latest value of a frame, once", () => {
    const saver = createSaver(model);
    for (const value of [0.1, 0.2, 0.3]) saver.queue("threshold", value);
    expect(model.sent).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(model.sent).toEqual([{ threshold: 0.3 }]);
  });

  it("sends at most one message per frame while a slider moves", () => {
    const saver = createSaver(model);
    for (let i = 0; i < 100; i += 1) {
      saver.queue("threshold", i / 100);
      vi.advanceTimersByTime(1);
    }
    expect(model.sent.length).toBeLessThanOrEqual(7);
    expect(model.sent.length).toBeGreaterThan(3);
  });

  it("sends at once when told to, and nothing twice", () => {
    const saver = createSaver(model);
    saver.queue("threshold", 0.7);
    saver.flush();
    vi.advanceTimersByTime(100);
    expect(model.sent).toEqual([{ threshold: 0.7 }]);
  });

  it("gathers several traits into one message", () => {
    createSaver(model).send({ threshold: 0.9, eps: 0.3 });
    expect(model.sent).toEqual([{ threshold: 0.9, eps: 0.3 }]);
  });

  it("answers with what is about to be sent", () => {
    const saver = createSaver(model);
    saver.queue("threshold", 0.8);
    expect(saver.latest("threshold")).toBe(0.8);
    expect(saver.latest("eps")).toBeNull();
  });
});

describe("view state", () => {
  const defaults = { opacity: 0.4, tool: "pan" };

  it("merges changes into what is there and keeps what it does not know", () => {
    const view = createViewState(createSaver(model), defaults);
    view.save({ opacity: 0.6 });
    view.save({ tool: "ruler" });
    expect(model.get("view")).toEqual({ kept: "by another version", opacity: 0.6, tool: "ruler" });
    expect(view.get().opacity).toBe(0.6);
  });

  it("waits until a gesture is still", () => {
    const view = createViewState(createSaver(model), defaults);
    for (const opacity of [0.1, 0.2, 0.3]) {
      view.saveWhenStill({ opacity });
      vi.advanceTimersByTime(100);
    }
    expect(model.sent).toEqual([]);
    expect(view.get().opacity).toBe(0.3);
    vi.advanceTimersByTime(200);
    expect(model.sent).toHaveLength(1);
    expect((model.get("view") as any).opacity).toBe(0.3);
  });

  it("loses nothing when it goes in mid-gesture, and says nothing when nothing is pending", () => {
    const view = createViewState(createSaver(model), defaults);
    view.saveWhenStill({ opacity: 0.9 });
    view.settle();
    view.settle();
    vi.advanceTimersByTime(1000);
    expect(model.sent).toHaveLength(1);
  });
});

it("draws once in a frame however often it is asked, and not after cancelling", () => {
  const draw = vi.fn();
  const job = oncePerFrame(draw);
  job.request();
  job.request();
  vi.advanceTimersByTime(20);
  expect(draw).toHaveBeenCalledTimes(1);
  job.request();
  job.cancel();
  vi.advanceTimersByTime(50);
  expect(draw).toHaveBeenCalledTimes(1);
});
