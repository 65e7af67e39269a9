/** What a user does to the traits: changes them, takes that back, asks Python for something; or is told why that cannot be. */

import type { Cleanup } from "./cleanup";
import { connect, type Connection } from "./connection";
import { element } from "./dom";
import { createHistory, type Direction } from "./history";
import { createSaver, type Model, type Page, type Saver } from "./model";

export interface Actions {
  readonly connection: Connection;
  readonly saver: Saver;
  /** undo or redo */
  travel(direction: Direction): void;
  /** what that would be; null: nothing */
  ahead(direction: Direction): string | null;
  cancel(): void;
  /** whether Python is there to do it; if not, says so */
  needsPython(): boolean;
  /** a short confirmation, gone by itself */
  toast(text: string): void;
  /** where toasts appear */
  readonly toasts: HTMLElement;
}

const TOAST_MS = 2600;

/** `changed` is called when Python comes or goes, and when there is something else to undo or redo. */
export function createActions(model: Model, cleanup: Cleanup, changed: () => void): Actions {
  const toasts = element("div.em-toasts", { role: "status" });
  const connection = connect(model, cleanup, changed);
  const history = createHistory((name) => model.get("controls")[name]?.label);
  const isLive = (): boolean => connection.where === "live";
  const here: Partial<Page> = model.page ?? {};
  const saver = createSaver(model, connection, (step) => {
    // Python keeps account itself; and what is put back is no new action
    if (here.travelling || isLive()) return;
    history.record(step);
    changed();
  });
  // what a link of a page brings is an action here, too, and undone where it is undone there
  cleanup.on(model, "linked", (name, before, after, direction) => {
    if (!direction || !history.move(direction, { [name]: after })) history.record({ [name]: [before, after] });
    changed();
  });

  function ask(what: string): void {
    const asked = saver.latest("asked");
    saver.send({ asked: { ...asked, [what]: asked[what] + 1 } });
  }

  function toast(text: string): void {
    const note = element("div.em-toast", {}, text);
    toasts.replaceChildren(note);
    setTimeout(() => note.remove(), TOAST_MS);
  }

  return {
    connection,
    saver,
    toasts,
    toast,
    cancel: () => ask("cancel"),
    travel(direction) {
      saver.flush();
      if (isLive()) return ask(direction);
      here.travelling = direction;
      saver.send(history.move(direction) ?? {});
      here.travelling = null;
      changed();
    },
    ahead: (direction) => (isLive() ? (model.get("status")[direction] ?? null) : history.label(direction)),
    needsPython() {
      if (!isLive()) toast(connection.refusal);
      return isLive();
    },
  };
}
