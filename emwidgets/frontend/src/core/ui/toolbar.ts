/** Icon buttons with a name and a tooltip, and a choice of one of a few. */

import { type Child, element, uniqueId } from "./dom";

/** Icons are drawn by style/icons.css. `key` is the shortcut, shown in the tooltip; `name` the `data-action`. */
export function iconButton(icon: string, label: string, key: string, name: string, onclick: () => void, text?: string): HTMLButtonElement {
  const title = key ? `${label} (${key})` : label;
  return element("button.em-button", { "aria-label": label, title, "data-action": name, onclick }, iconMark(icon), text);
}

export function iconMark(icon: string): HTMLElement {
  return element(`span.em-icon.em-icon-${icon}`, { "aria-hidden": true });
}

/** The picture is drawn above the label. */
export type Choice<T extends string> = [value: T, label: string, help?: string, picture?: Child];

export interface Choices<T extends string> {
  readonly element: HTMLElement;
  show(value: T | null): void;
}

/** Radio buttons drawn as one control; the browser does their keys. */
export function choices<T extends string>(label: string, entries: Choice<T>[], onChange: (value: T) => void): Choices<T> {
  const name = uniqueId();
  const inputs = entries.map(([value]) =>
    element("input.em-hidden", { type: "radio", name, value, onchange: () => onChange(value) }),
  );
  const labels = entries.map(([, text, help, picture], i) =>
    element("label.em-choice", { title: help }, inputs[i], element("span", {}, picture, text)),
  );
  return {
    element: element("span.em-choices", { role: "radiogroup", "aria-label": label }, ...labels),
    show(value) {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}
