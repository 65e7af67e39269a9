/** What the front end needs of an anywidget model, and how often it may speak to the kernel. */

import type { Emitter } from "./cleanup";

export interface Model extends Emitter {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
}

/** Runs `draw` once in the next frame however often it is asked for. */
export function oncePerFrame(draw: () => void): { request: () => void; cancel: () => void } {
  let handle: number | null = null;
  return {
    request() {
      handle ??= requestAnimationFrame(() => {
        handle = null;
        draw();
      });
    },
    cancel() {
      if (handle !== null) cancelAnimationFrame(handle);
      handle = null;
    },
  };
}

/** Collects trait values and sends them. */
export interface Saver {
  queue(name: string, value: unknown): void;
  /** Ends of gestures call this: a page in the background gets no frames, yet must not lose the last value. */
  flush(): void;
  send(changes: Record<string, unknown>): void;
  /** the value about to be sent, else the model's own */
  latest(name: string): any;
}

/**
 * Sends trait values at most once per animation frame, keeping only the latest of each.
 *
 * A slider fires far more often than a screen refreshes; every message that a later one
 * overtakes within the frame would be work for the kernel that nobody sees.
 */
export function createSaver(model: Model): Saver {
  const waiting = new Map<string, unknown>();
  const frame = oncePerFrame(flush);

  function flush(): void {
    frame.cancel();
    if (!waiting.size) return;
    for (const [name, value] of waiting) model.set(name, value);
    waiting.clear();
    model.save_changes();
  }

  const queue = (name: string, value: unknown): void => {
    waiting.set(name, value);
    frame.request();
  };
  return {
    queue,
    flush,
    send(changes) {
      for (const [name, value] of Object.entries(changes)) queue(name, value);
      flush();
    },
    latest: (name) => (waiting.has(name) ? waiting.get(name) : model.get(name)),
  };
}

/** The `view` trait: every browser-side setting in one dictionary. */
export interface ViewState<V> {
  get(): V;
  /** at the end of a gesture; while it lasts the browser alone keeps the value */
  save(changes: Partial<V>): void;
  /** for gestures without an end of their own (wheel, pinch): once they have been still for a moment */
  saveWhenStill(changes: Partial<V>): void;
  /** Nothing is lost when a view is taken away in mid-gesture. */
  settle(): void;
}

const STILL_MS = 200;

/** Changes are merged into what is there, so that views of other versions lose nothing. */
export function createViewState<V extends object>(saver: Saver, defaults: V): ViewState<V> {
  let pending: Partial<V> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (changes: Partial<V>): void => {
    clearTimeout(timer);
    const view = { ...saver.latest("view"), ...pending, ...changes };
    pending = {};
    saver.send({ view });
  };
  const settle = (): void => {
    if (Object.keys(pending).length) save({});
  };
  return {
    get: () => ({ ...defaults, ...saver.latest("view"), ...pending }),
    save,
    saveWhenStill(changes) {
      Object.assign(pending, changes);
      clearTimeout(timer);
      timer = setTimeout(settle, STILL_MS);
    },
    settle,
  };
}
