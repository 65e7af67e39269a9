// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createActions, type Actions } from "../../../emwidgets/frontend/src/core/ui/actions";
import { Cleanup } from "../../../emwidgets/frontend/src/core/ui/cleanup";
import { link } from "../../../emwidgets/frontend/src/page/links";
import type { PackedLink } from "../../../emwidgets/frontend/src/page/manifest";
import { PageModel } from "../../../emwidgets/frontend/src/page/model";
import { Sweep } from "../../../emwidgets/frontend/src/page/sweep";
import { settled, status, until } from "./written";

function create(thresholds: number[], start = 0): PageModel {
  const steps = thresholds.map((threshold) => ({ threshold, code: String(threshold) }));
  const sweep = { names: ["threshold"], values: [thresholds], start: [start], steps };
  const unpack = (step: object): Promise<any> => Promise.resolve(step);
  return new PageModel({ view: {}, controls: { threshold: { label: "Threshold" } }, selection: { peak: null }, status: status(), ...steps[start] }, new Sweep(sweep, { unpack }));
}

const ask = (model: PageModel, name: string, value: unknown): void => {
  model.set(name, value);
  model.save_changes();
};

describe("linked widgets", () => {
  it("show the same step, whichever was moved", async () => {
    const [a, b] = [create([0.2, 0.5]), create([0.2, 0.5])];
    link([a, b], [[0, "threshold", 1, "threshold"]]);
    ask(a, "threshold", 0.5);
    await until(() => a.get("code") === "0.5" && b.get("code") === "0.5");
    ask(b, "threshold", 0.2);
    await until(() => a.get("code") === "0.2" && b.get("code") === "0.2");
    expect([a.get("status").result, b.get("status").result]).toEqual([3, 3]);
  });

  it("with different steps take their own nearest, and the one that was moved stays where it was put", async () => {
    const [a, b] = [create([0.1, 0.2, 0.3, 0.4]), create([0.1, 0.4])];
    link([a, b], [[0, "threshold", 1, "threshold"]]);
    const heard = vi.fn();
    a.on("change:threshold", heard);
    ask(a, "threshold", 0.3);
    await until(() => b.get("code") === "0.4");
    await settled();
    expect([a.get("threshold"), a.get("code"), b.get("threshold")]).toEqual([0.3, "0.3", 0.4]);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("carry over settings and selections, each once", () => {
    const [a, b] = [create([1]), create([1])];
    link([a, b], [[0, "view", 1, "view"], [0, "selection", 1, "selection"]]);
    const heard = [vi.fn(), vi.fn()];
    a.on("change:view", heard[0]);
    b.on("change:view", heard[1]);
    b.set("view", { opacity: 0.1 });
    a.set("selection", { peak: 4 });
    expect(a.get("view")).toEqual({ opacity: 0.1 });
    expect(b.get("selection")).toEqual({ peak: 4 });
    expect(heard.map((each) => each.mock.calls.length)).toEqual([1, 1]);
  });

  it("may be a ring", async () => {
    const models = [create([0, 1, 2, 3]), create([0, 2]), create([0, 3])];
    link(models, [[0, "threshold", 1, "threshold"], [1, "threshold", 2, "threshold"], [2, "threshold", 0, "threshold"]]);
    ask(models[0], "threshold", 1);
    await settled();
    expect(models[0].get("threshold")).toBe(1);
  });

  it("may be two traits of one widget", () => {
    const a = create([1]);
    link([a], [[0, "view", 0, "selection"]]);
    a.set("view", { x: 1 });
    expect(a.get("selection")).toEqual({ x: 1 });
  });

  it("begin with the value of the first", async () => {
    const [a, b] = [create([0.2, 0.5], 1), create([0.2, 0.5], 0)];
    link([a, b], [[0, "threshold", 1, "threshold"]]);
    await until(() => b.get("code") === "0.5");
    expect(a.get("status").result).toBe(1);
  });

  it("do without one that is damaged", () => {
    const a = create([0.2, 0.5]);
    link([a, null], [[0, "threshold", 1, "threshold"]]);
    expect(() => ask(a, "threshold", 0.5)).not.toThrow();
  });
});

describe("undo of linked widgets", () => {
  let models: PageModel[];
  let widgets: Actions[];

  function join(...thresholds: number[][]): void {
    models = thresholds.map((each) => create(each));
    link(models, models.slice(1).flatMap((_, i) => ["threshold", "view", "selection"].map((trait): PackedLink => [i, trait, i + 1, trait])));
    widgets = models.map((model) => createActions(model, new Cleanup(), () => {}));
  }

  /** long enough after what was done before to be an action of its own */
  function move(widget: number, threshold: number): void {
    vi.advanceTimersByTime(1500);
    widgets[widget].saver.send({ threshold });
  }

  const thresholds = (): number[] => models.map((model) => model.get("threshold"));
  const ahead = (direction: "undo" | "redo"): (string | null)[] => widgets.map((each) => each.ahead(direction));

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it.each([[0, 0], [0, 1], [1, 0], [1, 1]])("what was moved in %i is undone and redone in %i, for both", (hand, undoing) => {
    join([0.2, 0.5, 0.8], [0.2, 0.5, 0.8]);
    move(hand, 0.5);
    move(hand, 0.8);
    for (const value of [0.5, 0.2]) {
      widgets[undoing].travel("undo");
      expect(thresholds()).toEqual([value, value]);
    }
    expect([ahead("undo"), ahead("redo")]).toEqual([[null, null], ["Threshold", "Threshold"]]);
    widgets[1 - undoing].travel("redo");
    expect(thresholds()).toEqual([0.5, 0.5]);
    expect([ahead("undo"), ahead("redo")]).toEqual([["Threshold", "Threshold"], ["Threshold", "Threshold"]]);
    move(0, 0.2);
    expect(ahead("redo")).toEqual([null, null]);
  });

  it("a move back by hand is a step, not an undo, in both", () => {
    join([0.2, 0.5], [0.2, 0.5]);
    move(0, 0.5);
    move(1, 0.2);
    widgets[0].travel("undo");
    expect(thresholds()).toEqual([0.5, 0.5]);
    widgets[0].travel("undo");
    expect([thresholds(), ahead("undo")]).toEqual([[0.2, 0.2], [null, null]]);
  });

  it("a drag is one step in both, and none where it ends where it began", () => {
    join([0.2, 0.5, 0.8], [0.2, 0.8]);
    for (const threshold of [0.5, 0.8]) widgets[0].saver.send({ threshold });
    widgets[1].travel("undo");
    expect([thresholds(), ahead("undo")]).toEqual([[0.2, 0.2], [null, null]]);
    vi.advanceTimersByTime(1500);
    for (const threshold of [0.8, 0.2]) widgets[0].saver.send({ threshold });
    expect(ahead("undo")).toEqual([null, null]);
  });

  it("goes through a chain, and round a ring", () => {
    join([0.2, 0.5], [0.2, 0.5], [0.2, 0.5]);
    link(models, [[2, "threshold", 0, "threshold"]]);
    move(1, 0.5);
    widgets[2].travel("undo");
    expect([thresholds(), ahead("undo")]).toEqual([[0.2, 0.2, 0.2], [null, null, null]]);
  });

  it("is a step where the other has done something else since", () => {
    models = [create([0.2, 0.5]), create([0.2, 0.5])];
    link(models, [[0, "threshold", 1, "threshold"]]);
    widgets = models.map((model) => createActions(model, new Cleanup(), () => {}));
    move(0, 0.5);
    widgets[1].saver.send({ selection: { peak: 1 } });
    widgets[0].travel("undo");
    expect([thresholds(), ahead("undo")]).toEqual([[0.2, 0.2], [null, "Threshold"]]);
    widgets[1].travel("undo");
    expect([thresholds(), ahead("undo")]).toEqual([[0.5, 0.5], ["Threshold", "Selection"]]);
  });

  it("holds for views and selections, but not for a selection that followed", () => {
    join([0.2], [0.2]);
    widgets[0].saver.hold("view", { zoom: 2 });
    vi.advanceTimersByTime(300);
    widgets[1].saver.send({ selection: { peak: 3 } });
    widgets[0].saver.send({ selection: { peak: 4, followed: true } });
    expect(ahead("undo")).toEqual(["Selection", "Selection"]);
    widgets[0].travel("undo");
    widgets[0].travel("undo");
    expect(models.map((model) => [model.get("view"), model.get("selection")])).toEqual([[{}, { peak: null }], [{}, { peak: null }]]);
    expect([ahead("undo"), ahead("redo")]).toEqual([[null, null], ["View", "View"]]);
  });

  it("takes what the links began with for no step", () => {
    join([0.2, 0.5], [0.5, 0.2]);
    expect([thresholds(), ahead("undo")]).toEqual([[0.2, 0.2], [null, null]]);
  });
});
