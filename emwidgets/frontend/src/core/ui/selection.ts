/** A choice of one, in the browser's own list, as a row among the controls. */

import { element, set, uniqueId } from "./dom";

export interface Selection {
  readonly element: HTMLElement;
  readonly select: HTMLSelectElement;
  /** with a reason it cannot be changed */
  freeze(reason: string, disabled?: boolean): void;
}

export function selection(label: string, options: string[], onchange?: () => void): Selection {
  const id = uniqueId();
  // letters choose in the list: they are no shortcuts of the widget
  const onkeydown = (event: KeyboardEvent): void => void (event.ctrlKey || event.metaKey || event.stopPropagation());
  const select = element("select.em-select", { id, onchange, onkeydown }, ...options.map((option) => element("option", {}, option)));
  const row = element("div.em-control.em-pick", {}, element("label.em-control-label", { for: id }, label), select);
  return {
    element: row,
    select,
    freeze(reason, disabled = reason !== "") {
      set(select, { disabled });
      set(row, { "data-frozen": reason !== "", title: reason || null });
    },
  };
}
