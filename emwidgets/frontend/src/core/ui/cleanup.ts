/** Everything a view attaches outside its own element, gathered so that one call takes it all off again. */

export interface Emitter {
  on(event: string, callback: (...values: any[]) => void): void;
  off(event: string, callback: (...values: any[]) => void): void;
}

export class Cleanup {
  private tasks: (() => void)[] = [];

  add(task: () => void): void {
    this.tasks.push(task);
  }

  listen<E extends Event = Event>(
    target: EventTarget,
    type: string,
    handler: (event: E) => void,
    options?: AddEventListenerOptions,
  ): void {
    const listener = handler as EventListener;
    target.addEventListener(type, listener, options);
    this.add(() => target.removeEventListener(type, listener, options));
  }

  on(emitter: Emitter, event: string, callback: (...values: any[]) => void): void {
    emitter.on(event, callback);
    this.add(() => emitter.off(event, callback));
  }

  /** Undo in reverse order; safe to call twice. */
  run(): void {
    const tasks = this.tasks.reverse();
    this.tasks = [];
    for (const task of tasks) task();
  }
}
