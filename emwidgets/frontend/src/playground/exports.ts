/** What the reader takes along: pictures, predictions, code. */

import type { Stage } from "../core/types";
import { toCsv } from "../core/ui/csv";
import { copyText, csvFile, download, fileName } from "../core/ui/download";
import { withTexts } from "../core/ui/pngtext";
import { menu, type Popover } from "../core/ui/popover";
import { csvHead, pngTexts } from "../core/ui/provenance";
import { type Context, isHidden } from "./context";
import type { Prediction } from "./data";

export function exportMenu(context: Context, picture: Stage): Popover {
  const save = (content: Blob, what: string, said: string): void => {
    download(content, fileName(context.reading.provenance.title, what));
    context.toast(said);
  };
  const image = async (): Promise<void> => {
    const { provenance, code } = context.reading;
    try {
      save(await withTexts(await picture.toPNG(), pngTexts(provenance, code)), "particle.png", "Picture saved as you see it");
    } catch {
      context.toast("There is no picture to save yet");
    }
  };
  const table = (): void => {
    const { provenance, code, predictions } = context.reading;
    if (isHidden(context)) context.toast("Guess first");
    else save(csvFile(csvHead(provenance, code), predictionsCsv(predictions)), "predictions.csv", "Table saved");
  };
  return menu("download", "Export", "export", [
    ["image", "Picture as seen (PNG)", "png-picture", () => void image()],
    ["table", "What all methods say (CSV)", "csv-predictions", table],
    ["code", "Copy Python code", "copy-code", () => void copyCode(context)],
  ]);
}

/** One line for each class of each method. */
export function predictionsCsv(predictions: readonly Prediction[]): string {
  const lines = predictions.flatMap((row) => row.classes.map((name, i) => ({ ...row, class: name, probability: row.probabilities?.[i] ?? NaN })));
  const names = ["task", "method", "class", "probability", "label", "truth", "uncertain", "why"] as const;
  const data = Object.fromEntries(names.map((name) => [name, lines.map((line) => line[name])]));
  return toCsv(names.map((name) => ({ name, unit: "" })), data, [...lines.keys()]);
}

export async function copyCode(context: Context): Promise<void> {
  const copied = await copyText(context.reading.code);
  context.toast(copied ? "Python code copied" : "The browser does not allow copying; use widget.to_code()");
}
