/** "Blur it first": the image is put out of focus as one likes, so that the truth is known and the restoration can be judged. */

import { controlRow, type ControlRow } from "../core/ui/control";
import { element, set } from "../core/ui/dom";
import { iconButton } from "../core/ui/toolbar";
import type { Context } from "./context";
import { listPick } from "./picks";

const SHAPES: [string, string, string][] = [
  ["gaussian", "Gaussian", "A soft spot: a probe limited by aberrations"],
  ["disc", "disc", "A sharp-edged disc: plain defocus"],
  ["astigmatic", "astigmatic", "Longer in one direction: the stigmator is off"],
];

const PLACES: [string, string, string][] = [
  ["everywhere", "everywhere", "The same everywhere"],
  ["tilt", "tilted specimen", "Sharp along a line, more blurred away from it"],
  ["step", "step in depth", "Terraces, of which one is in focus"],
  ["random", "patches", "Smooth random patches"],
];

const SLIDERS = ["blur_sigma", "blur_noise"];

export function blurringPart(context: Context): { element: HTMLElement; update(): void } {
  const { saver, connection } = context;
  const rows = new Map<string, ControlRow>();
  const onOff = element("button.em-switch", { role: "switch", "data-action": "blur", "aria-label": "Blur it first", onclick: toggle });
  const picks = [listPick(context, "blur_where", "Where", PLACES), listPick(context, "blur_shape", "Spot", SHAPES)];
  const slots = SLIDERS.map(() => element("div.em-slot"));
  const again = iconButton("again", "Another one: other noise, and other patches", "", "blur-seed", renew, "Another one");
  const inside = element("div.em-blurring", { hidden: true }, picks[0].element, picks[1].element, ...slots, again);
  const head = element("div.em-switch-line", { "data-control": "blur" }, element("h3.em-group-title", {}, "Blur it first"), onOff);
  const hint = element("p.em-note", {}, "Blurs your image before it is restored, so that the result can be compared with the truth.");

  function toggle(): void {
    saver.send({ blur: !saver.latest("blur") });
  }

  function renew(): void {
    if (context.needsPython()) saver.send({ blur_seed: ((saver.latest("blur_seed") ?? 0) + 1) % 2 ** 31 });
  }

  function showRow(name: string, slot: HTMLElement): void {
    const spec = context.reading.controls[name];
    slot.hidden = !spec;
    if (!spec) return;
    let row = rows.get(name);
    if (!row) {
      row = controlRow(name, spec, (which, value, done) => {
        saver.queue(which, value);
        if (done) saver.flush();
      }, connection);
      rows.set(name, row);
      slot.append(row.element);
    }
    row.update(spec, saver.latest(name));
  }

  return {
    element: element("div.em-group", {}, head, hint, inside),
    update() {
      const on = saver.latest("blur") === true;
      const frozen = !connection.can("blur");
      set(onOff, { "aria-checked": on, "aria-disabled": frozen, disabled: frozen });
      set(head, { "data-frozen": frozen, title: frozen ? connection.refusal : "Put the image out of focus on purpose: then the truth is known" });
      hint.hidden = on;
      inside.hidden = !on;
      for (const each of picks) each.update();
      SLIDERS.forEach((name, i) => showRow(name, slots[i]));
      set(again, { "aria-disabled": connection.where !== "live" });
    },
  };
}
