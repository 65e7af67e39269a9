/** A part of a widget with a heading. */

import { type Child, element } from "./dom";

/** `count` stands behind the title, `tools` at the other end of the line, `content` below. */
export function panel(name: string, title: string, count: Child, tools: Child, ...content: Child[]): HTMLElement {
  const head = element("header.em-panel-head", {}, element("h2.em-panel-title", {}, `${title} `, count), tools);
  return element(`section.em-panel.em-panel-${name}`, { "aria-label": title }, head, ...content);
}
