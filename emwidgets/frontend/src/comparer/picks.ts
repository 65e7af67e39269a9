/** Controls that are one of a few: in the browser's own list, or as buttons beside each other. */

import { element, set, setText } from "../core/ui/dom";
import { selection } from "../core/ui/selection";
import { type Choice, choices } from "../core/ui/toolbar";
import type { Context } from "./context";

export interface Pick {
  readonly element: HTMLElement;
  update(): void;
}

type Entry<T> = [value: T, label: string, help?: string];

/** In a page only what has a step can be chosen. */
function known<T>({ connection }: Context, name: string, entries: readonly Entry<T>[]): Entry<T>[] {
  const steps = connection.steps(name);
  return steps ? steps.map((step) => entries.find(([value]) => value === step) ?? [step as T, String(step)]) : [...entries];
}

export function listPick<T>(context: Context, name: string, label: string, all: readonly Entry<T>[]): Pick {
  const { saver, connection } = context;
  const entries = known(context, name, all);
  const list = selection(label, entries.map(([, text]) => text), () => saver.send({ [name]: entries[list.select.selectedIndex][0] }));
  set(list.element, { "data-control": name });
  return {
    element: list.element,
    update() {
      const at = entries.findIndex(([value]) => value === saver.latest(name));
      list.select.selectedIndex = at;
      list.freeze(connection.can(name) ? "" : connection.refusal);
      if (connection.can(name)) set(list.element, { title: entries[at]?.[2] });
    },
  };
}

/** With a sentence below that says what the chosen one is. */
export function buttonPick<T extends string | number>(context: Context, name: string, label: string, all: readonly Entry<T>[]): Pick {
  const { saver, connection } = context;
  const entries = known(context, name, all);
  const buttons = choices(label, entries.map(([value, text, help]): Choice<string> => [String(value), text, help]), (text) => {
    const chosen = entries.find(([value]) => String(value) === text);
    if (chosen) saver.send({ [name]: chosen[0] });
  });
  const says = element("p.em-note");
  const box = element("div.em-control", { "data-control": name }, element("div.em-control-head", {}, element("span.em-control-label", {}, label)), buttons.element, says);
  return {
    element: box,
    update() {
      const value = saver.latest(name);
      const frozen = !connection.can(name);
      buttons.show(String(value));
      setText(says, entries.find(([each]) => each === value)?.[2] ?? "");
      set(box, { "data-frozen": frozen, title: frozen ? connection.refusal : null });
      for (const input of box.querySelectorAll("input")) input.disabled = frozen;
    },
  };
}
