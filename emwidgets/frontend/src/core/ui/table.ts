/** A sortable table that mouse, keys and screen readers can walk. */

import { clamp } from "../maths";
import type { Column, Table } from "../types";
import { toCsv } from "./csv";
import { element, set, setText } from "./dom";
import { fixed, prettyUnit } from "./format";
import { sortedRows, type Sorting } from "./sorting";
import { same } from "./values";

export interface DataTableOptions {
  /** `data-table` attribute and caption for screen readers */
  name: string;
  caption: string;
  /** shown when there are no rows */
  empty: string;
  /** columns to draw, in this order */
  columns: string[];
  sorting: Sorting | null;
  /** own content of a cell; undefined for the plain one */
  cell: (column: string, row: number) => (Node | string)[] | undefined;
  onHover: (row: number | null) => void;
  onSelect: (row: number) => void;
  /** Enter, Space */
  onActivate?: (row: number) => void;
  onSort: (sorting: Sorting) => void;
}

export interface DataTable {
  readonly element: HTMLElement;
  /** `rows` may leave out some of the table's */
  setData(data: Table, rows: readonly number[]): void;
  /** as a trait has it, which also follows the reader's own choice */
  setSorting(next: Sorting | null): void;
  setLit(rows: ReadonlySet<number>): void;
  setSelected(row: number | null): void;
  /** all columns of the listed rows in the order shown, whether drawn or not */
  csv(): string;
}

/** More rows than anyone reads would make every redraw slow; the rest is in the CSV, and a click away. */
const DRAWN_ROWS = 500;

export function dataTable(options: DataTableOptions): DataTable {
  let data: Table = { columns: [], rows: 0, data: {} };
  let listed: readonly number[] = [];
  let order: number[] = [];
  let sorting = options.sorting;
  let drawn = DRAWN_ROWS;
  let focused = 0;
  let selected: number | null = null;
  let lit: ReadonlySet<number> = new Set();
  let headFor = "";
  let lines: HTMLTableRowElement[] = [];

  const head = element("tr", { onclick: sortBy });
  const body = element("tbody", {
    onmouseover: (event) => options.onHover(rowOf(event)),
    onmouseleave: () => options.onHover(null),
    onfocusin: (event) => options.onHover(rowOf(event)),
    onfocusout: () => options.onHover(null),
    onclick: clicked,
    onkeydown: pressed,
  });
  const caption = element("caption.em-hidden", {}, options.caption);
  const table = element("table.em-table", { role: "grid", "data-table": options.name }, caption, element("thead", {}, head), body);
  const notice = element("p.em-table-empty", {}, options.empty);
  const more = element("button.em-link", { onclick: drawAll });
  const scroller = element("div.em-table-scroll", {}, table, notice, more);

  const columns = (): Column[] =>
    options.columns.flatMap((name) => data.columns.find((column) => column.name === name) ?? []);

  const numeric = (name: string): boolean => typeof data.data[name]?.find((value) => value !== null) === "number";

  function drawHead(): void {
    const wanted = columns();
    const signature = wanted.map(({ name, unit, label }) => name + unit + label + numeric(name)).join();
    if (signature !== headFor) {
      headFor = signature;
      head.replaceChildren(...wanted.map(heading));
    }
    for (const th of head.children) {
      const active = sorting?.column === th.getAttribute("data-column");
      set(th, { "aria-sort": !active ? "none" : sorting!.descending ? "descending" : "ascending" });
    }
  }

  function heading({ name, label, unit, help }: Column): HTMLElement {
    const unitText = unit && element("span.em-unit", {}, ` ${prettyUnit(unit)}`);
    const button = element("button.em-sort", { title: help }, label, unitText);
    return element(numeric(name) ? "th.em-numeric" : "th", { scope: "col", "data-column": name }, button);
  }

  function sortBy(event: MouseEvent): void {
    const column = (event.target as Element).closest("button")?.parentElement?.dataset.column;
    if (!column) return;
    // numbers are most often wanted largest first
    const descending = sorting?.column === column ? !sorting.descending : numeric(column);
    sorting = { column, descending };
    draw();
    options.onSort(sorting);
  }

  function draw(): void {
    const had = focusInside();
    order = sortedRows(data, listed, sorting);
    focused = clamp(focused, 0, order.length - 1);
    drawHead();
    const shown = columns();
    lines = order.slice(0, drawn).map((row, position) => drawRow(row, position, shown));
    body.replaceChildren(...lines);
    notice.hidden = order.length > 0;
    more.hidden = order.length <= drawn;
    setText(more, `Show all ${order.length} rows`);
    mark();
    // redrawing must not throw a keyboard user out of the table
    if (had) body.querySelector<HTMLElement>(had)?.focus({ preventScroll: true });
  }

  function focusInside(): string | null {
    const active = (body.getRootNode() as Document | ShadowRoot).activeElement;
    const row = active && body.contains(active) && active.closest<HTMLElement>("tr")?.dataset.row;
    return row ? `tr[data-row="${row}"]${active.tagName === "BUTTON" ? " button" : ""}` : null;
  }

  function drawAll(): void {
    drawn = Infinity;
    draw();
  }

  function drawRow(row: number, position: number, shown: Column[]): HTMLTableRowElement {
    const cells = shown.map(({ name, digits }) => {
      const content = options.cell(name, row) ?? [plain(data.data[name]?.[row], digits)];
      return element(numeric(name) ? "td.em-numeric" : "td", { "data-column": name }, ...content);
    });
    return element("tr", { "data-row": row, tabindex: position === focused ? 0 : -1 }, ...cells);
  }

  function mark(): void {
    for (const tr of lines) {
      const row = Number(tr.dataset.row);
      set(tr, { "aria-selected": row === selected });
      tr.classList.toggle("em-lit", lit.has(row));
    }
  }

  function rowOf(event: Event): number | null {
    const row = (event.target as Element).closest("tr")?.dataset.row;
    return row === undefined ? null : Number(row);
  }

  function clicked(event: MouseEvent): void {
    const row = rowOf(event);
    if (row === null) return;
    focusOn(order.indexOf(row));
    // a switch inside a row has its own meaning
    if (!(event.target as Element).closest("button")) options.onSelect(row);
  }

  function pressed(event: KeyboardEvent): void {
    const last = order.length - 1;
    const steps: Record<string, number> = { ArrowDown: focused + 1, ArrowUp: focused - 1, Home: 0, End: last };
    const target = steps[event.key];
    if (target !== undefined) {
      focusOn(clamp(target, 0, last))?.focus();
      options.onSelect(order[focused]);
    } else if (options.onActivate && "Enter ".includes(event.key) && (event.target as Element).tagName === "TR") {
      options.onActivate(order[focused]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function focusOn(position: number): HTMLElement | undefined {
    if (position >= drawn) drawAll();
    if (!lines[position]) return undefined;
    set(lines[focused], { tabindex: -1 });
    focused = position;
    return set(lines[position], { tabindex: 0 });
  }

  return {
    element: scroller,
    setData(next, rows) {
      data = next;
      listed = rows;
      draw();
    },
    setSorting(next) {
      if (same(next, sorting)) return;
      sorting = next;
      draw();
    },
    setLit(rows) {
      lit = rows;
      mark();
    },
    setSelected(row) {
      selected = row;
      mark();
      const tr = row !== null && lines[order.indexOf(row)];
      // by hand, for scrollIntoView would move the page as well
      if (!tr) return;
      const top = tr.offsetTop - head.offsetHeight;
      const bottom = tr.offsetTop + tr.offsetHeight - scroller.clientHeight;
      scroller.scrollTop = clamp(scroller.scrollTop, bottom, top);
    },
    csv: () => toCsv(data.columns, data.data, order),
  };
}

function plain(value: unknown, digits: number | null): string {
  if (typeof value === "number") return fixed(value, digits ?? 0);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? "–" : String(value);
}
