/** What the reader takes along: the picture as seen, curves and numbers, code. */

import { copyText, csvFile, download, fileName } from "../core/ui/download";
import { toCsv } from "../core/ui/csv";
import { withTexts } from "../core/ui/pngtext";
import { menu, type Popover } from "../core/ui/popover";
import { csvHead, pngTexts } from "../core/ui/provenance";
import type { Context } from "./context";
import type { Curve } from "./curves";
import { measuresCsv } from "./measures";
import { spectrumCurves } from "./spectra";

export interface Sources {
  /** what is seen */
  picture(): Promise<Blob>;
  /** of the line that is drawn */
  profile(): { curves: Curve[]; unit: string };
}

export interface Exports {
  readonly menu: Popover;
  picture(): void;
}

export function exportMenu(context: Context, sources: Sources): Exports {
  const save = (content: Blob, what: string, said: string): void => {
    download(content, fileName(context.reading.provenance.title, what));
    context.toast(said);
  };
  async function picture(): Promise<void> {
    const { provenance, code } = context.reading;
    try {
      save(await withTexts(await sources.picture(), pngTexts(provenance, code)), "refocused.png", "Picture saved as you see it");
    } catch {
      context.toast("There is no picture to save yet");
    }
  }
  const table = (text: string, what: string): void => {
    const { provenance, code } = context.reading;
    if (text) save(csvFile(csvHead(provenance, code), text), what, "Table saved");
    else context.toast("There is nothing to save yet");
  };
  const profile = (): void => {
    const { curves, unit } = sources.profile();
    table(curvesCsv("position", unit, curves), "profile.csv");
  };
  const spectra = (): void => {
    const { spectra: all } = context.reading;
    table(all ? curvesCsv("frequency", all.unit, spectrumCurves(context, all)) : "", "spectra.csv");
  };
  return {
    picture: () => void picture(),
    menu: menu("download", "Export", "export", [
      ["image", "Picture as seen (PNG)", "png-picture", () => void picture()],
      ["table", "Measures (CSV)", "csv-measures", () => table(context.reading.measures.length ? measuresCsv(context.reading.measures) : "", "measures.csv")],
      ["table", "Line profile (CSV)", "csv-profile", profile],
      ["table", "Radial spectra (CSV)", "csv-spectra", spectra],
      ["code", "Copy Python code", "copy-code", () => void copyCode(context)],
    ]),
  };
}

/** One column for each curve; all are given at the same places. */
export function curvesCsv(name: string, unit: string, curves: readonly Curve[]): string {
  if (!curves.length) return "";
  const data = { [name]: curves[0].x, ...Object.fromEntries(curves.map(({ kind, y }) => [kind, y])) };
  const columns = [{ name, unit }, ...curves.map(({ kind }) => ({ name: kind, unit: "" }))];
  return toCsv(columns, data, [...Array(curves[0].x.length).keys()]);
}

export async function copyCode(context: Context): Promise<void> {
  const copied = await copyText(context.reading.code);
  context.toast(copied ? "Python code copied" : "The browser does not allow copying; use widget.to_code()");
}
