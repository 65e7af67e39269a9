import { describe, expect, it } from "vitest";
import { fixed, percent, prettyUnit, significant, spoken, stepDigits, superscript, withUnit } from "../../../emwidgets/frontend/src/core/ui/format";

describe("numbers", () => {
  it.each([
    [0.37412, 3, "0.374"], [143.2, 3, "143"], [12345, 3, "12345"], [0.0229, 3, "0.0229"], [0, 3, "0"], [-1.5, 2, "−1.5"], [2.5e-7, 3, "2.50×10⁻⁷"], [null, 3, "–"],
  ])("%s to %d significant digits is %s", (value, count, text) => expect(significant(value, count)).toBe(text));

  it.each([
    [0.37412, 3, "0.374"], [-0.0001, 2, "−1.00×10⁻⁴"], [-0.4, 0, "0"], [3e8, 1, "3.00×10⁸"], [NaN, 2, "–"], [Infinity, 2, "∞"], [-Infinity, 2, "−∞"], [undefined, 2, "–"],
  ])("%s with %d decimals is %s", (value, digits, text) => expect(fixed(value, digits)).toBe(text));

  it("knows how many decimals a step needs", () => {
    expect([0.01, 1, 0.25, 5, 0, 0.0001].map(stepDigits)).toEqual([2, 0, 1, 0, 3, 4]);
  });
});

describe("units", () => {
  it("reads like print", () => {
    expect(prettyUnit("1/nm")).toBe("nm⁻¹");
    expect(withUnit("0.374", "nm")).toBe("0.374\u202fnm");
    expect(withUnit("24", "°")).toBe("24°");
    expect(withUnit("12", "")).toBe("12");
    expect(superscript(-12)).toBe("⁻¹²");
  });

  it("speaks percentages and lists", () => {
    expect(percent(0.384)).toBe("38\u202f%");
    expect(percent(null)).toBe("–");
    expect([["a"], ["a", "b"], ["a", "b", "c"], []].map(spoken)).toEqual(["a", "a and b", "a, b and c", ""]);
  });
});
