/** What the kernel is doing: progress with a way out, or one plain sentence. */

import { round } from "../maths";
import { element, set, setText, setVariable } from "./dom";
import { iconButton } from "./toolbar";

/** The `status` trait. */
export interface Status {
  state: "idle" | "running" | "cancelled" | "error";
  stage: string;
  fraction: number;
  message: string;
  /** serial number of the result shown */
  result: number;
  /** what Python would take back or do again */
  undo?: string | null;
  redo?: string | null;
}

export interface StatusBar {
  readonly element: HTMLElement;
  update(status: Status): void;
}

/** The style sheet shows progress only after a moment: flashing would distract. */
export function statusBar(onCancel: () => void): StatusBar {
  const bar = element("div.em-progress", { role: "progressbar" });
  const text = element("span.em-status-text", { role: "status" });
  const cancel = iconButton("stop", "Cancel", "Esc", "cancel", onCancel, "Cancel");
  const line = element("div.em-status", {}, bar, text, cancel);
  return {
    element: line,
    update({ state, stage, fraction, message }) {
      const running = state === "running";
      set(line, { "data-state": state });
      bar.hidden = cancel.hidden = !running;
      setVariable(bar, "--em-to", fraction);
      const doing = `${stage || "computing"}…`;
      set(bar, { "aria-valuenow": round(100 * fraction), "aria-label": doing });
      const idle = state === "cancelled" ? "Cancelled; the last result is shown. Move a control to compute again." : message;
      setText(text, running ? doing : idle);
    },
  };
}
