/** How the particle lies: while one drags, in the browser; let go, as Python is told, or as the view keeps it where there is none. */

import type { Connection } from "../core/ui/connection";
import type { Saver, ViewState } from "../core/ui/model";
import type { PlaygroundView } from "./context";
import { isReading, type Reading } from "./data";
import { about, alike, between, dragged, IDENTITY, inverse, type Quaternion, times, unit, type Vector } from "./quaternion";

/** Without a key for so long, Python is asked for its picture. */
const STILL_MS = 220;
const GLIDE_MS = 320;

export interface Turning {
  /** from the particle to the microscope */
  now(): Quaternion;
  /** a hand is at it, or it glides */
  readonly moving: boolean;
  /** whether the image that Python sent is of this orientation */
  recorded(): boolean;
  /** by a drag over a ball of `radius` px, as seen by a camera; `roll` turns about the line of sight instead, radians */
  drag(dx: number, dy: number, radius: number, camera?: Quaternion): void;
  roll(angle: number, camera?: Quaternion): void;
  /** by a key: degrees about an axis of the screen */
  step(axis: Vector, degrees: number, camera?: Quaternion): void;
  /** the hand lets go */
  end(): void;
  /** to an orientation, on the shortest way */
  glide(to: Quaternion): void;
  /** back to what Python recorded; only where it was turned without Python */
  back(): void;
  destroy(): void;
}

export function createTurning(
  reading: () => Reading,
  saver: Saver,
  connection: Connection,
  view: ViewState<PlaygroundView>,
  /** another orientation is to be shown */
  changed: () => void,
): Turning {
  let held: Quaternion | null = null;
  let still: ReturnType<typeof setTimeout> | undefined;
  let gliding = 0;

  /** Where Python stands ready to record the picture; one that was opened is not turned but looked at from elsewhere. */
  const records = (): boolean => connection.where === "live" && !isReading(reading());
  const told = (): Quaternion => (isReading(reading()) ? IDENTITY : saver.latest("orientation"));
  const now = (): Quaternion => held ?? (records() ? null : view.get().turned) ?? told();

  function hold(orientation: Quaternion): void {
    held = unit(orientation);
    changed();
  }

  function end(): void {
    clearTimeout(still);
    cancelAnimationFrame(gliding);
    still = undefined;
    gliding = 0;
    if (!held) return;
    const orientation = [...held] as unknown as Quaternion;
    if (!records()) view.save({ turned: orientation });
    else if (!alike(orientation, told())) saver.send({ orientation });
    held = null;
    changed();
  }

  /** A turn of the screen's frame, which the camera looks at the microscope's from. */
  function turn(by: Quaternion, camera: Quaternion = IDENTITY): void {
    cancelAnimationFrame(gliding);
    hold(times(inverse(camera), times(by, times(camera, now()))));
  }

  function glide(to: Quaternion): void {
    end();
    const from = now();
    const start = performance.now();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      hold(to);
      return end();
    }
    const frame = (time: number): void => {
      const part = Math.min(1, Math.max(0, (time - start) / GLIDE_MS));
      hold(between(from, to, part * part * (3 - 2 * part)));
      if (part < 1) gliding = requestAnimationFrame(frame);
      else end();
    };
    gliding = requestAnimationFrame(frame);
  }

  return {
    now,
    glide,
    end,
    get moving() {
      return held !== null;
    },
    recorded() {
      const { recording } = reading();
      return !recording || alike(recording.orientation, now());
    },
    drag: (dx, dy, radius, camera) => turn(dragged(dx, dy, radius), camera),
    roll: (angle, camera) => turn(about([0, 0, 1], angle), camera),
    step(axis, degrees, camera) {
      turn(about(axis, (degrees * Math.PI) / 180), camera);
      clearTimeout(still);
      still = setTimeout(end, STILL_MS);
    },
    back() {
      held = null;
      if (view.get().turned) view.save({ turned: null });
      changed();
    },
    destroy: end,
  };
}
