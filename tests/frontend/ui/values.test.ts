import { describe, expect, it } from "vitest";
import { MEASUREMENT_SHAPE } from "../../../emwidgets/frontend/src/core/measure";
import { DISPLAY_SHAPE } from "../../../emwidgets/frontend/src/core/scene";
import { SORTING_SHAPE } from "../../../emwidgets/frontend/src/core/ui/sorting";
import { fits, oneOf, orNull, partly, same } from "../../../emwidgets/frontend/src/core/ui/values";
import { VIEW_SHAPE } from "../../../emwidgets/frontend/src/core/view";

describe("a value", () => {
  it("fits an example of its type", () => {
    expect([fits(3, 0), fits("x", ""), fits(false, true)]).toEqual([true, true, true]);
    for (const value of [NaN, Infinity, "3", null, undefined, [], {}]) expect(fits(value, 0)).toBe(false);
    expect([fits("true", true), fits(1, true), fits(1, "")]).toEqual([false, false, false]);
  });

  it("fits an object or a list only with all that belongs to it", () => {
    expect(fits({ a: 1, b: "x", more: null }, { a: 0, b: "" })).toBe(true);
    for (const value of [{ a: 1 }, { a: "1", b: "x" }, null, 7, "ab", []]) expect(fits(value, { a: 0, b: "" })).toBe(false);
    expect([fits([1, 2], [0, 0]), fits([1], [0, 0]), fits([1, null], [0, 0]), fits({ 0: 1, 1: 2 }, [0, 0])]).toEqual([true, false, false, false]);
  });

  it("may be one of a few, nothing, or a part of something", () => {
    expect([fits("b", oneOf(["a", "b"])), fits("c", oneOf(["a", "b"])), fits("toString", oneOf(["a"]))]).toEqual([true, false, false]);
    expect([fits(null, orNull(0)), fits(2, orNull(0)), fits(undefined, orNull(0)), fits("2", orNull(0))]).toEqual([true, true, false, false]);
    const part = partly({ a: 0, b: "" });
    expect([fits({}, part), fits({ b: "x", of: "a newer version" }, part), fits({ b: 1 }, part), fits(null, part), fits("x", part)]).toEqual([true, true, false, false, false]);
  });

  it("is the same as another if both are written the same", () => {
    expect([same([1, { a: null }], [1, { a: null }]), same(1, "1"), same(null, undefined)]).toEqual([true, false, false]);
  });
});

describe("the shapes of the core", () => {
  it.each([
    [VIEW_SHAPE, { cx: 0.5, cy: 0.2, zoom: 3 }, [{ cx: 0.5, cy: 0.2, zoom: NaN }, { cx: "0", cy: 0, zoom: 1 }, {}, 3, []]],
    [MEASUREMENT_SHAPE, { kind: "ruler", from: [0, 1], to: [2, 3], width: 1 }, [{ kind: "lasso", from: [0, 1], to: [2, 3], width: 1 }, { kind: "ruler", from: [0], to: [2, 3], width: 1 }, { kind: "ruler", from: [0, 1], to: [2, 3], width: "9" }]],
    [SORTING_SHAPE, { column: "d", descending: false }, [{ column: 1, descending: false }, { column: "d" }, "d"]],
    [DISPLAY_SHAPE, { map: "viridis", limits: [0, 9], gamma: 0.5, log: null }, [{ map: "jet" }, { map: "__proto__" }, { limits: [0, "9"] }, { gamma: 0 }, { gamma: "2" }, { smooth: "yes" }, { log: 1 }]],
  ])("take what the front end writes and nothing that could break it", (shape, good, bad) => {
    expect(fits(good, shape)).toBe(true);
    for (const each of bad) expect([each, fits(each, shape)]).toEqual([each, false]);
  });
});
