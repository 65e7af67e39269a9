/** Below each widget: how its result was made, folded away, from the traits `provenance` and `code`. */

import { copyText } from "../core/ui/download";
import { type Child, element, setText } from "../core/ui/dom";
import type { Provenance } from "../core/ui/provenance";
import type { PageModel } from "./model";

/** The `provenance` trait; what is not known is not there. */
type Known = Partial<Provenance> & { function?: string };

export function about(model: PageModel): HTMLElement {
  const list = element("dl.em-page-facts");
  const code = element("code", { "data-about": "code" });
  const said = element("span", { role: "status" });
  const copy = element("button.em-page-copy", { "data-about": "copy", onclick: () => void copyCode() }, "Copy Python code");

  async function copyCode(): Promise<void> {
    const copied = await copyText(model.get("code"));
    setText(said, copied ? "Copied" : "The browser does not allow copying; select the code above");
  }

  function show(): void {
    list.replaceChildren(...facts(model.get("provenance") ?? {}));
    setText(code, model.get("code") ?? "");
    setText(said, "");
  }

  model.on("change:provenance change:code", show);
  show();
  const summary = element("summary", {}, "How this was made");
  return element("details.em-page-about", {}, summary, list, element("pre", { tabindex: 0, role: "group", "aria-label": "Python code" }, code), element("p.em-page-copying", {}, copy, said));
}

function facts({ title, digest, function: name, parameters, versions, models, date }: Known): Node[] {
  return [
    ...fact("Input", "title", title),
    ...fact("SHA-256 of its pixels", "digest", digest && hash(digest)),
    ...fact("Function", "function", name && element("code", {}, name)),
    ...fact("Parameters", "parameters", pairs(parameters, (value) => python(value))),
    ...fact("Versions", "versions", pairs(versions)),
    ...fact("Networks", "models", pairs(models, hash)),
    ...fact("Computed", "date", date && element("time", { datetime: date }, moment(date))),
  ];
}

/** A term and what it says; nothing where nothing is known. Names of files may be written from right to left. */
function fact(term: string, name: string, says: Child): Node[] {
  if (!says) return [];
  return [element("dt", {}, term), element("dd", { "data-about": name, dir: "auto" }, says)];
}

/** All digits are there to be copied; the style sheet shows the first. */
function hash(digest: string): HTMLElement {
  return element("code.em-page-digest", { title: digest }, digest);
}

/** "name value" of each entry; null without any. */
function pairs<T>(entries: Record<string, T> | undefined, show: (value: T) => Child = String): HTMLElement | null {
  const all = Object.entries(entries ?? {}).map(([name, value]) => element("li", {}, `${name} `, element("code", {}, show(value))));
  return all.length ? element("ul", {}, ...all) : null;
}

/** As Python would write it. */
function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${python(each)}`).join(", ")}}`;
  return JSON.stringify(value);
}

/** "2026-03-01T09:30:00+00:00" to the minute. */
function moment(date: string): string {
  return date.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:[\d.]+)?(\+00:00|Z)$/, "$1, $2 UTC");
}

/** The last line of the page. */
export function colophon(version: string, written: string): HTMLElement {
  const date = element("time", { datetime: written }, day(written));
  return element("p.em-page-colophon", {}, `Page written by emwidgets ${version} on `, date, "; no Python runs here.");
}

function day(written: string): string {
  const date = new Date(written);
  if (Number.isNaN(date.getTime())) return written;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
