/** A playground in a page of its own, with a stage that draws nothing, for tests that play the user. */

import { vi } from "vitest";
import widget from "../../../emwidgets/frontend/src/playground";
import type { Layer } from "../../../emwidgets/frontend/src/core/types";
import type { PlaygroundView } from "../../../emwidgets/frontend/src/playground/context";
import { FakeModel, type Steps, type Traits } from "../harness/model";
import { FakeStage } from "../harness/stage";
import { allTraits, WRITABLE } from "./traits";

/** Of every panel, px. */
export const SIDE = 400;

export interface Playing {
  model: FakeModel;
  root: HTMLElement;
  stop: () => void;
}

/** The test file puts a stage that draws nothing in place of the real one (vi.mock). */
export function start(changes: Traits = {}, steps?: Steps): Playing {
  FakeStage.made = [];
  HTMLElement.prototype.getBoundingClientRect = () => ({ left: 0, top: 0, right: SIDE, bottom: SIDE, width: SIDE, height: SIDE, x: 0, y: 0 }) as DOMRect;
  const model = new FakeModel({ ...allTraits(), ...changes }, WRITABLE, steps);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const stop = widget.render({ model, el });
  frames();
  return { model, root: el.querySelector(".em-playground")!, stop };
}

export const frames = (): void => void vi.advanceTimersByTime(60);
/** Long enough for what waits until a hand is still. */
export const rest = (): void => void vi.advanceTimersByTime(600);
export const stage = (): FakeStage => FakeStage.made[0];
export const layer = <L extends Layer>(id: string): L | undefined => stage().layers.find((each) => each.id === id) as L | undefined;

export function press(on: Element, key: string, more: KeyboardEventInit = {}): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  frames();
}

export function point(on: Element, type: string, clientX: number, clientY: number, more: PointerEventInit = {}): void {
  on.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerId: 1, pointerType: "mouse", button: 0, bubbles: true, cancelable: true, ...more }));
}

/** From the middle of the panel by so many px, in steps. */
export function drag(on: Element, dx: number, dy: number, letGo = true, more: PointerEventInit = {}): void {
  const middle = SIDE / 2;
  point(on, "pointerdown", middle, middle, more);
  for (const part of [0.25, 0.5, 0.75, 1]) point(on, "pointermove", middle + part * dx, middle + part * dy, more);
  frames();
  if (letGo) {
    point(on, "pointerup", middle + dx, middle + dy, more);
    frames();
  }
}

export const viewOf = (model: FakeModel): Partial<PlaygroundView> => model.get("view") as Partial<PlaygroundView>;
