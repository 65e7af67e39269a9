/** Tables as comma-separated values that a spreadsheet opens without running anything. */

export interface CsvColumn {
  name: string;
  unit: string;
}

const FORMULA = /^[=+\-@\t\r]/;

/** A text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, "CSV injection"); "#" would begin a comment. */
function quoted(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",#\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (typeof value === "boolean") return value ? "true" : "false";
  return quoted(String(value));
}

/** Header "name (unit)", one line a row, CRLF as RFC 4180 has it. */
export function toCsv(columns: CsvColumn[], data: Record<string, ArrayLike<unknown>>, order: number[]): string {
  const header = columns.map(({ name, unit }) => quoted(unit ? `${name} (${unit})` : name));
  const lines = order.map((row) => columns.map(({ name }) => cell(data[name]?.[row])));
  return [header, ...lines].map((line) => line.join(",")).join("\r\n") + "\r\n";
}
