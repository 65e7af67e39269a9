/** The table of keyboard shortcuts, and the keys themselves: one list says and does both. */

import { element } from "./dom";
import { iconButton } from "./toolbar";

/** Keys or gestures, what they do, and how, unless a stage or a table does it; "Ctrl+" is also Cmd. `null` begins a new group. */
export type Shortcut = [keys: string, does: string, run?: () => void] | [title: string, does: null];

export interface KeyboardHelp {
  readonly element: HTMLDialogElement;
  open(): void;
  /** Runs the shortcut of a key press. */
  handle(event: KeyboardEvent): void;
}

/** Fields keep the keys that one types into them, and what undoes that only while it is not done. */
const TYPED_INTO = "input:not([type=range],[type=radio],[type=checkbox]), dialog";
const EDITED = "[data-dirty], dialog";

export function keyboardHelp(shortcuts: Shortcut[]): KeyboardHelp {
  const rows = shortcuts.map(([keys, does]) =>
    does === null
      ? element("tr", {}, element("th", { colspan: 2, scope: "colgroup" }, keys))
      : element("tr", {}, element("td", {}, element("kbd", {}, keys)), element("td", {}, does)),
  );
  const close = iconButton("cancel", "Close", "", "close", () => dialog.close());
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
      const control = event.ctrlKey || event.metaKey;
      if (event.defaultPrevented || event.altKey) return;
      if ((event.target as Element).closest(control ? EDITED : TYPED_INTO)) return;
      // other alphabets have no Z on the key: there it is the place that counts
      const key = event.key > "~" ? event.code.slice(3) : event.key.toUpperCase();
      const pressed = control ? `Ctrl+${event.shiftKey ? "Shift+" : ""}${key}` : event.key;
      const run = shortcuts.find(([keys]) => keys.split(", ").includes(pressed))?.[2];
      if (!run) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    },
  };
}
