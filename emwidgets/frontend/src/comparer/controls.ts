/** The side column: how the image is restored, whether it is blurred before, and what is saved. */

import { controlRow, type ControlRow, type ControlValue } from "../core/ui/control";
import { element, set, setText } from "../core/ui/dom";
import { blurringPart } from "./blurring";
import { type Context, strength } from "./context";
import { boxOf, sizeText } from "./region";
import { buttonPick } from "./picks";
import { savingPart } from "./saving";

const NETWORKS: [string, string, string][] = [
  ["mrn", "Discriminating", "Restores what is blurred and leaves alone what is sharp"],
  ["mrn-blind", "Blind", "For images out of focus everywhere, by an unknown amount"],
  ["srn", "One blur", "Trained on a single blur width: for images that have just that one"],
];

const TURNS: [number, string, string][] = [
  [1, "1", "Fast, and without uncertainty"],
  [2, "2", "The mean of the image as it is and turned over: with an uncertainty"],
  [4, "4", "The mean of four: less noise, a better uncertainty"],
  [8, "8", "All flips and quarter turns: the best and slowest"],
];

/** `follow` shows another strength at once; `draw` takes up the tool of regions, `picture` saves what is seen. */
export function controlPanel(context: Context, actions: { follow(): void; draw(): void; clear(): void; picture(): void }): { element: HTMLElement; update(): void } {
  const { saver, connection, view } = context;
  const network = buttonPick(context, "network", "Network", NETWORKS);
  const turns = buttonPick(context, "turns", "Averaged orientations", TURNS);
  const strengthSlot = element("div.em-slot", { hidden: true });
  let strengthRow: ControlRow | null = null;
  const where = element("span.em-region-says");
  const draw = element("button.em-chip", { "data-action": "draw-region", onclick: actions.draw }, "draw");
  const whole = element("button.em-chip", { "data-action": "whole-image", title: "The whole image again", onclick: actions.clear }, "clear");
  const region = element("div.em-control.em-region", { "data-control": "region" }, element("span.em-control-label", {}, "Region"), where, draw, whole);
  const blurring = blurringPart(context);
  const saving = savingPart(context, actions.picture);

  /** The browser blends by itself: nobody need answer for the handle to move. */
  const always = { steps: connection.steps, can: () => true, refusal: "" };

  function changed(_: string, value: ControlValue, done: boolean): void {
    const chosen = typeof value === "number" ? value : 1;
    context.held = done ? null : chosen;
    if (!done) return actions.follow();
    if (connection.can("strength")) saver.send({ strength: chosen });
    else view.save({ strength: chosen });
    actions.follow();
  }

  function showStrength(): void {
    const spec = context.reading.controls.strength;
    strengthSlot.hidden = !spec;
    if (!spec) return;
    if (!strengthRow) {
      strengthRow = controlRow("strength", spec, changed, always);
      strengthSlot.append(strengthRow.element);
    }
    strengthRow.update({ ...spec, value: strength(context) }, strength(context));
  }

  function showRegion(): void {
    const { before } = context.reading;
    const box = before && boxOf(before, saver.latest("region") ?? []);
    const frozen = connection.can("region") ? "" : connection.refusal;
    setText(where, box ? sizeText(before, box) : "whole image");
    whole.hidden = !box;
    draw.hidden = Boolean(box);
    set(region, { title: frozen || "Restore only a part of the image; the rest stays as it was", "data-frozen": frozen !== "" });
    for (const button of [draw, whole]) set(button, { disabled: frozen !== "" });
  }

  return {
    element: element(
      "section.em-controls",
      { "aria-label": "Parameters" },
      element("div.em-group", {}, element("h3.em-group-title", {}, "Restoration"), strengthSlot, network.element, turns.element, region),
      blurring.element,
      saving.element,
    ),
    update() {
      showStrength();
      network.update();
      turns.update();
      showRegion();
      blurring.update();
      saving.update();
    },
  };
}
