// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { createSlider, fromPosition, toPosition } from "../../../emwidgets/frontend/src/core/ui/slider";

describe("slider positions", () => {
  const log = { min: 0.01, max: 10, step: 0.001, scale: "log" as const };

  it.each([0.01, 0.05, 0.374, 1, 10])("come back to %d on a logarithmic scale within a step or half a per cent", (value) => {
    const back = fromPosition(log, toPosition(log, value));
    expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.max(log.step, 0.01 * value));
  });

  it("reach exactly both ends", () => {
    expect(fromPosition(log, 0)).toBe(0.01);
    expect(fromPosition(log, 400)).toBe(10);
  });

  it("are the values themselves on a linear scale", () => {
    expect(toPosition({ min: 0, max: 1, step: 0.1 }, 0.3)).toBe(0.3);
  });

  it("are multiples of the step, without rounding dust", () => {
    const value = fromPosition(log, 237);
    expect(String(value).length).toBeLessThan(7);
  });
});

it("says each handle's value to screen readers and keeps the low handle reachable at the right end", () => {
  const slider = createSlider(["low", "high"], (value) => `${value} nm`, () => {});
  slider.show({ min: 0, max: 10, step: 1 }, [9, 10]);
  const [low, high] = slider.element.querySelectorAll("input");
  expect(low.getAttribute("aria-valuetext")).toBe("9 nm");
  expect(Number(low.style.zIndex)).toBeGreaterThan(Number(high.style.zIndex));
  expect(low.getAttribute("aria-label")).toBe("low");
});

it("says that a handle was let go, though it was shown anew meanwhile", () => {
  const heard = vi.fn(() => slider.show({ min: 0, max: 10, step: 1 }, [4]));
  const slider = createSlider(["only"], String, heard);
  slider.show({ min: 0, max: 10, step: 1 }, [3]);
  const [handle] = slider.element.querySelectorAll("input");
  handle.value = "4";
  for (const type of ["input", "pointerup", "change"]) handle.dispatchEvent(new Event(type));
  expect(heard.mock.calls).toEqual([[[4], false], [[4], true]]);
});
