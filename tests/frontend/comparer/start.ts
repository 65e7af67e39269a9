/** A comparer in a page of its own, with stages that draw nothing, for tests that play the user. */

import { vi } from "vitest";
import widget from "../../../emwidgets/frontend/src/comparer";
import type { ComparerView } from "../../../emwidgets/frontend/src/comparer/context";
import { FakeModel, type Steps, type Traits } from "../harness/model";
import { FakeStage } from "../harness/stage";
import { allTraits, WRITABLE } from "./traits";

/** Of both stages and what they are in, px: ten to a pixel of the image. */
export const [WIDTH, HEIGHT] = [400, 200];

export interface Comparing {
  model: FakeModel;
  root: HTMLElement;
  stop: () => void;
}

/** The test file puts a stage that draws nothing in place of the real one (vi.mock). */
export function start(changes: Traits = {}, steps?: Steps): Comparing {
  FakeStage.made = [];
  HTMLElement.prototype.getBoundingClientRect = () => ({ left: 0, top: 0, right: WIDTH, bottom: HEIGHT, width: WIDTH, height: HEIGHT, x: 0, y: 0 }) as DOMRect;
  const model = new FakeModel({ ...allTraits(), ...changes }, WRITABLE, steps);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const stop = widget.render({ model, el });
  frames();
  return { model, root: el.querySelector(".em-comparer")!, stop };
}

export const frames = (): void => void vi.advanceTimersByTime(60);
/** Long enough for what waits until a hand is still. */
export const rest = (): void => void vi.advanceTimersByTime(400);
export const left = (): FakeStage => FakeStage.made[0];
export const right = (): FakeStage => FakeStage.made[1];

export function press(on: Element, key: string, more: KeyboardEventInit = {}): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  frames();
}

export function point(on: Element, type: string, clientX: number, clientY: number, more: PointerEventInit = {}): void {
  on.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerId: 1, pointerType: "mouse", button: 0, bubbles: true, cancelable: true, ...more }));
}

export function drag(on: Element, from: [number, number], to: [number, number], letGo = true): void {
  point(on, "pointerdown", ...from);
  for (const part of [0.5, 1]) point(on, "pointermove", from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]));
  frames();
  if (!letGo) return;
  point(on, "pointerup", ...to);
  frames();
}

export function pick(root: Element, group: string, value: string): void {
  const inputs = [...root.querySelectorAll<HTMLInputElement>(`[role=radiogroup][aria-label="${group}"] input`)];
  const input = inputs.find((each) => each.value === value)!;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  frames();
}

export const viewOf = (model: FakeModel): Partial<ComparerView> => model.get("view") as Partial<ComparerView>;
