/** A hand on the particle: drags and keys, on the picture as on the solid. */

import { abs, atan2, hypot, min, PI } from "../core/maths";
import { Cleanup } from "../core/ui/cleanup";
import { type Context, isHidden } from "./context";
import type { Quaternion, Vector } from "./quaternion";

/** px that a click may shake. */
const SLACK = { mouse: 3, touch: 9 };

/** Half the side of a panel turns the particle by a radian; farther out than this part of it one rolls. */
const RIM = 0.94;

const KEY_DEGREES = 5;
const FINE_DEGREES = 1;

/** About which axis of the screen, right-handed: an arrow moves the front its way. */
const KEYS: Record<string, Vector> = {
  ArrowLeft: [0, 1, 0],
  ArrowRight: [0, -1, 0],
  ArrowUp: [-1, 0, 0],
  ArrowDown: [1, 0, 0],
  "[": [0, 0, -1],
  "]": [0, 0, 1],
};

/** Whether a key turns the particle, and did. */
export function turnByKey(context: Context, event: KeyboardEvent, camera?: Quaternion): boolean {
  const axis = KEYS[event.key];
  if (!axis || event.ctrlKey || event.metaKey || event.altKey || !mayTurn(context)) return false;
  context.turning.step(axis, event.shiftKey ? FINE_DEGREES : KEY_DEGREES, camera);
  event.preventDefault();
  event.stopPropagation();
  return true;
}

/** In the game there is one picture to guess from. */
export function mayTurn(context: Context): boolean {
  if (isHidden(context)) context.toast("Guess first: one picture is all there is. Then turn it and see.");
  return !isHidden(context);
}

/**
 * Drags on `target` turn while `active`; what lies below (a stage, say) gets all other gestures, and clicks.
 *
 * The events are met on their way down. A drag is taken from `target` once it is more than a click; a second finger
 * gives it back, so that two fingers zoom.
 */
export function turnByHand(host: HTMLElement, target: HTMLElement, context: Context, active: () => boolean, camera?: () => Quaternion): Cleanup {
  const cleanup = new Cleanup();
  const { turning } = context;
  const fingers = new Set<number>();
  let from: { x: number; y: number } | null = null;
  let moved = false;
  /** the last gesture was one: its end on a corner is no click there */
  let dragged = false;
  let rolls = false;
  /** of the target as the drag began: asked for at each move, it would make the browser lay out the page */
  let box = target.getBoundingClientRect();

  const middle = (event: PointerEvent): { x: number; y: number } => ({ x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 });
  const radius = (): number => min(box.width, box.height) / 2;

  function letGo(): void {
    if (moved) turning.end();
    from = null;
    moved = false;
  }

  const listen = (type: string, handler: (event: PointerEvent) => void): void =>
    cleanup.listen<PointerEvent>(host, type, handler, { capture: true });

  listen("pointerdown", (event) => {
    fingers.add(event.pointerId);
    if (fingers.size > 1) return letGo();
    if (!active() || event.button !== 0) return;
    dragged = false;
    box = target.getBoundingClientRect();
    from = middle(event);
    rolls = camera !== undefined && hypot(from.x, from.y) > RIM * radius();
  });
  listen("pointermove", (event) => {
    if (!from || !fingers.has(event.pointerId)) return;
    const { x, y } = middle(event);
    if (!moved && hypot(x - from.x, y - from.y) <= (event.pointerType === "touch" ? SLACK.touch : SLACK.mouse)) return;
    if (!moved && !mayTurn(context)) return void (from = null);
    moved = true;
    // a stage has it already
    if (host === target) host.setPointerCapture?.(event.pointerId);
    event.stopPropagation();
    if (rolls) turning.roll(turnOf(from, { x, y }), camera?.());
    else turning.drag(x - from.x, y - from.y, radius(), camera?.());
    from = { x, y };
  });
  for (const type of ["pointerup", "pointercancel"]) {
    listen(type, (event) => {
      fingers.delete(event.pointerId);
      const turned = moved;
      letGo();
      if (!turned) return;
      dragged = true;
      if (host === target) return;
      // below it is no click: there the gesture is called off
      event.stopPropagation();
      target.dispatchEvent(new PointerEvent("pointercancel", { pointerId: event.pointerId, pointerType: event.pointerType }));
    });
  }
  cleanup.listen<MouseEvent>(host, "click", (event) => dragged && event.detail && event.stopPropagation(), { capture: true });
  cleanup.listen<KeyboardEvent>(host, "keydown", (event) => active() && turnByKey(context, event, camera?.()), { capture: true });
  return cleanup;
}

/** By how much a place went round about the middle. */
function turnOf(from: { x: number; y: number }, to: { x: number; y: number }): number {
  const angle = atan2(to.y, to.x) - atan2(from.y, from.x);
  return abs(angle) > PI ? angle - 2 * PI * Math.sign(angle) : angle;
}
