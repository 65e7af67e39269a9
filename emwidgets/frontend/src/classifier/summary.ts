/** The answer in one sentence, for screen readers and descriptions of pictures. */

import { percent } from "../core/ui/format";
import type { Reading } from "./data";

/** "Ring, 97 %", "Uncertain (members disagree): ring, 62 %" */
export function summary({ verdict, status }: Pick<Reading, "verdict" | "status">): string {
  if (!verdict) return status.message || "No result yet.";
  const { label, probability, uncertain, why, corrected, provisional, problem } = verdict;
  if (problem) return `This pattern cannot be classified: ${problem}`;
  if (!label) return "No result yet.";
  if (corrected) return `${label}, by your correction.`;
  const said = `${label}, ${percent(probability)}`.replace(/\u202f/g, " ");
  const sure = uncertain ? `Uncertain${why && ` (${why})`}: ${said}` : said;
  return provisional ? `${sure}; rules only so far.` : `${sure}.`;
}
