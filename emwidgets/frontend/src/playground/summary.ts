/** The particle and what is told of it in one sentence, for screen readers and image descriptions. */

import { percent } from "../core/ui/format";
import { asked, type Context, isHidden } from "./context";
import { isReading } from "./data";
import { answer, question } from "./questions";

export function summary(context: Context): string {
  const { predictions, status, image, corners, solid } = context.reading;
  if (!image) return status.message || "No picture yet.";
  if (isHidden(context)) return `A particle to be guessed. ${question(asked(context))}`;
  const rows = predictions.filter((row) => row.task === asked(context));
  const row = rows.find((each) => each.best) ?? rows[0];
  const cut = corners.length === 1 ? ", 1 corner cut" : corners.length ? `, ${corners.length} corners cut` : "";
  const what = isReading(context.reading) ? "Your picture" : `${solid[0].toUpperCase()}${solid.slice(1)}${cut}`;
  if (row?.state !== "ready" || !row.label || !row.probabilities) return `${what}.`;
  const chance = percent(Math.max(...row.probabilities)).replace(/\u202f/g, " ");
  return `${what}. ${question(row.task)} ${answer(row.label)}, ${chance}${row.uncertain ? ", not sure" : ""}.`;
}
