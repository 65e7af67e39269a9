/** A button that opens a panel below it; Escape in the widget and a press elsewhere close it. */

import { element } from "./dom";
import { iconMark } from "./toolbar";

export interface Popover {
  readonly element: HTMLElement;
  readonly isOpen: () => boolean;
  toggle(): void;
  destroy(): void;
}

/** Only what is open listens to the page. `onOpen` refreshes the content. */
export function popover(icon: string, label: string, name: string, content: Node[], onOpen = (): void => {}, text = ""): Popover {
  const button = element("summary.em-button", { "aria-label": label, title: label, "data-action": name }, iconMark(icon), text);
  const panel = element("div.em-popover", { tabindex: -1 }, ...content);
  const details = element("details.em-popover-anchor", { ontoggle: toggled }, button, panel);

  function toggled(): void {
    const change = details.open ? "addEventListener" : "removeEventListener";
    document[change]("pointerdown", pressedElsewhere);
    // before the pictures and the widget take Escape for themselves
    (details.closest<HTMLElement>(".em-root") ?? details)[change]("keydown", pressed, true);
    if (!details.open) return;
    onOpen();
    // to the side on which the widget has room
    panel.classList.remove("em-popover-left");
    const right = details.closest(".em-root")?.getBoundingClientRect().right ?? Infinity;
    panel.classList.toggle("em-popover-left", panel.getBoundingClientRect().right > right);
  }

  function pressedElsewhere(event: Event): void {
    if (!event.composedPath().includes(details)) details.open = false;
  }

  function pressed(event: Event): void {
    if ((event as KeyboardEvent).key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    button.focus();
  }

  return {
    element: details,
    isOpen: () => details.open,
    toggle() {
      details.open = !details.open;
      // opened by a key: the next Tab goes on in it
      if (details.open) panel.focus({ preventScroll: true });
    },
    destroy: () => document.removeEventListener("pointerdown", pressedElsewhere),
  };
}

export type MenuEntry = [icon: string, label: string, name: string, choose: () => void];

export function menu(icon: string, label: string, name: string, entries: MenuEntry[]): Popover {
  const buttons = entries.map(([entryIcon, entryLabel, action, choose]) =>
    element(
      "button.em-menu-item",
      {
        "data-action": action,
        onclick: () => {
          opened.toggle();
          choose();
        },
      },
      iconMark(entryIcon),
      entryLabel,
    ),
  );
  const opened = popover(icon, label, name, [element("div.em-menu", {}, ...buttons)], undefined, label);
  return opened;
}
