/** Files that are written: the picture by the browser, data with all their metadata by Python. */

import { element, set, setText } from "../core/ui/dom";
import { iconButton } from "../core/ui/toolbar";
import type { Context } from "./context";

const KINDS: [kind: "tiff" | "hspy", label: string, help: string][] = [
  ["tiff", "TIFF", "the restored image, with its pixel size and how it was made"],
  ["hspy", "HyperSpy", "the restored image as a signal, with how it was made"],
];

/** `picture` saves what is seen. */
export function savingPart(context: Context, picture: () => void): { element: HTMLElement; update(): void } {
  const { saver, connection } = context;
  const png = iconButton("image", "PNG: the picture as you see it", "", "save-png", picture, "PNG");
  const buttons = KINDS.map(([kind, label, help]) => iconButton("download", `${label}: ${help}`, "", `save-${kind}`, () => save(kind), label));
  const says = element("p.em-note.em-saved", { role: "status" });

  function save(kind: string): void {
    const { saved, after } = context.reading;
    if (!context.needsPython() || saved.state === "running") return;
    // Python takes each number once
    if (after) saver.send({ save: { kind, number: (saver.latest("save")?.number ?? 0) + 1 } });
    else context.toast("There is nothing to save yet");
  }

  return {
    element: element("div.em-group", {}, element("h3.em-group-title", {}, "Save"), element("div.em-toolbar.em-saving", {}, png, ...buttons), says),
    update() {
      const { state, file, message } = context.reading.saved;
      const frozen = connection.where !== "live";
      buttons.forEach((button) => set(button, { "aria-disabled": frozen || state === "running", title: frozen ? connection.refusal : button.ariaLabel }));
      const words = { idle: "", running: `Writing ${file}…`, done: `Written: ${file}`, failed: message || "It could not be written" };
      set(says, { "data-state": state });
      setText(says, frozen && state === "running" ? "" : words[state]);
      says.hidden = !says.textContent;
    },
  };
}
