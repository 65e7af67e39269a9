/** What the front end needs of an anywidget model, and how often it may speak to the kernel. */

import type { Emitter } from "./cleanup";
import type { Connection } from "./connection";
import type { Direction, Step } from "./history";
import { fits, same, type Shape } from "./values";

/** A page without a kernel. */
export interface Page {
  /** values that a control can have there, null if only the one it has */
  steps(name: string): readonly unknown[] | null;
  /** while the widget undoes or redoes: what is linked does so, too */
  travelling?: Direction | null;
}

export interface Model extends Emitter {
  get(name: string): any;
  set(name: string, value: unknown): unknown;
  save_changes(): void;
  readonly page?: Page;
  /** the notebook's; what it offers depends on who wrote it */
  readonly widget_manager?: any;
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

/** Sets trait values and sends them. */
export interface Saver {
  /** set and sent with the next frame */
  queue(name: string, value: unknown): void;
  /** for gestures without an end (wheel, pinch): set at once, so that what is linked follows, and sent when it has been still for a moment */
  hold(name: string, value: unknown): void;
  /** Ends of gestures call this: a page in the background gets no frames, yet must not lose the last value. */
  flush(): void;
  send(changes: Record<string, unknown>): void;
  /** the value about to be sent, else the model's own */
  latest(name: string): any;
}

const STILL_MS = 200;

/**
 * Sends trait values at most once per animation frame, keeping only the latest of each.
 *
 * A slider fires far more often than a screen refreshes; every message that a later one
 * overtakes within the frame would be work for the kernel that nobody sees. What nobody
 * answers is dropped. `record` is told of each message before it goes.
 */
export function createSaver(model: Model, connection: Pick<Connection, "where" | "can">, record: (step: Step) => void): Saver {
  const waiting = new Map<string, unknown>();
  /** what the model had before, of that which waits */
  const before = new Map<string, unknown>();
  let still: ReturnType<typeof setTimeout> | undefined;
  const frame = oncePerFrame(flush);

  function apply(): void {
    for (const [name, value] of waiting) {
      if (connection.can(name)) {
        if (!before.has(name)) before.set(name, model.get(name));
        model.set(name, value);
      } else waiting.delete(name);
    }
  }

  function flush(): void {
    frame.cancel();
    clearTimeout(still);
    still = undefined;
    apply();
    if (!waiting.size) return;
    record(Object.fromEntries([...waiting].map(([name, value]) => [name, [before.get(name), value]])));
    waiting.clear();
    before.clear();
    // to a dead kernel it would wait for ever
    if (connection.where !== "disconnected") model.save_changes();
  }

  /** One message is one action: what a gesture holds back does not go with anything else. */
  function add(name: string, value: unknown, separate: boolean): void {
    if (separate && waiting.size && !waiting.has(name)) flush();
    waiting.set(name, value);
  }

  const queue = (name: string, value: unknown): void => {
    add(name, value, still !== undefined);
    frame.request();
  };
  return {
    queue,
    flush,
    hold(name, value) {
      add(name, value, true);
      apply();
      clearTimeout(still);
      still = setTimeout(flush, STILL_MS);
    },
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
  /** for gestures without an end of their own */
  saveWhenStill(changes: Partial<V>): void;
  /** which settings are others than when it was last called */
  news(): Changed<V>;
}

export type Changed<V> = (...names: (keyof V)[]) => boolean;

/**
 * Changes are merged into what is there, so that views of other versions lose nothing; what is not
 * of the `shapes`, which the defaults are unless said otherwise, counts as not there.
 */
export function createViewState<V extends object>(saver: Saver, defaults: V, shapes: Partial<Record<keyof V, Shape>> = {}): ViewState<V> {
  let known: Partial<V> = {};
  const merged = (changes: Partial<V>): object => ({ ...saver.latest("view"), ...changes });
  const get = (): V => {
    const view = saver.latest("view");
    const entries = Object.entries({ ...defaults, ...shapes }) as [keyof V, Shape][];
    return Object.fromEntries(entries.map(([name, shape]) => [name, fits(view[name], shape) ? view[name] : defaults[name]])) as V;
  };
  return {
    get,
    save: (changes) => saver.send({ view: merged(changes) }),
    saveWhenStill: (changes) => saver.hold("view", merged(changes)),
    news() {
      const before = known;
      const now = (known = get());
      return (...names) => names.some((name) => !(name in before) || !same(before[name], now[name]));
    },
  };
}
