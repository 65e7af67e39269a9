/** Handlers of one event. */

import type { Unsubscribe } from "./types";

export class Listeners<T> {
  readonly #handlers = new Set<(event: T) => void>();

  add(handler: (event: T) => void): Unsubscribe {
    const own = (event: T): void => handler(event); // the same function may be added twice
    this.#handlers.add(own);
    return () => this.#handlers.delete(own);
  }

  emit(event: T): void {
    for (const handler of [...this.#handlers]) handler(event);
  }

  clear(): void {
    this.#handlers.clear();
  }
}
