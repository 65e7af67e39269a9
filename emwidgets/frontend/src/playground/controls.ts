/** The controls in groups that open and close, in the order of the microscope: particle, scan, beam, specimen, detector. */

import { controlRow, type ControlRow, type ControlValue } from "../core/ui/control";
import { element, set, setText } from "../core/ui/dom";
import { selection } from "../core/ui/selection";
import { iconButton } from "../core/ui/toolbar";
import { type Context, isHidden } from "./context";
import { isReading } from "./data";
import { makingPart } from "./making";

interface Group {
  name: string;
  title: string;
  controls: string[];
}

const GROUPS: Group[] = [
  { name: "particle", title: "Particle", controls: ["solid", "a", "b", "c", "depth"] },
  { name: "scan", title: "Turning during the scan", controls: ["turn", "spin_axis", "drift", "line_jitter"] },
  { name: "microscope", title: "Microscope", controls: ["probe", "dose", "atomic_number"] },
  { name: "specimen", title: "Specimen & detector", controls: ["film", "film_roughness", "offset", "gain", "pixel_size", "size"] },
  { name: "make", title: "Make data", controls: [] },
];

/** What no slider can be: what it is called, what it can be, and how that is said. */
const PICKS: Record<string, [label: string, values: readonly (string | number)[], say?: (value: any) => string]> = {
  solid: ["Solid", ["cuboid", "triangular pyramid", "octahedron", "truncated octahedron", "sphere", "ellipsoid"]],
  spin_axis: ["About the axis", ["x", "y", "z"]],
  size: ["Image", [64, 128, 256], (size) => `${size} × ${size} px`],
};

/** Names of all traits that are set here. */
export const CONTROLS = [...GROUPS.flatMap(({ controls }) => controls), "seed"];

export function controlPanel(context: Context): { element: HTMLElement; update(): void; showSettings(): void } {
  const { saver, connection, view } = context;
  const rows = new Map<string, ControlRow>();
  const places = new Map<string, HTMLElement>();
  const making = makingPart(context);
  let showing = false;
  const picks = new Map(Object.entries(PICKS).map(([name, [label, values, say]]) => [name, pick(context, name, label, values, say)]));
  const cut = cutPart(context);
  const noise = iconButton("dice", "New noise", "", "new-noise", renew, "New noise");
  const extras: Record<string, HTMLElement> = { particle: cut.element, specimen: noise, make: making.element };
  const sections = GROUPS.map(({ name, title, controls }) => {
    const body = element("div.em-section-body", {}, ...controls.map((each) => picks.get(each)?.element ?? place(each)), extras[name]);
    return element("details.em-section", { "data-section": name, ontoggle: () => keep() }, element("summary", {}, title), body);
  });
  const nothing = element("p.em-note", { hidden: true }, "A picture of your own: what is known of it is shown; there is nothing to simulate.");
  const box = element("section.em-sections", { "aria-label": "Controls" }, nothing, ...sections);

  function place(name: string): HTMLElement {
    const slot = element("div.em-slot", { hidden: true });
    places.set(name, slot);
    return slot;
  }

  const wanted = (): string[] => GROUPS.map(({ name }) => name).filter((name) => view.get().sections.includes(name));

  /** What a user opened or closed; what `view` did comes here as well, and then there is nothing to keep. */
  function keep(): void {
    const open = GROUPS.map(({ name }) => name).filter((_, i) => sections[i].open);
    if (!showing && open.join() !== wanted().join()) view.save({ sections: open });
  }

  function renew(): void {
    if (context.needsPython()) saver.send({ seed: (saver.latest("seed") + 1) % 2 ** 32 });
  }

  function changed(name: string, value: ControlValue, done: boolean): void {
    saver.queue(name, value);
    if (done) saver.flush();
  }

  function showRow(name: string, slot: HTMLElement): void {
    const spec = context.reading.controls[name];
    slot.hidden = !spec;
    if (!spec) return;
    let row = rows.get(name);
    if (!row) {
      row = controlRow(name, spec, changed, connection);
      rows.set(name, row);
      slot.append(row.element);
    }
    row.update(spec, saver.latest(name));
  }

  return {
    element: box,
    update() {
      const reading = isReading(context.reading);
      nothing.hidden = !reading;
      sections.forEach((section, i) => (section.hidden = reading || (isHidden(context) && GROUPS[i].name === "particle")));
      for (const [name, slot] of places) showRow(name, slot);
      for (const each of picks.values()) each.update();
      set(noise, { "aria-disabled": connection.where !== "live", title: connection.where === "live" ? "The same particle recorded again, with another seed" : connection.refusal });
      cut.update();
      making.update();
    },
    showSettings() {
      const open = wanted();
      showing = true;
      sections.forEach((section, i) => (section.open = open.includes(GROUPS[i].name)));
      showing = false;
    },
  };
}

/** One of a few, in the browser's own list. */
function pick(context: Context, name: string, label: string, values: readonly unknown[], say: (value: any) => string = String): { element: HTMLElement; update(): void } {
  const { saver, connection } = context;
  const known = connection.steps(name) ?? values;
  const list = selection(label, known.map(say), () => saver.send({ [name]: known[list.select.selectedIndex] }));
  set(list.element, { "data-control": name });
  return {
    element: list.element,
    update() {
      list.select.selectedIndex = known.indexOf(saver.latest(name));
      list.freeze(connection.can(name) ? "" : connection.refusal);
    },
  };
}

/** How many corners are cut, and all or none at once. */
function cutPart(context: Context): { element: HTMLElement; update(): void } {
  const { saver, connection } = context;
  const count = element("span");
  const cutAll = (all: boolean): void => {
    const solid = context.reading.shape;
    const corners = solid?.kind === "polyhedron" ? solid.corners.map((_, corner) => corner) : [];
    if (context.needsPython()) saver.send({ corners: all ? corners : [] });
  };
  const none = element("button.em-chip", { "data-action": "cut-none", onclick: () => cutAll(false) }, "none");
  const all = element("button.em-chip", { "data-action": "cut-all", onclick: () => cutAll(true) }, "all");
  const box = element("div.em-cut", { "data-control": "corners" }, count, none, all);
  return {
    element: box,
    update() {
      const { shape, corners } = context.reading;
      const total = shape?.kind === "polyhedron" ? shape.corners.length : 0;
      const frozen = connection.where !== "live";
      box.hidden = !total;
      setText(count, `${corners.length} of ${total} corners cut`);
      for (const button of [none, all]) set(button, { disabled: frozen, title: frozen ? connection.refusal : "Click corners of the solid to cut them one by one" });
    },
  };
}
