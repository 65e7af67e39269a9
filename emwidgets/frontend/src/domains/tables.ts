/** The two tables: reflections with their d-spacings, and domains. */

import { element, setText, setVariable } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { panel } from "../core/ui/panel";
import { dataTable, type DataTable } from "../core/ui/table";
import { domainColours } from "./colours";
import { chosen, reach, select, toggle, type Context } from "./context";
import { flags, listedPeaks, numbers, rowOfLabel, rowsOf, spell } from "./data";
import type { Lit } from "./hover";
import { contains, positionOf } from "./toggle";

const PEAK_COLUMNS = ["crystalline", "d_spacing", "d_error", "angle", "family", "probability", "reason", "excess", "sharpness", "intensity"];
const DOMAIN_COLUMNS = ["label", "grain", "family", "d_spacing", "area", "equivalent_diameter", "orientation", "centroid_x", "centroid_y"];

export interface Tables {
  readonly element: HTMLElement;
  readonly peaks: DataTable;
  readonly domains: DataTable;
  showPeaks(): void;
  showDomains(): void;
  showSelection(): void;
  /** what the `view` trait says about the tables */
  showSettings(): void;
  setLit(lit: Lit): void;
}

export function tables(context: Context): Tables {
  const { connection, view, hover } = context;
  let colours = new Map<number, string>();
  let { all_peaks: listed, colour_by: coloured } = view.get();
  const all = element("input", { type: "checkbox", "data-view": "all_peaks", onchange: () => view.save({ all_peaks: all.checked }) });
  const allLabel = element("label.em-check", { title: "Also list noise and what cannot be physical, with the reason" }, all, "All candidates");
  const peakCount = element("span.em-count");
  const domainCount = element("span.em-count");

  const peaks = dataTable({
    name: "peaks",
    caption: "Reflections; with Python, Space or Enter takes a row's peak in or out",
    empty: "No crystalline peaks.",
    columns: PEAK_COLUMNS,
    sorting: view.get().peaks_sorting,
    cell: peakCell,
    onHover: hover.peak,
    onSelect: (row) => select(context, { peak: row }),
    onActivate: (row) => toggle(context, row),
    onSort: (peaks_sorting) => view.save({ peaks_sorting }),
  });
  const domains = dataTable({
    name: "domains",
    caption: "Domains",
    empty: "No domains.",
    columns: DOMAIN_COLUMNS,
    sorting: view.get().domains_sorting,
    cell: domainCell,
    onHover: hover.domain,
    onSelect: (row) => select(context, { domain: numbers(context.reading.domains, "label")[row] }),
    onSort: (domains_sorting) => view.save({ domains_sorting }),
  });

  const leftOut = (row: number): boolean => contains(chosen(context).exclude, positionOf(context.reading.peaks, row), reach(context));

  function peakCell(column: string, row: number): (Node | string)[] | undefined {
    const table = context.reading.peaks;
    if (column === "crystalline") return [useSwitch(row)];
    if (column === "probability") return probabilityBar(numbers(table, column)[row]);
    if (column === "family") return familyMark(numbers(table, column)[row]);
    return column === "reason" && leftOut(row) ? ["taken out by hand"] : undefined;
  }

  function useSwitch(row: number): HTMLElement {
    const table = context.reading.peaks;
    const on = flags(table, "crystalline")[row];
    return element("button.em-switch", {
      role: "switch",
      tabindex: -1,
      "aria-checked": on,
      "aria-label": `Use the peak at d ${spell(table, "d_spacing", row)}`,
      "aria-disabled": !connection.can("exclude"),
      title: connection.can("exclude") ? `Take this peak ${on ? "out" : "in"}` : connection.refusal,
      onclick: () => toggle(context, row),
    });
  }

  function domainCell(column: string, row: number): (Node | string)[] | undefined {
    const value = numbers(context.reading.domains, column)[row];
    if (column === "family") return familyMark(value);
    if (column !== "label") return undefined;
    return [element("span.em-dot", { style: `background:${colours.get(value)}` }), String(value)];
  }

  function showPeaks(): void {
    const table = context.reading.peaks;
    all.checked = listed = view.get().all_peaks;
    peaks.setData(table, listedPeaks(table, listed, leftOut));
    const used = flags(table, "crystalline").filter(Boolean).length;
    setText(peakCount, listed ? `${used} of ${table.rows}` : String(used));
  }

  function showDomains(): void {
    const table = context.reading.domains;
    coloured = view.get().colour_by;
    colours = domainColours(table, coloured);
    domains.setData(table, rowsOf(table));
    setText(domainCount, String(table.rows));
  }

  return {
    element: element(
      "section.em-tables",
      { "aria-label": "Tables" },
      panel("peaks", "d-spacings", peakCount, allLabel, peaks.element),
      panel("domains", "Domains", domainCount, null, domains.element),
    ),
    peaks,
    domains,
    showPeaks,
    showDomains,
    showSettings() {
      const { peaks_sorting, domains_sorting, all_peaks, colour_by } = view.get();
      peaks.setSorting(peaks_sorting);
      domains.setSorting(domains_sorting);
      if (all_peaks !== listed) showPeaks();
      if (colour_by !== coloured) showDomains();
    },
    showSelection() {
      const { selection, domains: table } = context.reading;
      peaks.setSelected(selection.peak);
      domains.setSelected(rowOfLabel(table, selection.domain));
    },
    setLit(lit) {
      peaks.setLit(lit.peaks);
      domains.setLit(lit.domains);
    },
  };
}

function probabilityBar(probability: number | null): Node[] {
  const bar = element("span.em-meter");
  setVariable(bar, "--em-to", probability ?? 0);
  return [bar, element("span", {}, percent(probability))];
}

function familyMark(family: number): string[] {
  return [family < 0 ? "–" : String(family)];
}
