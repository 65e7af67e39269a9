/** Keys of the viewer; those without an action belong to a picture or the gallery and are listed only. */

import { travelShortcuts } from "../core/ui/header";
import type { Shortcut } from "../core/ui/help";
import { UNCERTAIN } from "./classes";
import { type Context, correct } from "./context";
import { copyCode } from "./exports";
import type { Gallery } from "./gallery";
import type { PatternPanel } from "./patternpanel";

export function shortcuts(context: Context, pattern: PatternPanel, list: Gallery, help: () => void, escape: () => void): Shortcut[] {
  const doubtful = (frame: number): boolean => (context.tally?.codes[frame] ?? 0) >= UNCERTAIN;
  return [
    ["Label (needs Python)", null],
    ["r", "This is a ring pattern", () => correct(context, "ring")],
    ["s", "This is a spot pattern", () => correct(context, "spot")],
    ["Backspace", "Undo the correction", () => correct(context, null)],
    ["Patterns of a stack", null],
    ["n", "Next one listed", () => list.step(1)],
    ["p", "Previous one listed", () => list.step(-1)],
    ["u", "Next uncertain one", () => list.step(1, doubtful)],
    ["← → ↑ ↓ Home End", "Walk through the gallery"],
    ["click or drag on the map", "Pattern of that place"],
    ["Pictures", null],
    ["wheel, + −", "Zoom"],
    ["drag, arrows", "Move"],
    ["double-click, 0", "Whole picture"],
    ["h", "Heat map on or off", pattern.toggleHeat],
    ["e", "Evidence of the next rule", pattern.nextRule],
    ["c", "Contrast and colours", pattern.contrast.toggle],
    ["v", "Move", () => pattern.useTool("pan")],
    ["m", "Ruler", () => pattern.useTool("ruler")],
    ["Everything", null],
    ...travelShortcuts(context),
    ["y", "Copy the Python code", () => void copyCode(context)],
    ["Escape", "Cancel the computation", escape],
    ["?", "This table", help],
  ];
}
