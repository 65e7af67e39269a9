/** The first line of a widget: title, who answers, what is being computed, undo and redo, and what the widget adds. */

import type { Actions } from "./actions";
import type { Where } from "./connection";
import { type Child, element, set, setText } from "./dom";
import type { Shortcut } from "./help";
import type { Direction } from "./history";
import { type Status, statusBar } from "./statusbar";
import { iconButton } from "./toolbar";

const MEANING: Record<Where, string> = {
  live: "Python answers",
  page: "A saved page: the controls with steps show what Python computed, the others stay as they were",
  disconnected: "The kernel is gone: run the cell again to move the controls",
};

const TRAVELS: [direction: Direction, label: string, keys: string][] = [
  ["undo", "Undo", "Ctrl+Z"],
  ["redo", "Redo", "Ctrl+Shift+Z, Ctrl+Y"],
];

export const travelShortcuts = ({ travel }: Actions): Shortcut[] =>
  TRAVELS.map(([direction, label, keys]) => [keys, label, () => travel(direction)]);

export interface Header {
  readonly element: HTMLElement;
  update(title: string, status: Status): void;
}

/** `middle` comes after the title, `end` after undo and redo. */
export function header(actions: Actions, middle: Child, ...end: Child[]): Header {
  const title = element("h1.em-title", { dir: "auto" });
  const badge = element("span.em-badge", { role: "status" });
  const status = statusBar(actions.cancel);
  const buttons = TRAVELS.map(([direction, label]) =>
    iconButton(direction, label, "", direction, () => actions.travel(direction)),
  );
  return {
    element: element("header.em-header", {}, title, badge, middle, element("div.em-header-actions", {}, status.element, ...buttons, ...end)),
    update(text, now) {
      const { where } = actions.connection;
      setText(set(title, { title: text }), text);
      setText(set(badge, { "data-connection": where, title: MEANING[where] }), where);
      // what a lost kernel was doing it does no more
      status.update(where !== "live" && now.state === "running" ? { ...now, state: "idle", message: "" } : now);
      TRAVELS.forEach(([direction, label, keys], i) => {
        const step = actions.ahead(direction);
        const says = step ? `${label} ${step}` : `Nothing to ${direction}`;
        // a button that is `disabled` would drop the focus, and with it the next Ctrl+Z
        set(buttons[i], { "aria-disabled": !step, "aria-label": says, title: step ? `${says} (${keys.split(",")[0]})` : says });
      });
    },
  };
}
