/** Keys of the comparer; those without an action belong to a stage or the handle and are listed only. */

import { travelShortcuts } from "../core/ui/header";
import type { Shortcut } from "../core/ui/help";
import { type Context, MODES } from "./context";
import { copyCode } from "./exports";
import type { ImagePanel } from "./imagepanel";

const NUDGE = 0.05;

export function shortcuts(context: Context, image: ImagePanel, help: () => void, escape: () => void): Shortcut[] {
  const { view } = context;
  const { stages } = image;
  const says = ["Swipe", "Side by side", "Blink", "Difference"];
  return [
    ["Compare", null],
    ...MODES.map((mode, i): Shortcut => [String(i + 1), says[i], () => image.useMode(mode)]),
    ["[", "Handle back", () => stages.swipe.push(-NUDGE)],
    ["]", "Handle on; with the focus on it also the arrows", () => stages.swipe.push(NUDGE)],
    ["f", "Handle across, or up and down", () => view.save({ swipe_vertical: !view.get().swipe_vertical })],
    ["b", "Blink by itself, or stop", () => view.save({ blinking: !view.get().blinking })],
    ["s", "Blink by hand", () => view.get().mode === "blink" && stages.blink.turn()],
    ["o", "Next overlay", image.nextOverlay],
    ["Pictures", null],
    ["wheel, + −, pinch", "Zoom"],
    ["drag, arrows", "Move"],
    ["double-click, 0", "Whole image"],
    ["c", "Contrast and colours", stages.contrast.left.toggle],
    ["k", "One contrast for both, or one each", stages.contrast.toggle],
    ["v", "Move", () => image.useTool("pan")],
    ["m", "Ruler", () => image.useTool("ruler")],
    ["l", "Line profile across both", () => image.useTool("profile")],
    ["r", "Draw a region; arrows move it, with Shift they resize it", () => image.useTool("region")],
    ["Everything", null],
    ...travelShortcuts(context),
    ["y", "Copy the Python code", () => void copyCode(context)],
    ["Escape", "Cancel the computation", escape],
    ["?", "This table", help],
  ];
}
