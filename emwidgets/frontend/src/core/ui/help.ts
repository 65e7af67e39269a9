/** The table of keyboard shortcuts, and the keys themselves: one list says and does both. */

import { element } from "./dom";
import { iconButton } from "./toolbar";

/** A key or a gesture, what it does, and how, unless a stage or a table does it. `null` begins a new group. */
export type Shortcut = [key: string, does: string, run?: () => void] | [title: string, does: null];

export interface KeyboardHelp {
  readonly element: HTMLDialogElement;
  open(): void;
  /** Runs the shortcut of a key press. */
  handle(event: KeyboardEvent): void;
}

/** Fields keep the keys that one types into them. */
const TYPED_INTO = "input:not([type=range],[type=radio],[type=checkbox]), dialog";

export function keyboardHelp(shortcuts: Shortcut[]): KeyboardHelp {
  const rows = shortcuts.map(([key, does]) =>
    does === null
      ? element("tr", {}, element("th", { colspan: 2, scope: "colgroup" }, key))
      : element("tr", {}, element("td", {}, element("kbd", {}, key)), element("td", {}, does)),
  );
  const close = iconButton("cancel", "Close", "", { onclick: () => dialog.close() });
  const dialog: HTMLDialogElement = element(
    "dialog.em-dialog",
    { "aria-label": "Keyboard and mouse", onclick: (event) => event.target === dialog && dialog.close() },
    element("div.em-panel-head", {}, element("h2", {}, "Keyboard and mouse"), close),
    element("table.em-keys", {}, element("tbody", {}, ...rows)),
  );
  return {
    element: dialog,
    open: () => dialog.showModal(),
    handle(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as Element).closest(TYPED_INTO)) return;
      const run = shortcuts.find(([key]) => key === event.key)?.[2];
      if (!run) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    },
  };
}
