/** Building elements without a template language: text is always text, never markup. */

export type Child = Node | string | null | undefined | false;
export type Attributes = Record<string, string | number | boolean | null | undefined | ((event: any) => void)>;

/**
 * Set attributes, and listeners ("onclick": function). `true` sets one empty; `false`, `null` and
 * `undefined` remove it, but for aria-, where false is an answer.
 */
export function set<N extends Element>(node: N, attributes: Attributes): N {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined) node.removeAttribute(name);
    else if (typeof value === "boolean" && !name.startsWith("aria")) node.toggleAttribute(name, value);
    else node.setAttribute(name, String(value));
  }
  return node;
}

/** Elements that take the keyboard by themselves. */
const KEYED = new Set(["button", "dialog", "input", "select", "summary", "textarea"]);

/** `element("p.em-note.em-wide", {title: "…"}, "text")`; listeners given here go with the element. */
export function element<K extends keyof HTMLElementTagNameMap>(
  what: K | `${K}.${string}`,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag) as HTMLElementTagNameMap[K];
  if (classes.length) node.className = classes.join(" ");
  // without one it would send a form of the host
  if (tag === "button") node.setAttribute("type", tag);
  // JupyterLab looks for its own keys from the target upwards, so that a mark on the root would come too late
  if (KEYED.has(tag) || "tabindex" in attributes) node.dataset.lmSuppressShortcuts = "true";
  fill(set(node, attributes), children);
  return node;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes), children);
}

function fill<N extends Element>(node: N, children: Child[]): N {
  for (const child of children) if (child) node.append(child);
  return node;
}

/** Writes only when the text differs, so that a live region is not announced twice. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A CSS variable on one element. */
export function setVariable(node: HTMLElement, name: string, value: number | string): void {
  node.style.setProperty(name, String(value));
}

/** Each widget on a page runs the bundle anew, so that a counter alone would begin at 1 for each of them. */
const [RUN] = crypto.getRandomValues(new Uint32Array(1));
let lastId = 0;

/** For ids, which tie labels to fields, and for names of radio groups: no two on a page may be the same. */
export function uniqueId(): string {
  lastId += 1;
  return `em-${RUN.toString(36)}-${lastId}`;
}
