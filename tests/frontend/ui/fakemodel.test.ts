import { describe, expect, it, vi } from "vitest";
import { FakeModel, jsonSafe } from "../harness/model";

const create = (): FakeModel => new FakeModel({ threshold: 0.5, peaks: {}, view: {} }, new Set(["threshold", "view"]));

describe("the fake model", () => {
  it("rejects traits that do not exist", () => {
    expect(() => create().get("treshold")).toThrow("treshold");
    expect(() => create().on("change:treshold", () => {})).toThrow("treshold");
  });

  it("rejects setting what belongs to Python", () => {
    expect(() => create().set("peaks", {})).toThrow("Python");
  });

  it.each([NaN, Infinity, undefined, new Uint8Array(2), new Map(), () => 0, { a: [1, NaN] }])("rejects %s, which JSON cannot carry", (value) => {
    expect(() => create().set("view", value)).toThrow("JSON");
    expect(() => jsonSafe(value, "it")).toThrow("it");
  });

  it("rejects observing without a name, and taking off what is not there", () => {
    expect(() => create().on("change", () => {})).toThrow("named");
    expect(() => create().off("change:view", () => {})).toThrow();
  });

  it("tells of a change once, and not of an equal value", () => {
    const model = create();
    const heard = vi.fn();
    model.on("change:view", heard);
    model.set("view", { a: 1 });
    model.set("view", { a: 1 });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("shows all traits of one message before anyone hears of the first", () => {
    const model = create();
    let seen: unknown;
    model.on("change:peaks", () => (seen = model.get("threshold")));
    model.receive({ peaks: { rows: 1 }, threshold: 0.1 });
    expect(seen).toBe(0.1);
  });
});
