import { describe, expect, it, vi } from "vitest";
import { link } from "../../../emwidgets/frontend/src/page/links";
import { PageModel } from "../../../emwidgets/frontend/src/page/model";
import { Sweep } from "../../../emwidgets/frontend/src/page/sweep";
import { settled, status, until } from "./written";

function create(thresholds: number[], start = 0): PageModel {
  const steps = thresholds.map((threshold) => ({ threshold, code: String(threshold) }));
  const sweep = { names: ["threshold"], values: [thresholds], start: [start], steps };
  const unpack = (step: object): Promise<any> => Promise.resolve(step);
  return new PageModel({ view: {}, selection: { peak: null }, status: status(), ...steps[start] }, new Sweep(sweep, { unpack }));
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
