/** Events as Backbone models have them: names in a row, handlers several times, `off` with or without one. */

export type Handler = (...values: any[]) => void;

export class Events {
  private handlers = new Map<string, Handler[]>();

  /** `"change:a change:b"` names two events. */
  on(names: string, handler: Handler): void {
    for (const name of words(names)) this.handlers.set(name, [...this.of(name), handler]);
  }

  /** Without a handler all of that name, without a name the handler wherever it is, without either all. */
  off(names?: string | null, handler?: Handler | null): void {
    for (const name of names ? words(names) : [...this.handlers.keys()]) {
      this.handlers.set(name, handler ? this.of(name).filter((each) => each !== handler) : []);
    }
  }

  /**
   * Calls the handlers that were there when it began and still are. One that throws does not keep the others from
   * hearing of it; its error goes to the console.
   */
  emit(name: string, ...values: unknown[]): void {
    for (const handler of this.of(name)) {
      if (!this.of(name).includes(handler)) continue;
      try {
        handler(...values);
      } catch (error) {
        reportError(error);
      }
    }
  }

  private of(name: string): Handler[] {
    return this.handlers.get(name) ?? [];
  }
}

function words(names: string): string[] {
  return names.split(/\s+/).filter(Boolean);
}
