/** The answer in large calm numbers. */

import { element, setText } from "../core/ui/dom";
import { percent, prettyUnit, significant } from "../core/ui/format";
import type { Reading, Totals } from "./data";

const MOST_SPACINGS = 4;

type Figure = [name: string, label: string, say: (totals: Totals) => [value: string, unit?: string]];

const FIGURES: Figure[] = [
  ["crystalline_area", "Crystalline area", (t) => [significant(t.crystalline_area), prettyUnit(t.area_unit)]],
  ["crystalline_fraction", "of the image", (t) => [percent(t.crystalline_fraction)]],
  ["n_grains", "Grains", (t) => [String(t.n_grains)]],
  ["n_domains", "Domains", (t) => [String(t.n_domains)]],
  ["n_families", "Reflections", (t) => [String(t.n_families)]],
  ["d_spacings", "d-spacings", spacings],
];

function spacings({ d_spacings: all, length_unit: unit }: Totals): [string, string] {
  const more = all.length > MOST_SPACINGS ? ` +${all.length - MOST_SPACINGS} more` : "";
  const shown = all.slice(0, MOST_SPACINGS).map((d) => significant(d)).join("  ");
  return [shown || "–", shown && prettyUnit(unit) + more];
}

export function totalsStrip(): { element: HTMLElement; update(reading: Reading): void } {
  const message = element("p.em-totals-message", { hidden: true });
  const slots = FIGURES.map(([name]) => element("dd", { "data-total": name }, "–"));
  const boxes = FIGURES.map(([, label], i) => element("div.em-total", {}, element("dt", {}, label), slots[i]));
  return {
    element: element("section.em-totals-section", { "aria-label": "Result" }, message, element("dl.em-totals", {}, ...boxes)),
    update({ totals }) {
      setText(message, totals?.message ?? "");
      message.hidden = !totals?.message;
      if (!totals) return;
      FIGURES.forEach(([, , say], i) => {
        const [value, unit] = say(totals);
        slots[i].replaceChildren(value, ...(unit ? ["\u202f", element("span.em-unit", {}, unit)] : []));
      });
    },
  };
}
