// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import type { Table } from "../../../emwidgets/frontend/src/core/types";
import { sortedRows } from "../../../emwidgets/frontend/src/core/ui/sorting";
import { dataTable, type DataTableOptions } from "../../../emwidgets/frontend/src/core/ui/table";

const column = (name: string, unit = "", digits: number | null = null) => ({ name, label: name, unit, help: `about ${name}`, digits });

const table: Table = {
  rows: 4,
  columns: [column("d", "nm", 3), column("reason"), column("kx", "1/nm", 1)],
  data: { d: [0.3, null, 0.1, 0.2], reason: ["b10", "a", "<img src=x onerror=alert(1)>", "b9"], kx: [1, -2, 3, -4] },
};
const allRows = [0, 1, 2, 3];

function build(more: Partial<DataTableOptions> = {}) {
  const events = { onHover: vi.fn(), onSelect: vi.fn(), onActivate: vi.fn(), onSort: vi.fn() };
  const made = dataTable({ name: "peaks", caption: "Peaks", empty: "Nothing.", columns: ["d", "reason", "kx"], sorting: null, cell: () => undefined, ...events, ...more });
  document.body.replaceChildren(made.element);
  made.setData(table, allRows);
  const rows = (): HTMLElement[] => [...made.element.querySelectorAll<HTMLElement>("tbody tr")];
  const order = (): number[] => rows().map((row) => Number(row.dataset.row));
  const head = (name: string): HTMLElement => made.element.querySelector(`th[data-column=${name}] button`)!;
  const key = (name: string): void => {
    made.element.querySelector('tr[tabindex="0"]')!.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  };
  return { made, rows, order, head, key, ...events };
}

describe("sorting", () => {
  it("puts what is missing last, whichever way round", () => {
    expect(sortedRows(table, allRows, { column: "d", descending: false })).toEqual([2, 3, 0, 1]);
    expect(sortedRows(table, allRows, { column: "d", descending: true })).toEqual([0, 3, 2, 1]);
  });

  it("sorts text as people do", () => {
    expect(sortedRows(table, [0, 1, 3], { column: "reason", descending: false })).toEqual([1, 3, 0]);
  });

  it("keeps the order of rows without a sorting or with a column that is not there", () => {
    expect(sortedRows(table, [3, 1], null)).toEqual([3, 1]);
    expect(sortedRows(table, [3, 1], { column: "nothing", descending: true })).toEqual([3, 1]);
  });
});

describe("a data table", () => {
  it("shows units in the header, fixed decimals, and a dash for what is missing", () => {
    const { made, rows } = build();
    expect(made.element.querySelector("th")!.textContent).toBe("d nm");
    expect(made.element.querySelector("th[data-column=kx]")!.textContent).toBe("kx nm⁻¹");
    expect(rows()[0].textContent).toBe("0.300b101.0");
    expect(rows()[1].querySelector("td")!.textContent).toBe("–");
  });

  it("sorts by a click on a header, numbers largest first, then the other way round", () => {
    const { head, order, made, onSort } = build();
    head("kx").click();
    expect(order()).toEqual([2, 0, 1, 3]);
    expect(made.element.querySelector("th[data-column=kx]")!.getAttribute("aria-sort")).toBe("descending");
    head("kx").click();
    expect(order()).toEqual([3, 1, 0, 2]);
    expect(onSort).toHaveBeenLastCalledWith({ column: "kx", descending: false });
  });

  it("walks with the arrow keys and activates with Enter and Space", () => {
    const { key, onSelect, onActivate } = build();
    key("ArrowDown");
    expect(onSelect).toHaveBeenLastCalledWith(1);
    key("End");
    expect(onSelect).toHaveBeenLastCalledWith(3);
    key("ArrowDown");
    expect(onSelect).toHaveBeenLastCalledWith(3);
    key("Enter");
    key(" ");
    expect(onActivate.mock.calls).toEqual([[3], [3]]);
    key("Home");
    expect(onSelect).toHaveBeenLastCalledWith(0);
  });

  it("reports the row under the pointer and when it leaves", () => {
    const { rows, made, onHover } = build();
    rows()[2].dispatchEvent(new Event("mouseover", { bubbles: true }));
    expect(onHover).toHaveBeenLastCalledWith(2);
    made.element.querySelector("tbody")!.dispatchEvent(new Event("mouseleave"));
    expect(onHover).toHaveBeenLastCalledWith(null);
  });

  it("marks what is lit and what is selected, and keeps it over a redraw", () => {
    const { made, rows, head } = build();
    made.setLit(new Set([1, 2]));
    made.setSelected(3);
    head("d").click();
    const state = Object.fromEntries(rows().map((row) => [row.dataset.row, [row.classList.contains("em-lit"), row.getAttribute("aria-selected")]]));
    expect(state).toEqual({ 0: [false, "false"], 1: [true, "false"], 2: [true, "false"], 3: [false, "true"] });
  });

  it("keeps the keyboard's place when the data change", () => {
    const { made, rows, key } = build();
    rows()[0].focus();
    key("ArrowDown");
    made.setData({ ...table }, allRows);
    expect((document.activeElement as HTMLElement).dataset.row).toBe("1");
  });

  it("draws 500 rows of many, and the others when asked", () => {
    const { made, rows } = build();
    const many: Table = { ...table, rows: 1200, data: { ...table.data, d: Array.from({ length: 1200 }, (_, i) => i) } };
    made.setData(many, [...Array(1200).keys()]);
    expect(rows()).toHaveLength(500);
    expect(made.csv().split("\r\n")).toHaveLength(1202);
    const more = [...made.element.querySelectorAll("button")].find((button) => button.textContent!.includes("1200"))!;
    more.click();
    expect(rows()).toHaveLength(1200);
  });

  it("says so when there is nothing", () => {
    const { made } = build();
    made.setData({ columns: table.columns, rows: 0, data: {} }, []);
    expect(made.element.querySelector<HTMLElement>(".em-table-empty")!.hidden).toBe(false);
  });

  it("never takes text for markup", () => {
    const { made } = build();
    expect(made.element.querySelector("img")).toBeNull();
    expect(made.element.textContent).toContain("<img src=x onerror=alert(1)>");
  });
});
