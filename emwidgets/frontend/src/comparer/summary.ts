/** What was done to the image in a sentence, for the headline, for screen readers and for image descriptions. */

import type { Reading } from "./data";

export function summary({ summary: said, status, before, after }: Pick<Reading, "summary" | "status" | "before" | "after">): string {
  if (after && said) return said;
  if (!before) return status.message || "No image yet.";
  if (status.state === "running") return "The image as it was; it is being restored.";
  return after ? "Restored." : status.message || "The image as it was; nothing is restored yet.";
}
