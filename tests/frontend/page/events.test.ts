import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Events } from "../../../emwidgets/frontend/src/page/events";
import { same } from "../../../emwidgets/frontend/src/page/same";

const reported = vi.fn();
beforeEach(() => vi.stubGlobal("reportError", reported.mockClear()));
afterEach(() => vi.unstubAllGlobals());

describe("events", () => {
  it("reach all handlers in the order they were added, with all values", () => {
    const events = new Events();
    const heard: unknown[] = [];
    events.on("change:a", (...values) => heard.push(["first", ...values]));
    events.on("change:a change:b", (...values) => heard.push(["second", ...values]));
    events.emit("change:a", 1, 2);
    events.emit("change:b", 3);
    events.emit("change:c", 4);
    expect(heard).toEqual([["first", 1, 2], ["second", 1, 2], ["second", 3]]);
  });

  it("stop for one handler, for a name, for a handler everywhere, and for all", () => {
    const events = new Events();
    const [one, two] = [vi.fn(), vi.fn()];
    const count = (): number[] => {
      for (const handler of [one, two]) handler.mockClear();
      events.emit("a");
      events.emit("b");
      return [one.mock.calls.length, two.mock.calls.length];
    };
    const fill = (): void => {
      events.off();
      for (const name of ["a", "b"]) for (const handler of [one, two]) events.on(name, handler);
    };
    fill();
    events.off("a", one);
    expect(count()).toEqual([1, 2]);
    fill();
    events.off("a");
    expect(count()).toEqual([1, 1]);
    fill();
    events.off(null, one);
    expect(count()).toEqual([0, 2]);
    fill();
    events.off();
    expect(count()).toEqual([0, 0]);
  });

  it("do not reach a handler that was taken off while they went round, nor one that came", () => {
    const events = new Events();
    const late = vi.fn();
    const second = vi.fn();
    events.on("a", () => {
      events.off("a", second);
      events.on("a", late);
    });
    events.on("a", second);
    events.emit("a");
    expect(second).not.toHaveBeenCalled();
    expect(late).not.toHaveBeenCalled();
  });

  it("reach the others when a handler throws", () => {
    const events = new Events();
    const other = vi.fn();
    events.on("a", () => {
      throw new Error("mine");
    });
    events.on("a", other);
    events.emit("a");
    expect(other).toHaveBeenCalled();
    expect(reported).toHaveBeenCalledWith(new Error("mine"));
  });

  it("may be named as what objects inherit", () => {
    const events = new Events();
    expect(() => events.emit("constructor")).not.toThrow();
  });
});

describe("the same value", () => {
  const view = new DataView(new ArrayBuffer(1));

  it.each([
    [1, 1], [NaN, NaN], ["a", "a"], [null, null], [[1, [2]], [1, [2]]], [{ a: 1, b: { c: [] } }, { b: { c: [] }, a: 1 }], [{ data: view }, { data: view }],
  ])("%j is %j", (a, b) => expect(same(a, b)).toBe(true));

  it.each([
    [1, 2], [1, "1"], [0, null], [null, {}], [[], {}], [[1], [1, 2]], [{ a: 1 }, { a: 1, b: 2 }], [{ a: undefined }, { b: undefined }],
    [{ toString: 1 }, {}], [view, new DataView(new ArrayBuffer(1))], [{ data: view }, { data: new DataView(view.buffer) }],
  ])("%j is not %j", (a, b) => {
    expect(same(a, b)).toBe(false);
    expect(same(b, a)).toBe(false);
  });
});
