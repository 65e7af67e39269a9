/** Every question put to every method, in a table; beside each the truth. */

import { element, setVariable } from "../core/ui/dom";
import { ask, asked, type Context, isHidden } from "./context";
import type { Prediction } from "./data";
import { brief, short } from "./questions";

/** Where nobody knows the truth, an answer that is sure has none. */
const SIGNS = { right: "✓", wrong: "✗", unsure: "?", sure: "" };

export function methodTable(context: Context): { element: HTMLElement; update(): void } {
  const box = element("section.em-methods", { "aria-label": "What every method says" });
  return {
    element: box,
    update() {
      const { predictions } = context.reading;
      box.hidden = isHidden(context) || !predictions.length;
      if (box.hidden) return;
      const task = asked(context);
      const methods = [...new Map(predictions.map((row) => [row.method, row.title])).entries()];
      const heads = methods.map(([, title]) => element("th", { scope: "col" }, title));
      const rows = [...new Set(predictions.map((row) => row.task))].map((name) => {
        const own = predictions.filter((row) => row.task === name);
        const truth = own.find((row) => row.truth)?.truth;
        const choose = element("button.em-methods-task", { "aria-pressed": name === task, "data-task": name, onclick: () => ask(context, name) }, short(name));
        const cells = methods.map(([method]) => cell(own.find((row) => row.method === method)));
        return element("tr", {}, element("th", { scope: "row" }, choose), ...cells, element("td.em-methods-truth", {}, truth && element("span.em-truth-mark", {}, brief(truth))));
      });
      const head = element("tr", {}, element("td"), ...heads, element("th", { scope: "col" }, predictions.some((row) => row.truth) && "Truth"));
      // made anew, the button that has the focus must have it again
      const focused = box.querySelector<HTMLElement>(":focus")?.dataset.task;
      box.replaceChildren(element("table.em-methods-table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
      if (focused) [...box.querySelectorAll<HTMLElement>("button")].find((button) => button.dataset.task === focused)?.focus();
    },
  };
}

/** Its label, how sure it is, and whether that is right. */
function cell(row: Prediction | undefined): HTMLElement {
  if (!row) return element("td");
  const { state, label, truth, uncertain, probabilities } = row;
  const told = state === "ready" && label !== "";
  const sign = !told ? null : uncertain ? "unsure" : truth ? (label === truth ? "right" : "wrong") : "sure";
  const fill = element("span.em-class-fill");
  setVariable(fill, "--em-part", told && probabilities ? Math.max(...probabilities) : 0);
  return element(
    "td.em-method",
    { "data-method": row.method, "data-title": row.title, "data-state": state, "data-sign": sign, "data-best": row.best, title: [row.title, row.why, row.needed && `To be sure: ${row.needed}`].filter(Boolean).join("\n") },
    element("span.em-method-says", {}, told ? brief(label) : state === "ready" ? "cannot be told" : state),
    element("span.em-method-sign", {}, element("span", { "aria-hidden": true }, sign && SIGNS[sign]), element("span.em-hidden", {}, sign)),
    element("span.em-method-bar", { "aria-hidden": true }, fill),
  );
}
