// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSaver, createViewState, oncePerFrame } from "../../../emwidgets/frontend/src/core/ui/model";
import { FakeModel } from "../harness/model";

const LIVE = { where: "live", can: () => true } as const;
let model: FakeModel;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel({ threshold: 0.5, eps: null, view: { kept: "by another version" }, peaks: {} }, new Set(["threshold", "eps", "view"]));
});

afterEach(() => vi.useRealTimers());

describe("saver", () => {
  it("sends only the latest value of a frame, once", () => {
    const saver = createSaver(model, LIVE, () => {});
    for (const value of [0.1, 0.2, 0.3]) saver.queue("threshold", value);
    expect(model.sent).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(model.sent).toEqual([{ threshold: 0.3 }]);
  });

  it("sends at most one message per frame while a slider moves", () => {
    const saver = createSaver(model, LIVE, () => {});
    for (let i = 0; i < 100; i += 1) {
      saver.queue("threshold", i / 100);
      vi.advanceTimersByTime(1);
    }
    expect(model.sent.length).toBeLessThanOrEqual(7);
    expect(model.sent.length).toBeGreaterThan(3);
  });

  it("sends at once when told to, and nothing twice", () => {
    const saver = createSaver(model, LIVE, () => {});
    saver.queue("threshold", 0.7);
    saver.flush();
    vi.advanceTimersByTime(100);
    expect(model.sent).toEqual([{ threshold: 0.7 }]);
  });

  it("gathers several traits into one message", () => {
    createSaver(model, LIVE, () => {}).send({ threshold: 0.9, eps: 0.3 });
    expect(model.sent).toEqual([{ threshold: 0.9, eps: 0.3 }]);
  });

  it("answers with what is about to be sent", () => {
    const saver = createSaver(model, LIVE, () => {});
    saver.queue("threshold", 0.8);
    expect(saver.latest("threshold")).toBe(0.8);
    expect(saver.latest("eps")).toBeNull();
  });
});

describe("what a gesture holds", () => {
  it("is in the model at once, for views and links, and goes to Python when it has been still", () => {
    const saver = createSaver(model, LIVE, () => {});
    const heard: unknown[] = [];
    model.on("change:view", (_model, view) => heard.push(view));
    for (const zoom of [1, 2, 3]) {
      saver.hold("view", { zoom });
      vi.advanceTimersByTime(150);
    }
    expect(heard).toEqual([{ zoom: 1 }, { zoom: 2 }, { zoom: 3 }]);
    expect(model.sent).toEqual([]);
    vi.advanceTimersByTime(60);
    expect(model.sent).toEqual([{ view: { zoom: 3 } }]);
  });

  it("outlasts an older value that comes back from Python in the meantime", () => {
    const saver = createSaver(model, LIVE, () => {});
    saver.hold("view", { zoom: 3 });
    model.receive({ view: { zoom: 1 } });
    expect(saver.latest("view")).toEqual({ zoom: 3 });
    saver.flush();
    expect([model.get("view"), model.sent]).toEqual([{ zoom: 3 }, [{ view: { zoom: 3 } }]]);
  });

  it("goes in a message of its own, as it is an action of its own", () => {
    const saver = createSaver(model, LIVE, () => {});
    saver.hold("view", { zoom: 3 });
    saver.send({ threshold: 0.7 });
    saver.queue("threshold", 0.8);
    saver.hold("view", { zoom: 4 });
    saver.flush();
    expect(model.sent).toEqual([{ view: { zoom: 3 } }, { threshold: 0.7 }, { threshold: 0.8 }, { view: { zoom: 4 } }]);
  });
});

describe("what nobody answers", () => {
  it("is neither set nor sent", () => {
    const saver = createSaver(model, { where: "page", can: (name) => name === "view" }, () => {});
    saver.send({ threshold: 0.9, view: { fill: false } });
    expect(model.sent).toEqual([{ view: { fill: false } }]);
    expect([model.get("threshold"), saver.latest("threshold")]).toEqual([0.5, 0.5]);
  });

  it("stays in the browser when the kernel is gone, whenever that happens", () => {
    const connection = { where: "live" as "live" | "disconnected", can: (name: string): boolean => connection.where === "live" || name === "view" };
    const saver = createSaver(model, connection, () => {});
    saver.queue("threshold", 0.9);
    saver.queue("view", { fill: false });
    connection.where = "disconnected";
    model.disconnect();
    vi.advanceTimersByTime(50); // the model throws if it is to save
    expect([model.get("threshold"), model.get("view"), model.sent]).toEqual([0.5, { fill: false }, []]);
  });

  it("is not recorded; the rest is, as one action with what was there before", () => {
    const record = vi.fn();
    const saver = createSaver(model, { where: "page", can: (name) => name !== "eps" }, record);
    saver.send({ eps: 1 });
    saver.send({ threshold: 0.6, eps: 1, view: {} });
    expect(record.mock.calls).toEqual([[{ threshold: [0.5, 0.6], view: [{ kept: "by another version" }, {}] }]]);
  });
});

describe("view state", () => {
  const defaults = { opacity: 0.4, tool: "pan" };

  it("takes what does not fit for missing, and leaves it in the trait", () => {
    const tool = (value: unknown): boolean => value === "pan" || value === "ruler";
    const read = (view: object): object => {
      model.receive({ view });
      return createViewState(createSaver(model, LIVE, () => {}), defaults, { tool }).get();
    };
    expect(read({ opacity: 1, tool: "ruler", other: 1 })).toEqual({ opacity: 1, tool: "ruler" });
    for (const opacity of ["x", null, [1], { toString: 1 }]) expect(read({ opacity, tool: "lasso" })).toEqual(defaults);
    createViewState(createSaver(model, LIVE, () => {}), defaults).save({ opacity: 0.2 });
    expect(model.get("view")).toEqual({ opacity: 0.2, tool: "lasso" });
  });

  it("tells what is new since it was last asked, and first that everything is", () => {
    const view = createViewState(createSaver(model, LIVE, () => {}), defaults);
    expect(view.news()("opacity")).toBe(true);
    expect(view.news()("opacity", "tool")).toBe(false);
    view.save({ tool: "ruler" });
    const changed = view.news();
    expect([changed("tool"), changed("opacity"), changed("opacity", "tool")]).toEqual([true, false, true]);
    model.receive({ view: {} });
    expect(view.news()("tool")).toBe(true);
  });

  it("merges changes into what is there and keeps what it does not know", () => {
    const view = createViewState(createSaver(model, LIVE, () => {}), defaults);
    view.save({ opacity: 0.6 });
    view.save({ tool: "ruler" });
    expect(model.get("view")).toEqual({ kept: "by another version", opacity: 0.6, tool: "ruler" });
    expect(view.get().opacity).toBe(0.6);
  });

  it("waits until a gesture is still", () => {
    const view = createViewState(createSaver(model, LIVE, () => {}), defaults);
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
    const saver = createSaver(model, LIVE, () => {});
    createViewState(saver, defaults).saveWhenStill({ opacity: 0.9 });
    saver.flush();
    saver.flush();
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
