/** Pointers, wheel and keys turned into what they mean. */

import { clamp, hypot, max } from "./maths";
import type { Cleanup } from "./ui/cleanup";

export interface GestureActions {
  pan(dx: number, dy: number): void;
  zoom(x: number, y: number, factor: number): void;
  /** whether zooming in that direction would change anything: else the page may scroll */
  canZoom(factor: number): boolean;
  reset(): void;
  move(x: number, y: number): void;
  leave(): void;
  tap(x: number, y: number, touch: boolean, event: PointerEvent): void;
  /** a drag begins; true if a tool takes it, so that it does not pan */
  grab(x: number, y: number, touch: boolean): boolean;
  drag(x: number, y: number, shift: boolean): void;
  /** the tool's drag ends; `moved` is false for a mere click */
  drop(moved: boolean): void;
  /** false if there was nothing to escape from: then the key is the page's */
  escape(): boolean;
}

const SLACK = { mouse: 3, touch: 9 }; // px that a click may shake
const DOUBLE_MS = 400; // the second tap of a double click is not a tap of its own
const KEY_ZOOM = 1.25;

interface Point {
  x: number;
  y: number;
}

export function attachGestures(canvas: HTMLElement, actions: GestureActions, cleanup: Cleanup): void {
  const pointers = new Map<number, Point>();
  let start: Point = { x: 0, y: 0 };
  let moved = false;
  let taken = false;
  let tapped = { x: 0, y: 0, at: -Infinity };

  const place = (event: MouseEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const isTouch = (event: PointerEvent): boolean => event.pointerType === "touch";

  cleanup.listen<PointerEvent>(canvas, "pointerdown", (event) => {
    if (event.button > 1) return;
    canvas.setPointerCapture?.(event.pointerId);
    const here = place(event);
    pointers.set(event.pointerId, here);
    if (pointers.size === 1) {
      start = here;
      moved = false;
      taken = event.button === 0 && actions.grab(here.x, here.y, isTouch(event));
    } else if (taken) {
      taken = false; // a second finger: this is a pinch, not a line
      actions.drop(moved);
    }
    if (event.button === 1) event.preventDefault(); // else the browser starts to auto-scroll
  });

  cleanup.listen<PointerEvent>(canvas, "pointermove", (event) => {
    const here = place(event);
    const before = pointers.get(event.pointerId);
    if (before) {
      if (pointers.size > 1) pinch(event.pointerId, before, here);
      else dragged(event, before, here);
      if (moved || pointers.size > 1) pointers.set(event.pointerId, here);
    }
    actions.move(here.x, here.y);
  });

  function dragged(event: PointerEvent, before: Point, here: Point): void {
    moved ||= hypot(here.x - start.x, here.y - start.y) > (isTouch(event) ? SLACK.touch : SLACK.mouse);
    if (!moved) return;
    if (taken) actions.drag(here.x, here.y, event.shiftKey);
    else actions.pan(here.x - before.x, here.y - before.y);
  }

  function pinch(id: number, before: Point, here: Point): void {
    moved = true;
    const other = [...pointers].find(([key]) => key !== id)![1];
    const size = (a: Point): number => max(hypot(a.x - other.x, a.y - other.y), 1);
    // zoom first: a whole image cannot be panned
    actions.zoom((before.x + other.x) / 2, (before.y + other.y) / 2, size(here) / size(before));
    actions.pan((here.x - before.x) / 2, (here.y - before.y) / 2);
  }

  function tap(event: PointerEvent, here: Point): void {
    const touch = isTouch(event);
    const near = hypot(here.x - tapped.x, here.y - tapped.y) <= 2 * (touch ? SLACK.touch : SLACK.mouse);
    const again = near && event.timeStamp - tapped.at < DOUBLE_MS;
    tapped = { ...here, at: event.timeStamp };
    if (!again) actions.tap(here.x, here.y, touch, event);
  }

  const released = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
    const here = place(event);
    if (taken) actions.drop(moved);
    else if (!moved && event.type === "pointerup" && event.button === 0) tap(event, here);
    taken = false;
    if (isTouch(event)) actions.leave();
  };
  cleanup.listen<PointerEvent>(canvas, "pointerup", released);
  cleanup.listen<PointerEvent>(canvas, "pointercancel", released);
  cleanup.listen(canvas, "pointerleave", () => actions.leave());
  cleanup.listen(canvas, "dblclick", () => actions.reset());
  cleanup.listen<WheelEvent>(canvas, "wheel", (event) => wheel(event, place(event), actions), { passive: false });
  cleanup.listen<KeyboardEvent>(canvas, "keydown", (event) => {
    if (!pressed(event, canvas, actions)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function wheel(event: WheelEvent, { x, y }: Point, actions: GestureActions): void {
  const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1);
  // a pinch on a trackpad arrives as a wheel with Ctrl and small steps
  const factor = Math.exp(-clamp(pixels, -240, 240) * (event.ctrlKey ? 0.01 : 0.002));
  if (factor === 1 || !actions.canZoom(factor)) return;
  event.preventDefault();
  takeKeys(event.currentTarget as HTMLElement);
  actions.zoom(x, y, factor);
}

/** Zoomed without a click, the next Ctrl+Z is meant for the image; not so while one types elsewhere. */
function takeKeys(canvas: HTMLElement): void {
  const { activeElement } = document;
  if (activeElement?.closest("input,textarea,[contenteditable=true]") || canvas.closest(".em-root")?.contains(activeElement)) return;
  canvas.focus({ preventScroll: true });
}

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Whether the key meant something here. */
function pressed(event: KeyboardEvent, canvas: HTMLElement, actions: GestureActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { clientWidth: width, clientHeight: height } = canvas;
  const arrow = ARROWS[event.key];
  if (arrow) {
    const part = event.shiftKey ? 0.5 : 0.1;
    actions.pan(arrow[0] * part * width, arrow[1] * part * height);
  } else if (event.key === "+" || event.key === "=") actions.zoom(width / 2, height / 2, KEY_ZOOM);
  else if (event.key === "-" || event.key === "_") actions.zoom(width / 2, height / 2, 1 / KEY_ZOOM);
  else if (event.key === "0") actions.reset();
  else if (event.key === "Escape") return actions.escape();
  else return false;
  return true;
}
