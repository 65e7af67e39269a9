/** Front end of the fifth analysis: one chart, two sliders, and what every widget has. */

import { createActions } from "../../../../emwidgets/frontend/src/core/ui/actions";
import { axisOver, chart, linePath } from "../../../../emwidgets/frontend/src/core/ui/chart";
import { Cleanup } from "../../../../emwidgets/frontend/src/core/ui/cleanup";
import { controlRow, type ControlRow } from "../../../../emwidgets/frontend/src/core/ui/control";
import { element, set, setText, svg } from "../../../../emwidgets/frontend/src/core/ui/dom";
import { prettyUnit, significant, withUnit } from "../../../../emwidgets/frontend/src/core/ui/format";
import { header, travelShortcuts } from "../../../../emwidgets/frontend/src/core/ui/header";
import { keyboardHelp } from "../../../../emwidgets/frontend/src/core/ui/help";
import { type Model, oncePerFrame } from "../../../../emwidgets/frontend/src/core/ui/model";
import { panel } from "../../../../emwidgets/frontend/src/core/ui/panel";
import { iconButton } from "../../../../emwidgets/frontend/src/core/ui/toolbar";

const LINE = "fill:none;stroke:currentColor;stroke-width:1.5";
const CONTROLS = ["frames", "threshold"];
const TRAITS = [...CONTROLS, "curve", "totals", "controls", "status", "provenance"];

function meter(model: Model, root: HTMLElement): () => void {
  const cleanup = new Cleanup();
  const redrawing = oncePerFrame(redraw);
  const actions = createActions(model, cleanup, redrawing.request);
  const { saver, connection } = actions;
  const drawn = chart("Correlation of the two halves of the series, by frequency");
  const said = element("p.em-said", { "data-said": true, "aria-live": "polite" });
  const rows = new Map<string, ControlRow>();
  const controls = element("section.em-controls", { "aria-label": "Parameters" });
  const help = keyboardHelp([
    ...travelShortcuts(actions),
    ["Escape", "Cancel the computation", () => model.get("status").state === "running" && actions.cancel()],
    ["?", "This table", () => help.open()],
  ]);
  const head = header(actions, null, iconButton("help", "Keyboard and mouse", "?", "help", help.open));
  const columns = "grid-template:'image controls' / minmax(0,1fr) minmax(180px,262px)";
  const body = element("div.em-body", { style: columns }, panel("image", "Ring correlation", null, null, drawn.element, said), controls);
  root.append(head.element, body, actions.toasts, help.element);

  function redraw(): void {
    head.update(model.get("provenance").title || "Resolution", model.get("status"));
    for (const name of CONTROLS) {
      const spec = model.get("controls")[name];
      if (!spec) continue;
      let row = rows.get(name);
      if (!row) {
        row = controlRow(name, spec, (which, value, done) => (saver.queue(which, value), done && saver.flush()), connection);
        rows.set(name, row);
        controls.append(row.element);
      }
      row.update(spec, saver.latest(name));
    }
    showCurve();
    setText(said, model.get("totals").says ?? "");
    for (const node of [root, root.parentElement]) if (node) node.dataset.emResult = String(model.get("status").result);
  }

  function showCurve(): void {
    const { frequency = [], correlation = [], chance = [], unit = "1/px" } = model.get("curve");
    const { limit } = model.get("totals");
    const threshold = saver.latest("threshold");
    set(drawn.element, { "data-limit": limit });
    const across = axisOver(`frequency / ${prettyUnit(unit)}`, [0, ...frequency], false, 0);
    drawn.show(across, axisOver("correlation", [-0.2, 1], false, 0.02), ({ right, down }) => {
      const line = (values: number[]): string => linePath(frequency.map((k: number, i: number) => [right(k), down(values[i])]));
      const end = limit && withUnit(significant(limit), unit.replace("1/", ""));
      return [
        svg("path", { d: line(chance.map((each: number) => 4 * each)), style: `${LINE};opacity:0.35` }),
        svg("path", { class: "em-grid", d: `M0 ${down(threshold)}H4000`, style: "stroke-dasharray:4 3;stroke:currentColor" }),
        limit && svg("path", { class: "em-grid", d: `M${right(1 / limit)} 0V4000`, style: "stroke:currentColor" }),
        limit && svg("text", { x: right(1 / limit) + 5, y: 24 }, end),
        svg("path", { d: line(correlation), style: LINE }),
      ];
    });
  }

  for (const name of TRAITS) cleanup.on(model, `change:${name}`, redrawing.request);
  cleanup.listen(root, "keydown", help.handle);
  redraw();
  return () => {
    cleanup.run();
    saver.flush();
    redrawing.cancel();
    drawn.destroy();
    root.remove();
  };
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const root = element("div.em-root", { tabindex: -1, "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  return meter(model, root);
}

export default { render };
