/** A stack has one more slider, in the header; a single frame none. */

import type { Connection } from "./connection";
import { controlRow, type ControlRow, type ControlSpec, type ControlValue } from "./control";
import { element } from "./dom";

export interface FrameRow {
  readonly element: HTMLElement;
  update(spec: ControlSpec): void;
}

export function frameRow(
  saver: { queue(name: string, value: ControlValue, done: boolean): void; latest(name: string): any },
  connection: Connection,
): FrameRow {
  const slot = element("div.em-frame");
  let row: ControlRow | null = null;

  return {
    element: slot,
    update(spec) {
      if ((slot.hidden = !spec?.max)) return;
      if (!row) slot.append((row = controlRow("frame", spec, saver.queue, connection)).element);
      row.update(spec, saver.latest("frame"));
    },
  };
}
