/** One image after the other in the same place: the eye sees what moves. */

import type { Context } from "./context";

/** ms that each is seen: 1.4 changes a second, below the three that can harm (WCAG 2.3.1) and the two we promise. */
const SEEN_MS = 700;

export interface Blink {
  /** whether the restored image is the one that is seen */
  readonly restored: boolean;
  /** whether it goes by itself */
  readonly going: boolean;
  /** the other image; it no longer goes by itself */
  turn(): void;
  /** to be called when a setting or the mode is another */
  follow(): void;
  stop(): void;
}

/** `changed` is called whenever the other image is to be seen. Who asked for less motion turns by hand. */
export function createBlink({ view }: Pick<Context, "view">, changed: () => void): Blink {
  const still = window.matchMedia?.("(prefers-reduced-motion: reduce)");
  let timer: ReturnType<typeof setInterval> | undefined;
  let restored = true;

  const wanted = (): boolean => view.get().mode === "blink" && view.get().blinking && !still?.matches;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function flip(): void {
    restored = !restored;
    changed();
  }

  function follow(): void {
    if (!wanted()) stop();
    else timer ??= setInterval(flip, SEEN_MS);
  }

  still?.addEventListener?.("change", followAndShow);
  function followAndShow(): void {
    follow();
    changed();
  }

  return {
    get restored() {
      return restored;
    },
    get going() {
      return timer !== undefined;
    },
    turn() {
      stop();
      flip();
      if (view.get().blinking) view.save({ blinking: false });
    },
    follow,
    stop() {
      stop();
      still?.removeEventListener?.("change", followAndShow);
    },
  };
}
