/** The handle between the two images: dragged, pushed by keys, or put in the middle by a double click. */

import { clamp, round } from "../core/maths";
import { element, set, setText, setVariable } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { type Context, names } from "./context";

const STEP = 0.02;
const LEAP = 0.1;

export interface Swipe {
  readonly element: HTMLElement;
  /** part in front of the handle now, while it is dragged, too */
  readonly part: number;
  /** by a key pressed anywhere */
  push(by: number): void;
  show(): void;
}

/** `area` is what the handle goes across; its CSS cuts the upper image at --em-swipe. */
export function swipeHandle(context: Context, area: HTMLElement): Swipe {
  const { view } = context;
  const sides = [0, 1].map(() => element("span.em-swipe-name", { "aria-hidden": true }));
  const grip = element("span.em-swipe-grip", { "aria-hidden": true });
  const handle = element(
    "div.em-swipe",
    { role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 100, onkeydown: pressed, ondblclick: () => put(0.5, true) },
    ...sides,
    grip,
  );
  let part = view.get().swipe;
  let pointer: number | null = null;
  /** between the pointer and the line, so that it does not jump */
  let off = 0;

  handle.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    pointer = event.pointerId;
    handle.setPointerCapture?.(pointer);
    off = part - placeOf(event);
    // the image below must not be dragged as well; the focus is ours all the same
    event.preventDefault();
    event.stopPropagation();
    handle.focus({ preventScroll: true });
  });
  handle.addEventListener("pointermove", (event) => event.pointerId === pointer && put(placeOf(event) + off, false));
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
    handle.addEventListener(name, () => {
      if (pointer === null) return;
      pointer = null;
      put(part, true);
    });
  }

  function placeOf({ clientX, clientY }: PointerEvent): number {
    const { left, top, width, height } = area.getBoundingClientRect();
    return view.get().swipe_vertical ? (clientY - top) / (height || 1) : (clientX - left) / (width || 1);
  }

  function put(place: number, done: boolean): void {
    part = clamp(round(place * 1000) / 1000, 0, 1);
    draw();
    if (done && part !== view.get().swipe) view.save({ swipe: part });
  }

  /** Moved on by a key: kept once it is still, so that a key held down is one step to be undone. */
  function push(by: number): void {
    part = clamp(round((part + by) * 1000) / 1000, 0, 1);
    draw();
    view.saveWhenStill({ swipe: part });
  }

  function pressed(event: KeyboardEvent): void {
    const step = event.shiftKey ? LEAP : STEP;
    const steps: Record<string, number> = {
      ArrowLeft: -step, ArrowUp: -step, ArrowRight: step, ArrowDown: step, PageUp: LEAP, PageDown: -LEAP, Home: -1, End: 1,
    };
    const by = steps[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    push(by);
  }

  function draw(): void {
    setVariable(area, "--em-swipe", part);
    set(handle, { "aria-valuenow": round(100 * part), "aria-valuetext": `${percent(part)} ${names(context).left.toLowerCase()}`.replace("\u202f", " ") });
  }

  return {
    element: handle,
    get part() {
      return part;
    },
    push,
    show() {
      const { swipe, swipe_vertical } = view.get();
      const { left, after } = names(context);
      if (pointer === null) part = swipe;
      set(handle, { "aria-label": `Swipe between ${left.toLowerCase()} and ${after.toLowerCase()}`, "aria-orientation": swipe_vertical ? "vertical" : "horizontal" });
      set(area, { "data-vertical": swipe_vertical });
      setText(sides[0], left);
      setText(sides[1], after);
      draw();
    },
  };
}
