// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { controlRow, type ControlSpec, type ControlValue } from "../../../emwidgets/frontend/src/core/ui/control";

const spec = (more: Partial<ControlSpec> = {}): ControlSpec => ({
  label: "Reach", unit: "nm", help: "Pixels this close belong together", min: 0.1, max: 2, step: 0.01, scale: "linear",
  value: 0.5, auto: true, px: 12.34, pxUnit: "px", stage: 3, ...more,
});

const LIVE = { can: (_name: string): boolean => true, steps: (_name: string): readonly unknown[] | null => null, refusal: "" };

function build(name: string, first: ControlSpec, chosen: ControlValue, connection = LIVE) {
  const changed = vi.fn();
  const row = controlRow(name, first, changed, connection);
  row.update(first, chosen);
  document.body.append(row.element);
  const all = (selector: string): HTMLInputElement[] => [...row.element.querySelectorAll<HTMLInputElement>(selector)];
  const fire = (node: HTMLElement, ...types: string[]): void => types.forEach((type) => node.dispatchEvent(new Event(type, { bubbles: true })));
  return { row, changed, fire, numbers: all("input[type=number]"), sliders: all("input[type=range]"), auto: all("[data-auto]")[0] };
}

describe("a control row", () => {
  it("shows label, unit, px equivalent and help as Python says them", () => {
    const { row } = build("eps", spec(), null);
    const text = row.element.textContent!;
    for (const part of ["Reach", "nm", "12.3\u202fpx", "Pixels this close"]) expect(text).toContain(part);
    expect(row.element.dataset.control).toBe("eps");
    expect(row.element.title).toBe("Pixels this close belong together");
  });

  it("goes from auto to the value in force and back to null", () => {
    const { auto, changed } = build("eps", spec(), null);
    expect(auto.getAttribute("aria-pressed")).toBe("true");
    auto.click();
    expect(changed).toHaveBeenLastCalledWith("eps", 0.5, true);
    expect(auto.getAttribute("aria-pressed")).toBe("false");
    auto.click();
    expect(changed).toHaveBeenLastCalledWith("eps", null, true);
  });

  it("has no auto where null is not allowed", () => {
    expect(build("threshold", spec({ auto: false }), 0.5).auto.hidden).toBe(true);
  });

  it("binds slider and number to each other and says when the handle is let go", () => {
    const { sliders, numbers, changed, fire, auto } = build("eps", spec(), null);
    sliders[0].value = "0.8";
    fire(sliders[0], "input");
    expect(numbers[0].value).toBe("0.8");
    expect(changed).toHaveBeenLastCalledWith("eps", 0.8, false);
    expect(auto.getAttribute("aria-pressed")).toBe("false");
    fire(sliders[0], "change");
    expect(changed).toHaveBeenLastCalledWith("eps", 0.8, true);
    numbers[0].value = "1.5";
    fire(numbers[0], "input", "change");
    expect(sliders[0].value).toBe("1.5");
    expect(changed).toHaveBeenLastCalledWith("eps", 1.5, true);
  });

  it("does not jump back to an older answer while the handle is held", () => {
    const { row, sliders, numbers, fire } = build("eps", spec(), null);
    sliders[0].value = "0.8";
    fire(sliders[0], "input");
    row.update(spec({ value: 0.6 }), 0.6);
    expect(numbers[0].value).toBe("0.8");
    fire(sliders[0], "change");
    row.update(spec({ value: 0.8 }), 0.8);
    expect(sliders[0].value).toBe("0.8");
  });

  it.each(["pointerup", "pointercancel", "keyup", "blur"])("is let go at %s where the handle is back and makes no change", (end) => {
    const { row, sliders, changed, fire } = build("eps", spec(), 0.5);
    for (const value of ["0.8", "0.5"]) {
      sliders[0].value = value;
      fire(sliders[0], "input");
    }
    fire(sliders[0], end);
    expect(changed).toHaveBeenLastCalledWith("eps", 0.5, true);
    row.update(spec({ value: 1.2 }), 1.2);
    expect(sliders[0].value).toBe("1.2");
  });

  it("is let go once, and not at all where nothing moved", () => {
    const { row, sliders, changed, fire } = build("eps", spec(), 0.5);
    fire(sliders[0], "keyup", "pointerup", "blur");
    expect(changed).not.toHaveBeenCalled();
    sliders[0].value = "0.8";
    fire(sliders[0], "input", "pointerup", "change", "blur");
    expect(changed.mock.calls).toEqual([["eps", 0.8, false], ["eps", 0.8, true]]);
    fire(sliders[0], "input");
    row.update(spec(), 0.5);
    expect(sliders[0].value).toBe("0.8");
  });

  it("says to screen readers what the field says: whole numbers for what is counted", () => {
    const { sliders, fire } = build("min_samples", spec({ min: 1, max: 50, step: 1, value: 5, unit: "px" }), null);
    expect(sliders[0].getAttribute("aria-valuetext")).toBe("5\u202fpx");
    sliders[0].value = "12";
    fire(sliders[0], "input");
    expect(sliders[0].getAttribute("aria-valuetext")).toBe("12\u202fpx");
  });

  it("leaves alone what is being typed until the field is left", () => {
    const { row, numbers, fire } = build("eps", spec(), 0.5);
    numbers[0].value = "1.";
    fire(numbers[0], "input");
    row.update(spec({ value: 0.7 }), 0.7);
    expect(numbers[0].value).not.toBe("0.7");
    fire(numbers[0], "blur");
    expect(numbers[0].value).toBe("0.7");
  });

  it("clamps a typed number and takes an emptied field for auto", () => {
    const { numbers, changed, fire } = build("eps", spec(), 0.5);
    numbers[0].value = "99";
    fire(numbers[0], "change");
    expect(changed).toHaveBeenLastCalledWith("eps", 2, true);
    numbers[0].value = "";
    fire(numbers[0], "change");
    expect(changed).toHaveBeenLastCalledWith("eps", null, true);
  });

  it("takes Enter for the end of typing, and keeps the key to itself", () => {
    const { row, numbers, changed, fire } = build("eps", spec(), 0.5);
    const heard = vi.fn();
    row.element.addEventListener("keydown", heard);
    const enter = (): boolean => numbers[0].dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    enter();
    expect(changed).not.toHaveBeenCalled();
    numbers[0].value = "0.7";
    fire(numbers[0], "input");
    enter();
    expect(changed.mock.calls).toEqual([["eps", 0.7, true]]);
    expect(heard).not.toHaveBeenCalled();
  });

  it("writes four digits at least where values span decades", () => {
    const pixelSize = spec({ min: 0.001, max: 10, step: 0.0001, scale: "log", value: 0.0223456 });
    expect(build("pixel_size", pixelSize, null).numbers[0].value).toBe("0.02235");
  });

  it("puts text from Python into the page as text", () => {
    const { row } = build("eps", spec({ label: "<img src=x onerror=alert(1)>", help: "<b>bold</b>", unit: "<i>" }), null);
    expect(row.element.querySelector("img, b, i")).toBeNull();
    expect(row.element.textContent).toContain("<img src=x");
  });
});

describe("a row with steps", () => {
  const stepped = (...steps: unknown[]) => ({ ...LIVE, steps: () => steps });
  const down = (node: HTMLElement, key: string): boolean => !node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  it("slides from one to the next, by size, and says the value", () => {
    const { row, sliders, numbers, changed, fire } = build("eps", spec({ auto: false }), 0.5, stepped(1, 0.5, 0.2));
    expect(row.element.dataset.steps).toBe("3");
    expect([sliders.length, sliders[0].min, sliders[0].max, sliders[0].step, sliders[0].value]).toEqual([1, "0", "2", "1", "1"]);
    expect(sliders[0].getAttribute("aria-valuetext")).toBe("0.5\u202fnm");
    sliders[0].value = "2";
    fire(sliders[0], "input");
    expect(changed).toHaveBeenLastCalledWith("eps", 1, false);
    expect(numbers[0].value).toBe("1");
    expect(sliders[0].getAttribute("aria-valuetext")).toBe("1\u202fnm");
    fire(sliders[0], "change");
    expect(changed).toHaveBeenLastCalledWith("eps", 1, true);
  });

  it("takes the nearest for what is typed", () => {
    const { numbers, changed, fire } = build("eps", spec(), 0.5, stepped(0.2, 0.5, 1));
    numbers[0].value = "0.81";
    fire(numbers[0], "change");
    expect(changed).toHaveBeenLastCalledWith("eps", 1, true);
    expect(numbers[0].value).toBe("1");
  });

  it("measures nearness by ratio where the scale is logarithmic", () => {
    const { numbers, changed, fire } = build("eps", spec({ scale: "log" }), 0.1, stepped(0.1, 1));
    numbers[0].value = "0.4";
    fire(numbers[0], "change");
    expect(changed).toHaveBeenLastCalledWith("eps", 1, true);
  });

  it("goes by a step with the arrows of the field, as far as there are some", () => {
    const { row, numbers, changed } = build("eps", spec(), 0.5, stepped(0.2, 0.5, 1));
    expect(down(numbers[0], "ArrowUp")).toBe(true);
    expect(changed).toHaveBeenLastCalledWith("eps", 1, true);
    row.update(spec({ value: 1 }), 1);
    expect(down(numbers[0], "ArrowUp")).toBe(true);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(down(numbers[0], "ArrowDown")).toBe(true);
    expect(changed).toHaveBeenLastCalledWith("eps", 0.5, true);
  });

  it("leaves the arrows alone where there are no steps", () => {
    expect(down(build("eps", spec(), 0.5).numbers[0], "ArrowUp")).toBe(false);
  });

  it("has auto only as one of the steps", () => {
    expect(build("eps", spec({ auto: true }), 0.5, stepped(0.2, 0.5)).auto.hidden).toBe(true);
    const { auto, sliders, numbers, changed } = build("eps", spec({ value: 0.52 }), null, stepped(0.2, 0.5, null, 1));
    expect([auto.hidden, auto.getAttribute("aria-pressed"), sliders[0].value, numbers[0].value]).toEqual([false, "true", "0", "0.52"]);
    expect(sliders[0].getAttribute("aria-valuetext")).toBe("auto");
    auto.click();
    expect(changed).toHaveBeenLastCalledWith("eps", 0.5, true);
    auto.click();
    expect(changed).toHaveBeenLastCalledWith("eps", null, true);
  });

  it("has one handle for pairs, which stay in their order", () => {
    const range = spec({ value: [0.2, 0.5], px: null });
    const { sliders, numbers, changed, fire } = build("d_range", range, [0.2, 0.5], stepped([0.3, 1], [0.2, 0.5], null));
    expect([sliders.length, sliders[0].value, sliders[0].getAttribute("aria-label")]).toEqual([1, "1", "Reach"]);
    sliders[0].value = "0";
    fire(sliders[0], "input");
    expect(changed).toHaveBeenLastCalledWith("d_range", [0.3, 1], false);
    expect(numbers.map((each) => each.value)).toEqual(["0.3", "1"]);
    expect(sliders[0].getAttribute("aria-valuetext")).toBe("0.3 – 1\u202fnm");
    sliders[0].value = "2";
    fire(sliders[0], "input", "change");
    expect(changed).toHaveBeenLastCalledWith("d_range", null, true);
    numbers[0].value = "0.21";
    fire(numbers[0], "change");
    expect(changed).toHaveBeenLastCalledWith("d_range", [0.2, 0.5], true);
  });

  it("writes steps that are finer than the slider was", () => {
    const { sliders, numbers, fire } = build("eps", spec({ value: 0.999 }), 0.999, stepped(0.2 + 0.1, 2 / 3, 0.999));
    expect(numbers[0].value).toBe("0.999");
    for (const [place, text] of [["0", "0.3"], ["1", "0.6667"]]) {
      sliders[0].value = place;
      fire(sliders[0], "input", "change");
      expect(numbers[0].value).toBe(text);
    }
  });

  it("stands still with a single step", () => {
    const { sliders, numbers, changed, fire } = build("eps", spec(), 0.5, stepped(0.5));
    expect([sliders[0].min, sliders[0].max, sliders[0].value]).toEqual(["0", "0", "0"]);
    numbers[0].value = "1.7";
    fire(numbers[0], "change");
    expect(changed).toHaveBeenLastCalledWith("eps", 0.5, true);
  });
});

describe("a frozen row", () => {
  const ATTACK = "<img src=x onerror=alert(1)>";

  it("shows the value in force, cannot be moved, and says why", () => {
    const connection = { ...LIVE, can: (name: string) => name !== "eps", refusal: "Needs Python: this is a saved page" };
    const { row, sliders, numbers, auto } = build("eps", spec({ value: 0.4, help: ATTACK }), 0.9, connection);
    expect(row.element.hasAttribute("data-frozen")).toBe(true);
    expect([sliders[0].disabled, numbers[0].disabled, (auto as HTMLElement as HTMLButtonElement).disabled]).toEqual([true, true, true]);
    expect(numbers[0].value).toBe("0.4");
    expect(row.element.title).toBe(`Needs Python: this is a saved page\n${ATTACK}`);
    expect(document.getElementById(numbers[0].getAttribute("aria-describedby")!)!.textContent).toContain("Needs Python");
    expect(row.element.querySelector("img")).toBeNull();
  });

  it("freezes in mid-drag, and thaws", () => {
    const connection = { ...LIVE, can: () => true };
    const { row, sliders, numbers, fire } = build("eps", spec(), 0.5, connection);
    sliders[0].value = "0.8";
    fire(sliders[0], "input");
    connection.can = () => false;
    row.update(spec(), 0.5);
    expect([numbers[0].value, sliders[0].value, sliders[0].disabled]).toEqual(["0.5", "0.5", true]);
    connection.can = () => true;
    row.update(spec(), 0.5);
    expect([row.element.hasAttribute("data-frozen"), sliders[0].disabled, row.element.title]).toEqual([false, false, spec().help]);
  });
});

describe("a range row", () => {
  const range = spec({ value: [0.2, 1], px: null });

  it("has two handles and two numbers", () => {
    const { sliders, numbers } = build("d_range", range, null);
    expect(sliders.map((each) => each.value)).toEqual(["0.2", "1"]);
    expect(numbers.map((each) => each.value)).toEqual(["0.2", "1"]);
  });

  it("keeps the handles in order", () => {
    const { sliders, changed, fire } = build("d_range", range, [0.2, 1]);
    sliders[0].value = "1.7";
    fire(sliders[0], "input");
    expect(changed).toHaveBeenLastCalledWith("d_range", [1, 1], false);
  });

  it("refuses ends the wrong way round", () => {
    const { numbers, changed, fire } = build("d_range", range, [0.2, 1]);
    numbers[0].value = "1.9";
    fire(numbers[0], "input", "change");
    expect(changed).not.toHaveBeenCalled();
    expect(numbers[0].value).toBe("0.2");
  });

  it("keeps the exact value of the end that is left alone", () => {
    const exact = spec({ value: [0.123456, 0.987654], step: 0.01, scale: "log" });
    const { sliders, numbers, changed, fire } = build("d_range", exact, null);
    numbers[0].value = "0.2";
    fire(numbers[0], "input", "change");
    expect(changed).toHaveBeenLastCalledWith("d_range", [0.2, 0.987654], true);
    sliders[0].value = "100";
    fire(sliders[0], "input", "change");
    const [[low, high]] = changed.mock.calls.map(([, value]) => value).slice(-1);
    expect(low).not.toBe(0.2);
    expect(high).toBe(0.987654);
  });

  it("goes back to auto when an end is emptied", () => {
    const { numbers, changed, fire } = build("d_range", range, [0.2, 1]);
    numbers[1].value = "";
    fire(numbers[1], "change");
    expect(changed).toHaveBeenLastCalledWith("d_range", null, true);
  });
});
