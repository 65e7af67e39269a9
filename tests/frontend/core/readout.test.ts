import { describe, expect, it } from "vitest";
import { Raster } from "../../../emwidgets/frontend/src/core/pixels";
import { cursorAt, direction, placeAt, spacingText } from "../../../emwidgets/frontend/src/core/readout";
import { axis, painted } from "./specimens";

function parts(raster: Raster, ix: number, iy: number): string[] {
  return cursorAt(raster, placeAt(raster, ix, iy)).parts.map((part) => part.replaceAll("\u202f", " "));
}

const nm = { axes: { x: axis(0.026, 0, "nm"), y: axis(0.026, 0, "nm") } };
/** 64 × 64 with k = 0 at pixel 32 */
const reciprocal = { axes: { x: axis(0.1, -3.2, "1/nm"), y: axis(0.1, -3.2, "1/nm") }, quantity: "" };

describe("the read-out", () => {
  it("of a calibrated image gives pixel, length and value", () => {
    expect(parts(new Raster(painted(8, 8, (x, y) => x + 10 * y, nm)), 3.2, 4.4)).toEqual(["x 3, y 4 px", "0.08, 0.11 nm", "counts 43"]);
  });

  it("says the value after a quantity of any length", () => {
    const raster = new Raster(painted(8, 8, () => 5, { quantity: "q".repeat(10_000) }));
    expect(parts(raster, 1, 2)[1]).toBe(`${"q".repeat(40)} 5`);
  });

  it("of an uncalibrated image stays in pixels", () => {
    expect(parts(new Raster(painted(8, 8, () => 5)), 1, 2)).toEqual(["x 1, y 2 px", "counts 5"]);
  });

  it("of a reduced display counts the pixels of the image as recorded", () => {
    expect(parts(new Raster(painted(8, 8, () => 5, { ...nm, binned: 4 })), 1, 2)[0]).toBe("x 4, y 8 px");
  });

  it("in reciprocal space gives the d-spacing first, and pixels last", () => {
    const raster = new Raster(painted(64, 64, () => 1, reciprocal));
    expect(parts(raster, 62, 32)).toEqual(["d 0.33 nm", "|k| 3.0 nm⁻¹", "0.0°", "k 3.0, 0.0 nm⁻¹", "1", "x 62, y 32 px"]);
    expect(parts(raster, 32, 12).slice(0, 3)).toEqual(["d 0.50 nm", "|k| 2.0 nm⁻¹", "90.0°"]);
  });

  it("at k = 0 names no d-spacing", () => {
    expect(parts(new Raster(painted(64, 64, () => 1, reciprocal)), 32, 32)).toEqual(["k 0.0, 0.0 nm⁻¹", "1", "x 32, y 32 px"]);
  });

  it("of an uncalibrated spectrum gives d in px", () => {
    const axes = { x: axis(1 / 64, -0.5, "1/px"), y: axis(1 / 64, -0.5, "1/px") };
    expect(parts(new Raster(painted(64, 64, () => 1, { axes })), 40, 32)[0]).toBe("d 8.0 px");
  });

  it("shows as many digits of d as a pixel of k can tell apart", () => {
    expect(spacingText(1 / 0.2325, 0.0376, "1/nm").replace("\u202f", " ")).toBe("0.233 nm");
    expect(spacingText(1 / 0.2325, 0.002, "1/nm").replace("\u202f", " ")).toBe("0.2325 nm");
  });

  it("gives one direction to both ends of a Friedel pair", () => {
    expect(direction(1, 1)).toBeCloseTo(45);
    expect(direction(-1, -1)).toBeCloseTo(45);
    expect(direction(1, -1)).toBeCloseTo(135);
    expect(direction(-1, 0)).toBeCloseTo(0);
  });

  it("off the image has no value", () => {
    const raster = new Raster(painted(4, 4, () => 1));
    expect(cursorAt(raster, placeAt(raster, -3, 0)).value).toBeNaN();
  });
});
