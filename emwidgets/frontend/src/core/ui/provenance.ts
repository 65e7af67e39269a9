/** How the result shown was made, written into the files that a reader takes along. */

/** The `provenance` trait; only the title is there from the beginning. */
export interface Provenance {
  title: string;
  digest?: string | null;
  parameters?: Record<string, unknown>;
  versions?: Record<string, string>;
  models?: Record<string, string>;
  date?: string;
}

/** Under the keywords of the PNG specification; the comment is everything, as JSON. */
export function pngTexts(provenance: Provenance, code: string): Record<string, string> {
  const { title, digest, versions, date } = provenance;
  return {
    Title: title,
    Software: `emwidgets ${versions?.emwidgets ?? ""}`.trim(),
    Source: digest ?? "",
    "Creation Time": date ?? "",
    Comment: JSON.stringify({ ...provenance, code }),
  };
}

/** Lines for the head of a table: "# title: …" and so on. */
export function csvHead({ title, digest, parameters, versions, models, date }: Provenance, code: string): string {
  const entries = Object.entries({ title, "sha-256": digest, code, parameters, versions, models, date });
  return entries.map(([name, value]) => (value ? `# ${name}: ${harmless(typeof value === "string" ? value : JSON.stringify(value))}\r\n` : "")).join("");
}

/** On one line; and where a spreadsheet parts it at commas, no cell begins as a formula or a quotation would. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(/([,;])(?=[=+\-@"])/g, "$1 ");
}
