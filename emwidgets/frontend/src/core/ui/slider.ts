/** One or two handles on one track: native sliders, so that keys and screen readers work unaided. */

import { clamp, round } from "../maths";
import { element, set, setVariable } from "./dom";

export interface SliderRange {
  min: number;
  max: number;
  step: number;
  scale?: "linear" | "log";
}

export interface Slider {
  readonly element: HTMLElement;
  /** one value for each handle */
  show(range: SliderRange, values: readonly number[]): void;
}

const LOG_POSITIONS = 400;

/** A handle that is back where its drag began makes no `change`. */
const LET_GO = ["change", "pointerup", "pointercancel", "keyup", "blur"];

/** Positions are values on a linear scale and even steps of the logarithm on a log one. */
export function toPosition({ min, max, scale }: SliderRange, value: number): number {
  if (scale !== "log") return value;
  return round((LOG_POSITIONS * Math.log(Math.max(value, min) / min)) / Math.log(max / min));
}

export function fromPosition({ min, max, step, scale }: SliderRange, position: number): number {
  if (scale !== "log") return position;
  const value = min * (max / min) ** (position / LOG_POSITIONS);
  const stepped = step > 0 ? Number((round(value / step) * step).toPrecision(12)) : value;
  return clamp(stepped, min, max);
}

/** `onInput` also tells whether the handle was let go; `say` is the value for screen readers. */
export function createSlider(
  labels: readonly string[],
  say: (value: number) => string,
  onInput: (values: number[], done: boolean) => void,
): Slider {
  let range: SliderRange = { min: 0, max: 1, step: 0 };
  /** a handle stands on a step of its track; its value stays exact until it is moved */
  let exact: number[] = [];
  let moving = false;
  const handles = labels.map((label) => {
    const handle = element("input.em-slider", { type: "range", "aria-label": label, oninput: () => moved(handle, false) });
    for (const name of LET_GO) handle.addEventListener(name, () => moving && moved(handle, true));
    return handle;
  });
  const track = element("div.em-track", {}, element("div.em-track-line"), ...handles);
  const positions = (): number[] => handles.map((handle) => Number(handle.value));

  /** A handle stops at the other one. */
  function moved(handle: HTMLInputElement, done: boolean): void {
    const [low, high] = handles;
    const [i, other] = handle === low ? [0, 1] : [1, 0];
    exact[i] = fromPosition(range, Number(handle.value));
    if (high && Number(low.value) >= Number(high.value)) {
      handle.value = handles[other].value;
      exact[i] = exact[other];
    }
    paint();
    onInput([...exact], done);
    moving = !done; // whatever `onInput` showed
  }

  function paint(): void {
    const min = Number(handles[0].min);
    const parts = positions().map((position) => (position - min) / (Number(handles[0].max) - min || 1));
    setVariable(track, "--em-from", parts.length > 1 ? parts[0] : 0);
    setVariable(track, "--em-to", parts[parts.length - 1]);
    handles.forEach((handle, i) => {
      set(handle, { "aria-valuetext": say(exact[i]) });
      // with both at the right end the lower one must lie on top, or neither could be moved
      handle.style.zIndex = String(parts[0] > 0.5 ? 2 - i : i + 1);
    });
  }

  return {
    element: track,
    show(next, values) {
      range = next;
      moving = false;
      exact = [...values];
      const log = next.scale === "log";
      handles.forEach((handle, i) => {
        const step = log ? 1 : next.step || "any";
        set(handle, { min: log ? 0 : next.min, max: log ? LOG_POSITIONS : next.max, step });
        handle.value = String(toPosition(next, values[i]));
      });
      paint();
    },
  };
}
