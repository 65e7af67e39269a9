/** Numbers of the image before and after, as Python found them. */

import { element, set, setText } from "../core/ui/dom";
import { fixed, prettyUnit, significant } from "../core/ui/format";
import { panel } from "../core/ui/panel";
import { toCsv } from "../core/ui/csv";
import { type Context, names, strength } from "./context";
import { isBusy, type Measure } from "./data";

/** Of these more is better in every respect. */
const MORE_IS_BETTER = new Set(["psnr", "ssim"]);

const number = (value: number | null, { digits }: Measure): string =>
  typeof digits === "number" ? fixed(value, digits) : significant(value, 3);

/** "+2.9"; nothing where one of the two is not known */
export function gain(measure: Measure): string {
  const { before, after, digits } = measure;
  if (before === null || after === null) return "";
  const change = after - before;
  // no finer than the numbers it comes from are written
  const places = typeof digits === "number" ? digits : Math.max(0, ...[before, after].map((value) => significant(value, 3).split(".")[1]?.length ?? 0));
  const text = fixed(change, places);
  return change > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export function measuresPanel(context: Context): { element: HTMLElement; update(): void } {
  const head = element("tr");
  const body = element("tbody");
  const note = element("p.em-note", { hidden: true });
  const table = element("table.em-measures", {}, element("thead", {}, head), body);
  const box = panel("measures", "Measures", null, null, table, note);

  function row(measure: Measure): HTMLElement {
    const { name, title, unit, before, after, help } = measure;
    const change = gain(measure);
    const better = MORE_IS_BETTER.has(name) && before !== null && after !== null ? (after > before ? "better" : after < before ? "worse" : null) : null;
    const unitText = unit && element("span.em-unit", {}, `\u202f${prettyUnit(unit)}`);
    return element(
      "tr",
      { "data-measure": name, title: help },
      element("th", { scope: "row" }, title, unitText),
      element("td", {}, number(before, measure)),
      element("td.em-measure-after", {}, number(after, measure)),
      element("td.em-measure-gain", { "data-sign": better }, change, better && element("span.em-hidden", {}, ` ${better}`)),
    );
  }

  return {
    element: box,
    update() {
      const { measures } = context.reading;
      const called = names(context);
      set(box, { "aria-busy": isBusy(context.reading) });
      if (isBusy(context.reading) && body.firstChild) return;
      box.hidden = !measures.length;
      if (box.hidden) return;
      const heads = ["", called.before, called.after, "Change"].map((text) => (text ? element("th", { scope: "col" }, text) : element("td")));
      head.replaceChildren(...heads);
      body.replaceChildren(...measures.map(row));
      const asked = context.saver.latest("strength") ?? 1;
      note.hidden = strength(context) === asked;
      setText(note, `These are the numbers of strength ${asked.toFixed(2)}.`);
    },
  };
}

export function measuresCsv(measures: readonly Measure[]): string {
  const columns = ["name", "title", "unit", "before", "after"] as const;
  const data = Object.fromEntries(columns.map((name) => [name, measures.map((measure) => measure[name])]));
  return toCsv(columns.map((name) => ({ name, unit: "" })), data, [...measures.keys()]);
}
