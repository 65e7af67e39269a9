/** The answer, how each method came to it, and the user's own. */

import { controlRow, type ControlRow } from "../core/ui/control";
import { element, set, setText } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { panel } from "../core/ui/panel";
import { type Choice, choices, iconButton } from "../core/ui/toolbar";
import { type Context, correct, correctionOf } from "./context";
import type { Label, Verdict } from "./data";
import { glyph, NAMES, show } from "./glyphs";
import { memberBars } from "./members";

const VOTES: Choice<string>[] = [
  ["soft", "Soft vote", "Mean of the calibrated probabilities"],
  ["hard", "Hard vote", "Majority of the labels"],
];

const KEYS: Record<Label, string> = { ring: "r", spot: "s" };

export interface VerdictPanel {
  readonly element: HTMLElement;
  update(): void;
}

export function verdictPanel(context: Context): VerdictPanel {
  const { saver, connection } = context;
  const sign = glyph("pending");
  const label = element("p.em-verdict-label");
  const probability = element("p.em-verdict-probability", { "data-probability": true });
  const why = element("p.em-verdict-why");
  const box = element("div.em-verdict", {}, sign, label, probability, why);

  const buttons = (["ring", "spot"] as const).map((of) => {
    const button = element(
      "button.em-button.em-label-button",
      { "data-label-button": of, onclick: () => correct(context, of) },
      glyph(of),
      NAMES[of],
      element("kbd", { "aria-hidden": true }, KEYS[of]),
    );
    return { of, button };
  });
  const undo = iconButton("undo", "Undo correction", "Backspace", "uncorrect", () => correct(context, null), "Undo");
  const count = element("span.em-unit", { "data-total": "corrections" });
  const labelling = element(
    "div.em-labelling",
    { role: "group", "aria-label": "Your label" },
    element("span.em-bar-name", {}, "Your label"),
    ...buttons.map(({ button }) => button),
    undo,
  );

  const bars = memberBars((method) => {
    if (connection.can("method")) saver.send({ method });
    else context.toast(connection.refusal);
  });
  const votes = choices("Vote", VOTES, (vote) => saver.send({ vote }));
  const voting = element("div.em-control", { "data-control": "vote" }, votes.element);
  const controls = element("div.em-group", { "aria-label": "Parameters", role: "group" }, voting);
  let certainty: ControlRow | null = null;

  function showVerdict(verdict: Verdict | null): void {
    const { label: says = "", uncertain = false, corrected = false, provisional = false, problem = "" } = verdict ?? {};
    set(box, {
      "data-verdict": says,
      "data-uncertain": uncertain,
      "data-corrected": corrected,
      "data-provisional": provisional,
      "data-problem": problem !== "",
    });
    const kind = !says ? (problem ? "problem" : "pending") : uncertain && !corrected ? "uncertain" : says;
    show(sign, kind);
    setText(label, kind === "pending" ? "Looking…" : NAMES[kind]);
    setText(probability, says && !corrected ? percent(verdict!.probability) : "");
    const lines = [
      problem,
      corrected && "by your correction",
      kind === "uncertain" && [`more like ${says}`, verdict!.why].filter(Boolean).join(" · "),
      provisional && "rules only so far, networks are loading",
    ];
    why.replaceChildren(...lines.filter(Boolean).map((line) => element("span", {}, line)));
  }

  function showLabelling(): void {
    const own = correctionOf(context);
    const refusal = connection.where === "live" ? "" : connection.refusal;
    const total = Object.keys(saver.latest("corrections")).length;
    set(labelling, { "data-frozen": refusal !== "", title: refusal });
    for (const { of, button } of buttons) {
      set(button, { "aria-pressed": own === of, "aria-disabled": refusal !== "", title: refusal || `This is a ${of} pattern (${KEYS[of]})` });
    }
    undo.hidden = own === null;
    set(undo, { "aria-disabled": refusal !== "" });
    setText(count, total ? `${total} corrected` : "");
  }

  function showControls(): void {
    const { controls: specs } = context.reading;
    const frozen = !connection.can("vote");
    votes.show(saver.latest("vote"));
    set(voting, { "data-frozen": frozen, title: frozen ? connection.refusal : "" });
    for (const input of voting.querySelectorAll("input")) set(input, { disabled: frozen });
    if (!specs.certainty) return;
    if (!certainty) {
      certainty = controlRow(
        "certainty",
        specs.certainty,
        (name, value, done) => {
          bars.setCertainty(value as number);
          saver.queue(name, value);
          if (done) saver.flush();
        },
        connection,
      );
      controls.append(certainty.element);
    }
    certainty.update(specs.certainty, saver.latest("certainty"));
    bars.setCertainty(saver.latest("certainty"));
  }

  return {
    element: panel("verdict", "Verdict", null, count, box, labelling, bars.element, controls),
    update() {
      const { members, verdict } = context.reading;
      showVerdict(verdict);
      showLabelling();
      bars.update(members, saver.latest("method"), connection.can("method") ? "" : connection.refusal);
      showControls();
    },
  };
}
