/** What every method says, beside the truth; and in the game, the guess before it. */

import { element, set, setText, setVariable } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { panel } from "../core/ui/panel";
import { type Choice, choices, iconMark } from "../core/ui/toolbar";
import { ask, asked, type Context, isHidden } from "./context";
import type { Prediction } from "./data";
import { guessPanel } from "./guess";
import { answer, brief, question, short } from "./questions";

export interface VerdictPanel {
  readonly element: HTMLElement;
  update(): void;
  next(): void;
}

/** The method that decides. */
export function decisive(predictions: readonly Prediction[], task: string): Prediction | undefined {
  const rows = predictions.filter((row) => row.task === task);
  return rows.find((row) => row.best) ?? rows[0];
}

export function verdictPanel(context: Context): VerdictPanel {
  const tasks = element("div.em-tasks");
  const heading = element("p.em-question");
  const label = element("p.em-answer");
  const chance = element("p.em-answer-chance", { "data-probability": true });
  const why = element("p.em-answer-why");
  const bars = element("div.em-class-bars", { role: "list", "aria-label": "Probability of each class" });
  const needed = element("p.em-needed");
  const main = element("div.em-verdict-main", {}, element("div.em-answer-line", {}, label, chance), why, bars, needed);
  const guess = guessPanel(context);
  const away = element("p.em-note.em-away", {}, "What follows is about the recorded picture, not about the one that you turned to.");
  const box = panel("predictions", "What can be told", null, null, tasks, heading, guess.element, away, main);
  let chooser: ReturnType<typeof choices<string>> | null = null;
  let known = "";

  function showTasks(predictions: readonly Prediction[], task: string): void {
    const names = [...new Set(predictions.map((row) => row.task))];
    if (names.join() !== known) {
      known = names.join();
      chooser = choices("Question", names.map((name): Choice<string> => [name, short(name), question(name)]), (name) => ask(context, name));
      tasks.replaceChildren(chooser.element);
    }
    chooser?.show(task);
    setText(heading, names.length ? question(task) : "Python has not said anything yet.");
  }

  function showMain(row: Prediction | undefined): void {
    main.hidden = !row;
    if (!row) return;
    const { state, uncertain, probabilities, classes, truth } = row;
    const told = state === "ready" && row.label !== "";
    const right = told && truth ? row.label === truth : null;
    set(main, { "data-state": state, "data-uncertain": uncertain });
    setText(label, told ? answer(row.label) : state === "failed" ? "No answer" : state === "ready" ? "Cannot be told" : "Looking…");
    const best = probabilities ? Math.max(...probabilities) : null;
    setText(chance, told ? percent(best) : "");
    const reasons = [told && uncertain && !row.why && "not sure", row.why, told && `by ${row.title.toLowerCase()}`];
    const check = right === null ? null : element("strong.em-check-truth", { "data-right": String(right) }, right ? "✓ right" : `✗ the truth is ${brief(truth)}`);
    why.replaceChildren(element("span", {}, reasons.filter(Boolean).join(" · ")), " ", ...(check ? [check] : []));
    showBars(classes, probabilities, truth);
    needed.hidden = !row.needed;
    needed.replaceChildren(iconMark("bulb"), element("span", {}, element("strong", {}, "To be sure: "), row.needed));
  }

  function showBars(classes: string[], probabilities: number[] | null, truth: string): void {
    const most = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    setVariable(bars, "--em-certainty", context.reading.certainty);
    bars.replaceChildren(
      ...classes.map((name, i) => {
        const part = probabilities?.[i] ?? 0;
        const fill = element("span.em-class-fill");
        setVariable(fill, "--em-part", part);
        return element(
          "div.em-class",
          { role: "listitem", "data-class": name, "data-most": i === most, "data-truth": name === truth },
          element("span.em-class-name", {}, brief(name), name === truth && element("span.em-truth-mark", { title: "The truth" }, "truth")),
          element("span.em-class-bar", { "aria-hidden": true }, fill),
          element("span.em-class-value", {}, probabilities ? percent(part) : "–"),
        );
      }),
    );
  }

  return {
    element: box,
    next: guess.next,
    update() {
      const { predictions } = context.reading;
      const task = asked(context);
      const hidden = isHidden(context);
      showTasks(predictions, task);
      guess.update(decisive(predictions, task));
      set(box, { "data-hidden": hidden });
      if (hidden) main.hidden = true;
      else showMain(decisive(predictions, task));
    },
  };
}
