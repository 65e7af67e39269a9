/** Guess first, then reveal: a game with a score, for lessons. */

import { element, set, setText } from "../core/ui/dom";
import { type Context, isGame, isHidden } from "./context";
import type { Prediction } from "./data";
import { draw } from "./draw";
import { answer, brief } from "./questions";

export interface GuessPanel {
  readonly element: HTMLElement;
  update(row: Prediction | undefined): void;
  /** another particle, at random */
  next(): void;
}

export function guessPanel(context: Context): GuessPanel {
  const { view, saver } = context;
  const buttons = element("div.em-guesses", { role: "group", "aria-label": "Your guess" });
  const result = element("p.em-guess-result", { role: "status" });
  const score = element("span.em-score");
  const nextButton = element("button.em-button.em-solid-button", { "data-action": "next-particle", onclick: next }, "Next particle");
  const box = element("div.em-guess", { hidden: true }, buttons, result, element("div.em-guess-foot", {}, score, nextButton));
  let row: Prediction | undefined;
  let made = "";

  function choose(name: string): void {
    const { revealed, score: before } = view.get();
    if (revealed || !row) return;
    // what has no answer is no question: it is shown, and not counted
    const counts = row.truth !== "";
    view.save({
      guess: name,
      revealed: true,
      score: { right: before.right + Number(counts && name === row.truth), asked: before.asked + Number(counts) },
    });
  }

  function next(): void {
    if (!context.needsPython()) return;
    const task: string = saver.latest("task");
    saver.send({ ...draw(task), seed: (saver.latest("seed") + 1) % 2 ** 32, view: { ...saver.latest("view"), teach: "guess", guess: null, revealed: false, turned: null } });
  }

  function showButtons(classes: string[]): void {
    if (classes.join() !== made) {
      made = classes.join();
      set(buttons, { "data-long": classes.some((name) => brief(name).length > 2) });
      buttons.replaceChildren(
        ...classes.map((name) => element("button.em-button.em-guess-button", { "data-guess": name, onclick: () => choose(name) }, brief(name))),
      );
    }
    const { guess, revealed } = view.get();
    classes.forEach((name, i) =>
      set(buttons.children[i], { "aria-pressed": guess === name, "aria-disabled": revealed, "data-truth": revealed && name === row?.truth }),
    );
  }

  return {
    element: box,
    next,
    update(of) {
      row = of;
      const { guess, score: points } = view.get();
      box.hidden = !isGame(context);
      if (box.hidden) return;
      showButtons(row?.classes ?? []);
      const { truth = "" } = row ?? {};
      const right = guess !== null && guess === truth;
      set(result, { "data-right": isHidden(context) || !truth ? null : String(right) });
      setText(result, isHidden(context) ? "Look at the picture, then choose." : outcome(guess, truth, row));
      setText(score, points.asked ? `${points.right} of ${points.asked} right` : "");
      set(nextButton, { "aria-disabled": context.connection.where !== "live", title: context.connection.where === "live" ? "Another particle in another orientation (n)" : context.connection.refusal });
    },
  };
}

function outcome(guess: string | null, truth: string, row: Prediction | undefined): string {
  if (!truth) return "This particle has no answer to that question.";
  const you = guess === truth ? "Right" : "Not quite";
  const machine = row?.state === "ready" && row.label ? (row.uncertain ? "; the machine is not sure either" : row.label === truth ? "; so says the machine" : `; the machine says ${brief(row.label)}`) : "";
  return `${you}: ${answer(truth)}${machine}.`;
}
