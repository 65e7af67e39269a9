import { beforeEach, describe, expect, it, vi } from "vitest";
import { PageModel } from "../../../emwidgets/frontend/src/page/model";
import type { PackedSweep, Traits } from "../../../emwidgets/frontend/src/page/manifest";
import { nearest, Sweep } from "../../../emwidgets/frontend/src/page/sweep";
import { control, settled, status, until } from "./written";

/** Steps whose unpacking ends when the test says so; each shows its own number. */
class Slow {
  readonly waiting = new Map<string, { resolve: () => void; reject: () => void }>();

  unpack(step: Traits): Promise<Traits> {
    return new Promise((resolve, reject) => {
      this.waiting.set(String(step.code), { resolve: () => resolve(step), reject: () => reject(new Error("damaged")) });
    });
  }

  async end(code: string): Promise<void> {
    await until(() => this.waiting.has(code));
    this.waiting.get(code)!.resolve();
    await settled();
  }
}

const DATA = new DataView(new ArrayBuffer(4));
const AT_ONCE = { unpack: (step: Traits): Promise<Traits> => Promise.resolve(step) };

function sweepOf(values: Record<string, unknown[]>, start: number[]): PackedSweep {
  const names = Object.keys(values);
  const product = names.reduce<unknown[][]>((rows, name) => rows.flatMap((row) => values[name].map((value) => [...row, value])), [[]]);
  const steps = product.map((row) => ({ ...Object.fromEntries(row.map((value, i) => [names[i], value])), code: row.join(" "), peaks: { rows: row } }));
  return { names, values: Object.values(values), start, steps };
}

function create(values: Record<string, unknown[]> = { threshold: [0.2, 0.5, 0.8] }, start = [1], pool: any = AT_ONCE, more: Traits = {}): PageModel {
  const packed = sweepOf(values, start);
  const at = packed.names.reduce((row, name, i) => row * values[name].length + start[i], 0);
  const state = { min_area: 1, image: { shape: [1], data: DATA }, view: {}, selection: {}, include: [], status: status(7), controls: {}, ...more };
  return new PageModel({ ...state, ...packed.steps[at] }, new Sweep(packed, pool));
}

let model: PageModel;
const ask = (name: string, value: unknown): void => {
  model.set(name, value);
  model.save_changes();
};

beforeEach(() => {
  model = create();
});

describe("a page's model", () => {
  it("has traits as they were written, none that were not, and counts its results from 1", () => {
    expect(model.get("min_area")).toBe(1);
    expect(model.get("status")).toMatchObject({ state: "idle", result: 1, undo: null });
    expect([model.get("treshold"), model.get("constructor"), model.get("__proto__")]).toEqual([undefined, undefined, undefined]);
  });

  it("says by itself that it is a page, and which values a control can have there", () => {
    expect(model.page.steps("threshold")).toEqual([0.2, 0.5, 0.8]);
    expect(model.page.steps("min_area")).toBeNull();
    expect(new PageModel({}).page.steps("threshold")).toBeNull();
    expect(model.widget_manager).toBeUndefined();
    expect(model.send()).toBeUndefined();
  });

  it("keeps settings of the browser and tells of them at once, with itself and the value", () => {
    const [named, any] = [vi.fn(), vi.fn()];
    model.on("change:view", named);
    model.on("change", any);
    const view = { opacity: 0.3 };
    model.set("view", view);
    expect(named.mock.calls).toEqual([[model, view]]);
    expect(any.mock.calls).toEqual([[model]]);
    model.set("view", { opacity: 0.3 });
    expect(named).toHaveBeenCalledTimes(1);
  });

  it("takes several traits at once: all are there before anyone hears of the first", () => {
    let seen: unknown;
    model.on("change:view", () => (seen = model.get("selection")));
    expect(model.set({ view: { a: 1 }, selection: { peak: 3 } })).toBe(model);
    expect(seen).toEqual({ peak: 3 });
  });

  it.each([["min_area", 5], ["include", [[1, 2]]], ["peaks", {}], ["image", { data: new DataView(DATA.buffer) }], ["status", {}], ["unknown", 1]])(
    "refuses to set %s, and says so to whoever shows it",
    async (name, value) => {
      const heard = vi.fn();
      const before = model.get(name);
      model.on(`change:${name}`, heard);
      ask(name, value);
      await settled();
      expect(model.get(name)).toBe(before);
      expect(heard.mock.calls).toEqual([[model, before]]);
    },
  );

  it("says nothing when a trait is set to what it is", () => {
    const heard = vi.fn();
    model.on("change", heard);
    ask("min_area", 1);
    ask("image", { shape: [1], data: DATA });
    expect(heard).not.toHaveBeenCalled();
  });
});

describe("a control with steps", () => {
  it("shows a step whole: all its traits are there before anyone hears of the first", async () => {
    const seen: unknown[] = [];
    model.on("change:code", () => seen.push([model.get("peaks"), model.get("status").result]));
    model.on("change:peaks", () => seen.push([model.get("code"), model.get("status").result]));
    ask("threshold", 0.8);
    expect(model.get("threshold")).toBe(0.8);
    expect(model.get("code")).toBe("0.5");
    await until(() => model.get("status").result === 2);
    expect(seen).toEqual([[{ rows: [0.8] }, 2], ["0.8", 2]]);
  });

  it("snaps to the nearest step before anyone hears of it", () => {
    const heard = vi.fn();
    model.on("change:threshold", heard);
    model.set("threshold", 0.71);
    expect(heard.mock.calls).toEqual([[model, 0.8]]);
  });

  it("tells of a value that is nearest to where it stands, so that sliders spring back, and counts no result", async () => {
    const heard = vi.fn();
    model.on("change:threshold", heard);
    ask("threshold", 0.52);
    await settled();
    expect(heard.mock.calls).toEqual([[model, 0.5]]);
    expect(model.get("status").result).toBe(1);
  });

  it("shows nothing until it is told to save", async () => {
    model.set("threshold", 0.2);
    await settled();
    expect(model.get("code")).toBe("0.5");
  });

  it("has the same objects again when it comes back to a step", async () => {
    const before = model.get("peaks");
    ask("threshold", 0.2);
    await until(() => model.get("status").result === 2);
    expect(model.get("peaks")).not.toBe(before);
    ask("threshold", 0.5);
    await until(() => model.get("status").result === 3);
    expect(model.get("peaks")).toEqual(before);
    const again = model.get("peaks");
    ask("threshold", 0.2);
    await until(() => model.get("status").result === 4);
    ask("threshold", 0.5);
    await until(() => model.get("status").result === 5);
    expect(model.get("peaks")).toBe(again);
  });

  it("steps through the product of several, the last running fastest", async () => {
    model = create({ threshold: [0.2, 0.5], min_area: [1, 2, 3] }, [0, 2]);
    expect(model.get("code")).toBe("0.2 3");
    model.set({ threshold: 0.5, min_area: 1.9 });
    model.save_changes();
    await until(() => model.get("status").result === 2);
    expect(model.get("code")).toBe("0.5 2");
    ask("min_area", 1);
    await until(() => model.get("status").result === 3);
    expect(model.get("code")).toBe("0.5 1");
  });
});

describe("dragging", () => {
  it("shows the newest step and none that it overtook, in whatever order they are unpacked", async () => {
    const slow = new Slow();
    model = create({ threshold: [0.1, 0.2, 0.3, 0.4] }, [0], slow);
    const shown: unknown[] = [];
    model.on("change:code", (_, code) => shown.push(code));
    for (const value of [0.2, 0.3, 0.4]) ask("threshold", value);
    await slow.end("0.4");
    await slow.end("0.2");
    await slow.end("0.3");
    expect(shown).toEqual(["0.4"]);
    expect(model.get("threshold")).toBe(0.4);
    expect(model.get("status").result).toBe(2);
  });

  it("back to the step that is shown drops the one that is being unpacked", async () => {
    const slow = new Slow();
    model = create({ threshold: [0.1, 0.2] }, [0], slow);
    ask("threshold", 0.2);
    ask("threshold", 0.1);
    await slow.end("0.2");
    expect([model.get("code"), model.get("threshold"), model.get("status").result]).toEqual(["0.1", 0.1, 1]);
    ask("threshold", 0.2);
    await until(() => model.get("code") === "0.2");
  });

  it("does not pull back a control that moved on without saving", async () => {
    const slow = new Slow();
    model = create({ threshold: [0.1, 0.2, 0.3] }, [0], slow);
    ask("threshold", 0.2);
    model.set("threshold", 0.3);
    await slow.end("0.2");
    expect([model.get("code"), model.get("threshold")]).toEqual(["0.2", 0.3]);
  });
});

it("says in its status that a step is damaged, and goes back to the one that is shown", async () => {
  const slow = new Slow();
  const sum = 0.1 + 0.2;
  model = create({ threshold: [0.1, sum, 0.4] }, [0], slow);
  const heard = vi.fn();
  ask("threshold", sum);
  model.on("change:threshold", heard);
  await until(() => slow.waiting.has(String(sum)));
  slow.waiting.get(String(sum))!.reject();
  await until(() => model.get("status").state === "error");
  expect(model.get("status").message).toContain("threshold = 0.3 is damaged");
  expect(model.get("status").result).toBe(1);
  expect(heard.mock.calls).toEqual([[model, 0.1]]);
  ask("threshold", 0.4);
  await slow.end("0.4");
  expect(model.get("code")).toBe("0.4");
  expect(model.get("status")).toMatchObject({ state: "idle", message: "", result: 2 });
});

describe("the nearest step", () => {
  it.each<[string, unknown[], unknown, number | null]>([
    ["a number by distance", [1, 10, 100], 54, 1],
    ["the first of two as near", [1, 3], 2, 0],
    ["beyond the ends the last", [0.2, 0.8], 7, 1],
    ["an automatic value exactly", [null, 1, 2], null, 0],
    ["never an automatic value for a number", [null, 5], 0, 1],
    ["a range by both ends", [[0.1, 0.9], [0.2, 0.5]], [0.19, 0.6], 1],
    ["a list exactly", [[], [[1, 2]]], [[1, 2]], 1],
    ["a list of another length: none", [[1, 2], [3, 4]], [1], null],
    ["a word exactly", ["low", "high"], "high", 1],
    ["a word that is none of them: none", ["low", "high"], "middle", null],
    ["no number: none", [1, 2], NaN, null],
  ])("%s", (_, steps, value, index) => expect(nearest(steps, value, false)).toBe(index));

  it("is by ratio on a logarithmic scale, where that has a meaning", () => {
    expect(nearest([1, 10, 100], 40, true)).toBe(2);
    expect(nearest([1, 10, 100], 40, false)).toBe(1);
    expect(nearest([0, 10], 4, true)).toBe(1);
    expect(nearest([1, 10], 0, true)).toBe(0);
  });

  it("follows the scale that the control has in its description", () => {
    model = create({ eps: [1, 10, 100] }, [0], AT_ONCE, { controls: { eps: control(1, "log") } });
    model.set("eps", 40);
    expect(model.get("eps")).toBe(100);
  });
});
