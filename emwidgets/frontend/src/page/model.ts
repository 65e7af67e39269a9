/** Stands in for anywidget's model where no kernel is: browser settings are kept, swept controls replay their steps. */

import { BROWSER } from "../core/ui/connection";
import type { Direction } from "../core/ui/history";
import type { Model, Page } from "../core/ui/model";
import { Events, type Handler } from "./events";
import type { Traits } from "./manifest";
import { same } from "./same";
import { nearest, type Sweep } from "./sweep";

export class PageModel implements Model {
  readonly widget_manager = undefined;
  /** how a view knows that it is in a page */
  readonly page: Page = { steps: (name) => this.sweep?.values(name) ?? null };
  private traits: Map<string, unknown>;
  private events = new Events();
  /** index of the step that each swept control stands on, asked for, and shown */
  private standing: readonly number[];
  private asked: readonly number[];
  private shown: readonly number[];

  /** `traits` are those of the step that the sweep starts with. */
  constructor(
    traits: Traits,
    private sweep: Sweep | null = null,
  ) {
    this.traits = new Map(Object.entries(traits));
    this.traits.set("status", this.status("idle", "", 1));
    this.standing = this.asked = this.shown = sweep?.start ?? [];
  }

  get(name: string): any {
    return this.traits.get(name);
  }

  /** One trait, or several in an object: all are in place before anyone hears of the first. */
  set(names: string | Traits, value?: unknown): this {
    const wanted = typeof names === "string" ? { [names]: value } : names;
    const heard = Object.entries(wanted).filter(([name, each]) => this.take(name, each));
    this.tell(heard.map(([name]) => name));
    return this;
  }

  /** What a link brings: the view hears what it changed, and whether that was undone or redone where it comes from. */
  follow(name: string, value: unknown, direction?: Direction | null): void {
    const before = this.get(name);
    this.set(name, value);
    this.save_changes();
    const after = this.get(name);
    if (!same(before, after)) this.events.emit("linked", name, before, after, direction);
  }

  /** Shows the step that the controls stand on; a step that this overtakes while it is unpacked is not shown. */
  save_changes(): void {
    if (equal(this.standing, this.asked)) return;
    this.asked = this.standing;
    void this.replay(this.asked);
  }

  on(names: string, handler: Handler): void {
    this.events.on(names, handler);
  }

  off(names?: string | null, handler?: Handler | null): void {
    this.events.off(names, handler);
  }

  /** There is nobody to receive it. */
  send(): void {}

  /** Whether views must hear of it: what cannot be as asked for is told, too, so that they show what is. */
  private take(name: string, value: unknown): boolean {
    const before = this.get(name);
    const taken = BROWSER.includes(name) ? value : this.snapped(name, value);
    if (same(taken, before)) return !same(value, before);
    this.traits.set(name, taken);
    return true;
  }

  /** The value of the nearest step, and stands on it; the value there is where there are no steps. */
  private snapped(name: string, value: unknown): unknown {
    const values = this.page.steps(name);
    const index = values && nearest(values, value, this.get("controls")?.[name]?.scale === "log");
    if (!values || index === null) return this.get(name);
    const control = this.sweep!.names.indexOf(name);
    this.standing = this.standing.with(control, index);
    return values[index];
  }

  private async replay(at: readonly number[]): Promise<void> {
    if (equal(at, this.shown)) return;
    const loaded = await this.sweep!.load(at).catch(() => null);
    if (at !== this.asked) return;
    if (loaded) this.show(at, loaded);
    else this.giveUp(at);
  }

  private show(at: readonly number[], step: Traits): void {
    this.shown = at;
    this.receive({ ...step, ...this.values(this.standing), status: this.status("idle", "", this.get("status").result + 1) });
  }

  /** The last good step stays. */
  private giveUp(at: readonly number[]): void {
    const wanted = Object.entries(this.values(at)).map(([name, value]) => `${name} = ${JSON.stringify(value, short)}`);
    const message = `The step ${wanted.join(", ")} is damaged in this page; get a new copy of it.`;
    this.standing = this.asked = this.shown;
    this.receive({ ...this.values(this.shown), status: this.status("error", message, this.get("status").result) });
  }

  /** As a message of the kernel: all values are in place before anyone hears of the first. */
  private receive(values: Traits): void {
    const changed = Object.entries(values).filter(([name, value]) => !same(value, this.get(name)));
    for (const [name, value] of changed) this.traits.set(name, value);
    this.tell(changed.map(([name]) => name));
  }

  private tell(names: readonly string[]): void {
    for (const name of names) this.events.emit(`change:${name}`, this, this.get(name));
    if (names.length) this.events.emit("change", this);
  }

  private values(at: readonly number[]): Traits {
    return Object.fromEntries(at.map((index, control) => {
      const name = this.sweep!.names[control];
      return [name, this.sweep!.values(name)![index]];
    }));
  }

  private status(state: "idle" | "error", message: string, result: number): Traits {
    return { ...this.traits.get("status") as Traits, state, stage: "", fraction: 0, message, result };
  }
}

/** 0.1 + 0.2 is 0.3 to a reader. */
function short(_: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.every((index, i) => index === b[i]);
}
