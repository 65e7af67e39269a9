/** What the user did, to be taken back where no Python keeps account of it; by the rule of emwidgets/frontend/history.py. */

import { same } from "./values";

/** One action: what each trait was and what it became. */
export type Step = Record<string, [before: any, after: any]>;

export type Direction = "undo" | "redo";

export interface History {
  record(step: Step): void;
  /** values to set, if there is something to undo or redo, and, where `to` is given, if it leads there */
  move(direction: Direction, to?: Record<string, unknown>): Record<string, unknown> | null;
  /** what that would be */
  label(direction: Direction): string | null;
}

const TOGETHER_MS = 1000;
const LONGEST = 200;

/** `slider` gives the label of a control that a hand moves steadily, and nothing for any other trait. */
export function createHistory(slider: (name: string) => string | undefined): History {
  const steps: Record<Direction, Step[]> = { undo: [], redo: [] };
  /** what the last action moved, if the next one may join it; and when */
  let [moved, at] = ["", 0];

  /** The same for actions that may be one; "" for one that joins none. */
  function kind(step: Step): string {
    const kinds = Object.entries(step).map(([name, change]) => (name === "view" ? name + changedKeys(change) : slider(name) && name));
    return kinds.every(Boolean) ? kinds.join() : "";
  }

  return {
    record(changes) {
      const step = actual(changes);
      if (!Object.keys(step).length) return;
      const now = Date.now();
      const moves = kind(step);
      const last = moves && moves === moved && now - at <= TOGETHER_MS ? steps.undo.pop() : undefined;
      for (const name in last) step[name] = [last[name][0], step[name][1]];
      [moved, at] = [moves, now];
      steps.redo = [];
      // what was dragged back to where it began is no step
      if (Object.keys(actual(step)).length) steps.undo = [...steps.undo, step].slice(-LONGEST);
      else moved = "";
    },
    move(direction, to) {
      const step = steps[direction].at(-1);
      const back = direction === "undo";
      const values = step && Object.fromEntries(Object.entries(step).map(([name, change]) => [name, change[back ? 0 : 1]]));
      if (!values || (to && !same(values, to))) return null;
      moved = "";
      steps[back ? "redo" : "undo"].push(steps[direction].pop()!);
      return values;
    },
    label(direction) {
      const step = steps[direction].at(-1);
      return step ? Object.keys(step).map((name) => slider(name) ?? name[0].toUpperCase() + name.slice(1)).join(", ") : null;
    },
  };
}

/** What differs, but for a selection that followed a new result by itself. */
function actual(step: Step): Step {
  return Object.fromEntries(Object.entries(step).filter(([, [before, after]]) => !same(before, after) && !after?.followed));
}

function changedKeys([before, after]: Step[string]): string {
  return Object.keys({ ...before, ...after }).filter((key) => !same(before[key], after[key])).join();
}
