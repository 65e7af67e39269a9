// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { axisOver, linePath, niceStep, ticks } from "../../../emwidgets/frontend/src/core/ui/chart";
import { lineChart } from "../../../emwidgets/frontend/src/core/ui/linechart";
import { scatterChart } from "../../../emwidgets/frontend/src/core/ui/scatter";

describe("axes", () => {
  it("take steps of 1, 2 or 5", () => {
    expect([9, 23, 61, 0.8].map((span) => niceStep(span, 5))).toEqual([2, 5, 10, 0.2]);
  });

  it("leave out what is no number, and what has no logarithm", () => {
    const axis = axisOver("x", [NaN, -5, 0, 1, 100, Infinity], true, 0);
    expect([axis.min, axis.max]).toEqual([1, 100]);
    expect(axis.place(10)).toBeCloseTo(0.5);
  });

  it("stand for nothing and for one value as well", () => {
    for (const values of [[], [3]]) {
      const axis = axisOver("x", values, false);
      expect(axis.max).toBeGreaterThan(axis.min);
    }
  });

  it("label decades, and 1-2-5 where the axis is short", () => {
    const labels = (low: number, high: number): string[] => ticks(axisOver("x", [low, high], true, 0), 4).map(([, label]) => label);
    expect(labels(1, 100)).toEqual(["1", "2", "5", "10", "20", "50", "100"]);
    expect(labels(1, 1e6)).toEqual(["1", "10", "100", "1000", "10⁴", "10⁵", "10⁶"]);
    expect(labels(3, 3.5).length).toBeGreaterThan(2);
  });
});

it("lifts the pen of a line where a value is missing", () => {
  expect(linePath([[0, 0], [1, NaN], [2, 1], [3, 1]])).toBe("M0.0 0.0M2.0 1.0L3.0 1.0");
});

describe("a scatter chart", () => {
  const point = (x: number, y: number, shape: "disc" | "circle") => ({ x, y, shape, colour: "#123456", title: "<b>d</b> 0.374" });
  const data = {
    points: [point(1, 10, "disc"), point(2, 20, "circle")],
    ellipses: [{ mean: [0.1, 1.1], covariance: [[0.01, 0.002], [0.002, 0.02]], name: "noise" }],
    log: true, labelX: "sharpness", labelY: "excess",
  };

  it("tells classes by shape as well as by colour, and titles are text", () => {
    const chart = scatterChart("peaks", () => {}, () => {});
    chart.show(data);
    const marks = [...chart.element.querySelectorAll(".em-mark")];
    expect(marks.map((mark) => mark.getAttribute("class"))).toEqual(["em-mark em-mark-disc", "em-mark em-mark-circle"]);
    expect(marks[0].getAttribute("d")).not.toBe(marks[1].getAttribute("d"));
    expect(chart.element.querySelector("b")).toBeNull();
    expect(chart.element.querySelector(".em-ellipse-noise")!.getAttribute("d")).toMatch(/^M.*L/);
    chart.destroy();
  });

  it("finds the nearest point within reach and lights up what it is told", () => {
    const [onHover, onPick] = [vi.fn(), vi.fn()];
    const chart = scatterChart("peaks", onHover, onPick);
    chart.show(data);
    const [, x, y] = /^M([\d.]+) ([\d.]+)/.exec(chart.element.querySelectorAll(".em-mark")[1].getAttribute("d")!)!;
    const at = (dx: number) => ({ clientX: Number(x) + dx, clientY: Number(y), bubbles: true });
    chart.element.dispatchEvent(new MouseEvent("click", at(5)));
    expect(onPick).toHaveBeenLastCalledWith(1);
    chart.element.dispatchEvent(new MouseEvent("pointermove", at(40)));
    expect(onHover).toHaveBeenLastCalledWith(null);
    chart.mark(new Set([0]), 1);
    expect(chart.element.querySelectorAll(".em-lit, .em-selected")).toHaveLength(2);
    chart.destroy();
  });
});

it("draws a profile with its axes named", () => {
  const chart = lineChart("profile");
  chart.show([0, 1, 2], [5, 7, NaN], "position / nm", "counts");
  expect(chart.element.textContent).toContain("position / nm");
  expect(chart.element.querySelector(".em-line")!.getAttribute("d")).toMatch(/^M/);
  chart.destroy();
});
