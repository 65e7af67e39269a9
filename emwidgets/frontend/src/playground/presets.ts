/** Particles worth a look, with what they teach. */

import { element, set, setText } from "../core/ui/dom";
import { popover, type Popover } from "../core/ui/popover";
import { iconButton } from "../core/ui/toolbar";
import { type Context, isGame } from "./context";
import type { Preset } from "./data";

export interface Presets {
  readonly menu: Popover;
  /** what the one chosen explains */
  readonly card: HTMLElement;
  update(): void;
}

export function presetMenu(context: Context): Presets {
  const { view, saver } = context;
  const list = element("div.em-menu.em-presets");
  const menu = popover("book", "Lessons: particles worth a look", "presets", [list], undefined, "Lessons");
  const title = element("strong");
  const text = element("span");
  const close = iconButton("cancel", "Close the explanation", "", "close-preset", () => view.save({ preset: null }));
  const card = element("aside.em-lesson", { hidden: true, "aria-label": "What this lesson shows" }, element("p", {}, title, " ", text), close);
  let made: Preset[] | null = null;

  function choose({ name, values }: Preset): void {
    menu.toggle();
    if (!context.needsPython()) return;
    saver.send({ ...values, view: { ...saver.latest("view"), preset: name, turned: null, guess: null, revealed: false } });
  }

  return {
    menu,
    card,
    update() {
      const { presets } = context.reading;
      if (presets !== made) {
        made = presets;
        list.replaceChildren(
          ...presets.map((preset) =>
            element(
              "button.em-menu-item.em-preset",
              { "data-preset": preset.name, onclick: () => choose(preset) },
              element("strong", {}, preset.title),
              element("span", {}, preset.explains),
            ),
          ),
        );
      }
      menu.element.hidden = !presets.length;
      const chosen = presets.find(({ name }) => name === view.get().preset);
      const frozen = context.connection.where !== "live";
      for (const button of list.children) set(button, { "aria-disabled": frozen, title: frozen ? context.connection.refusal : null });
      card.hidden = !chosen || isGame(context);
      setText(title, chosen ? `${chosen.title}.` : "");
      setText(text, chosen?.explains ?? "");
    },
  };
}
