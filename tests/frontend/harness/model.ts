/** A stand-in for anywidget's model that refuses what a real one, or a page without a kernel, could not do. */

import type { Model } from "../../../emwidgets/frontend/src/core/ui/model";

export type Traits = Record<string, unknown>;
type Callback = (...values: unknown[]) => void;

/** In a page: the values of the controls that have steps there. */
export type Steps = Record<string, readonly unknown[]>;

/** What the notebook knows of a kernel, with signals as Lumino has them. */
export class FakeKernel {
  status = "idle";
  connectionStatus = "connected";
  readonly slots = new Set<Callback>();
  readonly statusChanged = this.signal();
  readonly connectionStatusChanged = this.signal();

  private signal() {
    return { connect: (slot: Callback): boolean => Boolean(this.slots.add(slot)), disconnect: (slot: Callback): boolean => this.slots.delete(slot) };
  }

  become(state: Partial<Pick<FakeKernel, "status" | "connectionStatus">>): void {
    Object.assign(this, state);
    for (const slot of [...this.slots]) slot(this, state);
  }
}

export class FakeModel implements Model {
  readonly page?: { steps(name: string): readonly unknown[] | null };
  readonly widget_manager?: { create_view(): void; kernel: FakeKernel };
  /** of the real model behind anywidget's */
  comm_live = true;
  /** every message: the traits changed since the one before */
  readonly sent: Traits[] = [];
  /** called with each message, as the kernel would be */
  onSend: (changes: Traits) => void = () => {};
  private unsaved: Traits = {};
  private listeners = new Map<string, Set<Callback>>();

  /** `writable` are the traits that the front end may set; all others belong to Python. With `steps` it is that of a page. */
  constructor(
    private traits: Traits,
    private writable: ReadonlySet<string>,
    steps?: Steps,
  ) {
    if (steps) {
      this.page = { steps: (name) => steps[name] ?? null };
      this.writable = new Set([...Object.keys(steps), "view", "selection"]);
    } else this.widget_manager = { create_view: () => {}, kernel: new FakeKernel() };
  }

  /** The comm is closed, as when the kernel restarts. */
  disconnect(): void {
    this.comm_live = false;
    this.tell("comm_live_update");
  }

  get(name: string): unknown {
    this.known(name);
    return this.traits[name];
  }

  set(name: string | object, value?: unknown): this {
    if (typeof name !== "string") return this; // {}: no traits at all
    this.known(name);
    if (!this.writable.has(name)) throw new Error(`'${name}' is Python's; the front end must not set it`);
    jsonSafe(value, name);
    this.unsaved[name] = value;
    this.change({ [name]: value });
    return this;
  }

  save_changes(): void {
    if (!this.comm_live) throw new Error("nobody is there to save for");
    const changes = this.unsaved;
    this.unsaved = {};
    if (Object.keys(changes).length === 0) return;
    this.sent.push(changes);
    this.onSend(changes);
  }

  /** Python sets traits: all of one message change before anyone hears of it. */
  receive(changes: Traits): void {
    for (const name of Object.keys(changes)) this.known(name);
    this.change(changes);
  }

  private change(changes: Traits): void {
    const names = Object.keys(changes).filter((name) => !same(changes[name], this.traits[name]));
    Object.assign(this.traits, changes);
    for (const name of names) this.tell(`change:${name}`, this, changes[name]);
  }

  private tell(event: string, ...values: unknown[]): void {
    for (const callback of this.listeners.get(event) ?? []) callback(...values);
  }

  on(event: string, callback: Callback): void {
    if (!["comm_live_update", "linked"].includes(event)) {
      if (!event.startsWith("change:")) throw new Error(`'${event}': observe named traits only`);
      this.known(event.slice("change:".length));
    }
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event)!.add(callback);
  }

  off(event: string, callback: Callback): void {
    if (!this.listeners.get(event)?.delete(callback)) throw new Error(`'${event}': this callback is not there`);
  }

  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, callbacks) => sum + callbacks.size, 0);
  }

  private known(name: string): void {
    if (!Object.hasOwn(this.traits, name)) throw new Error(`there is no trait '${name}'`);
  }
}

/** Backbone compares by value; binary data is never compared but by identity. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if ("data" in a || "data" in b) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** JSON turns NaN into null and drops undefined without a word: refuse instead. */
export function jsonSafe(value: unknown, path: string): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error(`${path} is ${value}, which JSON cannot carry`);
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((each, i) => jsonSafe(each, `${path}[${i}]`));
    return;
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, each] of Object.entries(value)) jsonSafe(each, `${path}.${key}`);
    return;
  }
  throw new Error(`${path} is ${Object.prototype.toString.call(value)}, which JSON cannot carry`);
}
