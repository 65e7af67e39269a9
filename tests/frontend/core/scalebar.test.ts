import { describe, expect, it } from "vitest";
import { lengthText, scaleBar } from "../../../emwidgets/frontend/src/core/scalebar";
import { random } from "./specimens";

const plain = (text: string): string => text.replace("\u202f", " ");

describe("scale bar", () => {
  it("is 1, 2 or 5 times a power of ten and as long as fits", () => {
    const next = random(6);
    for (let i = 0; i < 300; i++) {
      const perUnit = 10 ** (8 * next() - 4);
      const bar = scaleBar(perUnit, "nm", 120)!;
      expect(bar.pixels).toBeLessThanOrEqual(120 * (1 + 1e-9));
      expect(bar.pixels).toBeGreaterThan(48 - 1e-6); // the next step down would be 2.5 times shorter at most
      expect(bar.pixels).toBeCloseTo(bar.length * perUnit, 6);
      const digit = bar.length / 10 ** Math.floor(Math.log10(bar.length) + 1e-9);
      expect([1, 2, 5]).toContain(Math.round(digit * 1e6) / 1e6);
    }
  });

  it("is missing where the scale is", () => {
    for (const perUnit of [0, NaN, Infinity]) expect(scaleBar(perUnit, "nm", 100)).toBeNull();
  });

  it("names lengths in the prefix that reads best", () => {
    const texts = [[0.02, "nm"], [0.1, "nm"], [0.5, "nm"], [200, "nm"], [1000, "nm"], [5e6, "nm"], [50, "px"], [5, "1/nm"], [0.02, "1/nm"], [0.001, "1/px"]] as const;
    expect(texts.map(([length, unit]) => plain(lengthText(length, unit)))).toEqual([
      "20 pm", "0.1 nm", "0.5 nm", "200 nm", "1 µm", "5 mm", "50 px", "5 nm⁻¹", "0.02 nm⁻¹", "0.001 px⁻¹",
    ]);
  });
});
