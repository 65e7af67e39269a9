/** Handing files and text to the reader, without a server. */

import { element } from "./dom";

/** A file name from a title: letters and digits of any script stay, the rest becomes one hyphen. */
export function fileName(title: string, what: string): string {
  const stem = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+/, "").slice(0, 60);
  return `${stem ? `${stem}-` : ""}${what}`.replace(/-+/g, "-");
}

export function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  element("a", { href: url, download: name }).click();
  // the browser needs the address until it has begun to read
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The byte order mark lets spreadsheets read "⁻¹" and "²" as UTF-8. */
export function csvFile(...texts: string[]): Blob {
  return new Blob(["\ufeff", ...texts], { type: "text/csv;charset=utf-8" });
}

/** The clipboard API is missing on pages served without TLS; a hidden field then does it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element("textarea.em-hidden");
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
