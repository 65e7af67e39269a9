/** Labelled images by the thousand, written by Python as a file. */

import { element, set, setText, setVariable } from "../core/ui/dom";
import { selection } from "../core/ui/selection";
import { iconButton } from "../core/ui/toolbar";
import { asked, type Context } from "./context";
import { short } from "./questions";

const SIZES = [64, 128, 256];
const CONDITIONS = [["standard", "standard conditions"], ["shown", "as the sliders stand, 32 nm wide"]] as const;
const COUNTS = [100, 1000, 10_000, 100_000];
const spoken = (count: number): string => count.toLocaleString("en").replaceAll(",", "\u202f");

export function makingPart(context: Context): { element: HTMLElement; update(): void } {
  const { saver, connection } = context;
  const what = element("p.em-making-what");
  const counts = selection("Images", COUNTS.map(spoken));
  const sizes = selection("Size", SIZES.map((size) => `${size} × ${size} px`));
  const conditions = selection("Recorded", CONDITIONS.map(([, label]) => label));
  counts.select.selectedIndex = sizes.select.selectedIndex = 1;
  const start = element("button.em-button.em-solid-button", { "data-action": "make-dataset", onclick: begin }, "Make dataset");
  const cancel = iconButton("stop", "Cancel", "", "cancel-dataset", stop, "Cancel");
  const bar = element("div.em-making-bar", { role: "progressbar", "aria-label": "Images made", "aria-valuemin": 0, "aria-valuemax": 100 });
  const says = element("p.em-making-says", { role: "status" });

  const rows = [counts, sizes, conditions];

  /** Python takes each number once. */
  const number = (): number => (saver.latest("make")?.number ?? 0) + 1;

  function begin(): void {
    if (!context.needsPython() || context.reading.making.state === "running") return;
    const [how] = CONDITIONS[conditions.select.selectedIndex];
    saver.send({ make: { task: saver.latest("task"), conditions: how, n: COUNTS[counts.select.selectedIndex], size: SIZES[sizes.select.selectedIndex], seed: saver.latest("seed"), number: number() } });
  }

  function stop(): void {
    if (context.needsPython()) saver.send({ make: { cancel: true, number: number() } });
  }

  return {
    element: element("div.em-making", {}, what, ...rows.map((row) => row.element), element("div.em-making-buttons", {}, start, cancel), bar, says),
    update() {
      const { state, done, total, file, message } = context.reading.making;
      const running = state === "running" && connection.where === "live";
      const frozen = connection.where !== "live";
      setText(what, `Labelled images for “${short(asked(context)).toLowerCase()}”, written as one .npz file beside the notebook.`);
      set(start, { "aria-disabled": frozen || running, title: frozen ? connection.refusal : null });
      for (const row of rows) row.freeze(frozen ? connection.refusal : "", frozen || running);
      cancel.hidden = bar.hidden = !running;
      setVariable(bar, "--em-to", total ? done / total : 0);
      set(bar, { "aria-valuenow": total ? Math.round((100 * done) / total) : 0 });
      const words = {
        idle: "",
        running: `${spoken(done)} of ${spoken(total)}`,
        done: `Written: ${file}`,
        failed: message || "It failed",
        cancelled: message || "Cancelled; nothing was written",
      };
      set(says, { "data-state": state });
      setText(says, frozen && state === "running" ? "" : words[state]);
    },
  };
}
