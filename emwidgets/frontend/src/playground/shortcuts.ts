/** Keys of the playground; those without an action belong to a picture and are listed only. */

import { travelShortcuts } from "../core/ui/header";
import type { Shortcut } from "../core/ui/help";
import type { Context } from "./context";
import { copyCode } from "./exports";
import type { PicturePanel } from "./picturepanel";
import type { SolidPanel } from "./solidpanel";

export interface Commands {
  help(): void;
  escape(): void;
  next(): void;
  teach(): void;
}

export function shortcuts(context: Context, picture: PicturePanel, solid: SolidPanel, commands: Commands): Shortcut[] {
  return [
    ["Particle", null],
    ["drag", "Turn it, on the solid or the picture; round the rim of the solid: roll"],
    ["arrows", "Turn it by 5°, with Shift by 1°"],
    ["[ ]", "Roll it about the beam"],
    ["double-click, r", "Random orientation", solid.randomise],
    ["click a corner", "Cut it off, or put it back (needs Python)"],
    ["s", "Along the beam or from the side", solid.switchCamera],
    ["Picture", null],
    ["wheel, + −, pinch", "Zoom"],
    ["0", "Whole picture"],
    ["c", "Contrast and colours", picture.contrast.toggle],
    ["w", "Wire frame over the picture", picture.toggleWire],
    ["t", "Turn the particle", () => picture.useTool("turn")],
    ["v", "Move the picture", () => picture.useTool("pan")],
    ["m", "Ruler", () => picture.useTool("ruler")],
    ["f", "The picture follows while one turns, or not", () => context.view.save({ follow: !context.view.get().follow })],
    ["Game", null],
    ["g", "Guess first, or see everything", commands.teach],
    ["n", "Next particle (needs Python)", commands.next],
    ["Everything", null],
    ...travelShortcuts(context),
    ["y", "Copy the Python code", () => void copyCode(context)],
    ["Escape", "Cancel the computation", commands.escape],
    ["?", "This table", commands.help],
  ];
}
