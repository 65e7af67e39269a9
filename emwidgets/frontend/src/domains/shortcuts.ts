/** Keys of the explorer; those without an action belong to a stage or a table and are listed only. */

import { travelShortcuts } from "../core/ui/header";
import type { Shortcut } from "../core/ui/help";
import type { Context } from "./context";
import { copyCode } from "./exports";
import type { ImagePanel } from "./imagepanel";
import type { SpectrumPanel } from "./spectrumpanel";

export function shortcuts(context: Context, image: ImagePanel, spectrum: SpectrumPanel, help: () => void, escape: () => void): Shortcut[] {
  return [
    ["Pictures", null],
    ["wheel, + −", "Zoom"],
    ["drag, arrows", "Move"],
    ["double-click, 0", "Whole image"],
    ["c", "Contrast and colours", image.contrast.toggle],
    ["v", "Move and select", () => image.useTool("pan")],
    ["m", "Ruler", () => image.useTool("ruler")],
    ["l", "Line profile", () => image.useTool("profile")],
    ["Domains", null],
    ["o", "Domain overlay on or off", image.toggleOverlay],
    ["f", "Filled or outlines only", image.toggleFill],
    ["click a domain", "Keep it lit, with its peaks"],
    ["Peaks by hand (needs Python)", null],
    ["click a peak", "Take it in or out"],
    ["Space, Enter", "Take the row's peak in or out"],
    ["Shift-click", "Add a peak at that place of the spectrum"],
    ["a", "Add a peak with the next click", spectrum.toggleAdding],
    ["Tables", null],
    ["↑ ↓ Home End", "Walk through the rows"],
    ["Everything", null],
    ...travelShortcuts(context),
    ["y", "Copy the Python code", () => void copyCode(context)],
    ["Escape", "Cancel the computation, or drop the selection", escape],
    ["?", "This table", help],
  ];
}
