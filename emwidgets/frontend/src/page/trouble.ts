/** One plain sentence where otherwise there would be nothing. */

import { element } from "../core/ui/dom";

export const TOO_OLD =
  "This browser is too old to unpack the page; open it in Chrome or Edge 111, Firefox 115, Safari 16.4, or anything newer.";

export function damaged(what: "page" | "widget"): string {
  return `This ${what} is damaged and cannot be shown; get a new copy of the file.`;
}

/** Announced by screen readers, too. `cause` is for those who look closer. */
export function trouble(sentence: string, cause?: unknown): HTMLElement {
  return element("p.em-page-trouble", { role: "alert", title: cause === undefined ? null : String(cause) }, sentence);
}
