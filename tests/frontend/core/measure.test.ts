import { describe, expect, it } from "vitest";
import { measured, profileAlong, snapped } from "../../../emwidgets/frontend/src/core/measure";
import { Raster } from "../../../emwidgets/frontend/src/core/pixels";
import type { MeasurementEnds } from "../../../emwidgets/frontend/src/core/types";
import { axis, painted } from "./specimens";

const line = (from: [number, number], to: [number, number], more: Partial<MeasurementEnds> = {}): MeasurementEnds => ({
  kind: "ruler", from, to, width: 1, ...more,
});
const plain = (text: string): string => text.replaceAll("\u202f", " ");

describe("ruler", () => {
  it("measures in the unit of the axes, with unequal scales too", () => {
    const raster = new Raster(painted(10, 10, () => 0, { axes: { x: axis(0.02, 5, "nm"), y: axis(0.04, 0, "nm") } }));
    const m = measured(raster, line([5, 0], [5.03, 0.04]));
    expect(m.length).toBeCloseTo(0.05);
    expect(m.angle).toBeCloseTo((Math.atan2(4, 3) * 180) / Math.PI);
    expect(plain(m.text)).toBe("0.05 nm · 53.1°");
    expect([m.d, m.profile]).toEqual([null, null]);
  });

  it("in reciprocal space tells the d-spacing", () => {
    const raster = new Raster(painted(10, 10, () => 0, { axes: { x: axis(0.05, -1, "1/nm"), y: axis(0.05, -1, "1/nm") } }));
    const m = measured(raster, line([0, 0], [0, -4]));
    expect(m.d).toBe(0.25);
    expect(plain(m.text)).toBe("4.00 nm⁻¹ · d 0.250 nm · −90.0°");
    expect(measured(raster, line([1, 1], [1, 1])).d).toBeNull();
  });

  it("counts px of the recorded image where the axes have different units", () => {
    const raster = new Raster(painted(10, 10, () => 0, { binned: 2, axes: { x: axis(0.1, 0, "nm"), y: axis(1, 0, "s") } }));
    expect(measured(raster, line([0, 0], [0.3, 4]))).toMatchObject({ length: 10, unit: "px" });
  });

  it("snaps to steps of 15° and keeps its length", () => {
    const [x, y] = snapped([10, 10], [110, 14]);
    expect([x, y]).toEqual([10 + Math.hypot(100, 4), 10]);
    const [dx, dy] = snapped([0, 0], [-50, 52]);
    expect(dy / dx).toBeCloseTo(-1);
  });
});

describe("profile", () => {
  const ramp = new Raster(painted(32, 32, (x, y) => 100 + 3 * x + 7 * y, { scale: 2, offset: 1 }));

  it("of a ramp is the ramp, in any direction and at any width", () => {
    for (const [to, width] of [[[28, 4], 1], [[4, 28], 1], [[23.5, 17.25], 1], [[20, 20], 5], [[6, 25], 3]] as [[number, number], number][]) {
      const { position, value } = profileAlong(ramp, line([5, 6], to, { width }));
      const length = Math.hypot(to[0] - 5, to[1] - 6);
      expect(position[0]).toBe(0);
      expect(position[position.length - 1]).toBeCloseTo(length);
      position.forEach((p, i) => {
        const part = p / length;
        const expected = 1 + 2 * (100 + 3 * (5 + part * (to[0] - 5)) + 7 * (6 + part * (to[1] - 6)));
        expect(value[i]).toBeCloseTo(expected, 6);
      });
    }
  });

  it("takes a sample at least every pixel and positions in physical units", () => {
    const raster = new Raster(painted(20, 20, (x) => x, { axes: { x: axis(0.5, 0, "nm"), y: axis(0.5, 0, "nm") } }));
    const { position, value } = profileAlong(raster, line([1, 2], [7, 2]));
    expect(position.length).toBe(13);
    expect(position[1]).toBeCloseTo(0.5);
    expect(value[1]).toBeCloseTo(3);
  });

  it("averages across the line", () => {
    const stripes = new Raster(painted(20, 21, (_, y) => (y % 2 ? 10 : 20)));
    const { value } = profileAlong(stripes, line([2, 10], [15, 10], { width: 3 }));
    value.forEach((v) => expect(v).toBeCloseTo(40 / 3));
  });

  it("averages perpendicular as seen where pixels are not square", () => {
    const raster = new Raster(painted(40, 40, (x) => x, { axes: { x: axis(1, 0, "nm"), y: axis(2, 0, "nm") } }));
    // a line at 45° as seen; its perpendicular brings no net shift, so the ramp in x stays as it is
    const { value } = profileAlong(raster, line([10, 20], [20, 30], { width: 3 }));
    value.forEach((v, i) => expect(v).toBeCloseTo(10 + (10 * i) / (value.length - 1), 6));
  });

  it("leaves out what lies outside the image", () => {
    const raster = new Raster(painted(8, 8, () => 6));
    const { value } = profileAlong(raster, line([-4, 0], [4, 0], { width: 3 }));
    expect(value[0]).toBeNaN();
    expect(value[value.length - 1]).toBe(6);
  });

  it("of no length is one value twice, not an error", () => {
    expect(Array.from(profileAlong(ramp, line([3, 3], [3, 3])).value)).toEqual([261, 261]);
  });

  it("of a line from a stranger's file holds nothing up", () => {
    for (const width of [1, 1e12]) {
      const { position, value } = profileAlong(ramp, line([-1e300, 0], [1e300, 4], { width }));
      expect(position.length).toBeLessThan(30_000);
      expect(value.length).toBe(position.length);
    }
    expect(profileAlong(ramp, line([0, 0], [3, 0], { width: 1e12 })).value.length).toBe(4);
  });

  it("comes with the measurement and names its quantity", () => {
    const m = measured(ramp, line([0, 0], [3, 0], { kind: "profile" }));
    expect(m.profile?.quantity).toBe("counts");
    expect(m.profile?.value.length).toBe(4);
  });
});
