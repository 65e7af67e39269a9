/** The side column: sliders in the order of the analysis, so that one sees what a change sets in motion. */

import { controlRow, type ControlRow, type ControlValue } from "../core/ui/control";
import { element, setText } from "../core/ui/dom";
import { chosen, type Context } from "./context";

export const GROUPS: [title: string, help: string, names: string[]][] = [
  ["Peaks", "Which spots of the spectrum are candidates", ["d_range"]],
  ["Mixture", "Which candidates are crystalline, which are noise", ["threshold"]],
  ["Filtering", "Where in the image each reflection comes from", ["aperture", "amplitude"]],
  ["Clustering", "Which pixels belong together", ["eps", "min_samples"]],
  ["Domains", "Which clusters count", ["min_area"]],
];

/** `preview` may draw at once what a slider means, before Python has answered. */
export function controlPanel(
  context: Context,
  preview: (name: string, value: ControlValue) => void,
): { element: HTMLElement; update(): void } {
  const rows = new Map<string, ControlRow>();
  const sections = new Map<string, HTMLElement>();
  const byHandText = element("span");
  const undo = element("button.em-link", { onclick: () => context.needsPython() && context.saver.send({ include: [], exclude: [] }) }, "Undo all");
  const byHand = element("p.em-note", {}, byHandText, " ", undo);
  const calibration = element("details.em-group.em-disclosure", {}, element("summary", {}, "Calibration"));
  const panel = element("section.em-controls", { "aria-label": "Parameters" });
  for (const [title, help, names] of GROUPS) {
    const section = element("div.em-group", {}, element("h3.em-group-title", { title: help }, title));
    for (const name of names) sections.set(name, section);
    panel.append(section);
  }
  sections.set("pixel_size", calibration);
  panel.append(calibration);
  let asked = false;

  function changed(name: string, value: ControlValue, done: boolean): void {
    preview(name, value);
    context.saver.queue(name, value);
    if (done) context.saver.flush();
  }

  /** An image without a scale asks for one; a calibrated one keeps the field folded away. */
  function openCalibration(): void {
    const wanted = context.reading.image?.axes.x.unit === "px" || context.saver.latest("pixel_size") !== null;
    if (wanted && !asked) calibration.open = true;
    asked ||= wanted;
  }

  function showByHand(): void {
    const { include, exclude } = chosen(context);
    setText(byHandText, `By hand: ${include.length} taken in, ${exclude.length} out.`);
    byHand.hidden = include.length + exclude.length === 0;
  }

  return {
    element: panel,
    update() {
      for (const [name, section] of sections) {
        const spec = context.reading.controls[name];
        section.hidden = !spec;
        if (!spec) continue;
        let row = rows.get(name);
        if (!row) {
          row = controlRow(name, spec, changed, context.connection);
          rows.set(name, row);
          section.append(row.element);
          if (name === "threshold") section.append(byHand);
        }
        row.update(spec, context.saver.latest(name));
      }
      openCalibration();
      showByHand();
    },
  };
}
