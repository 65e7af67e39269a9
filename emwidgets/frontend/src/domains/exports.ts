/** What the reader takes along: pictures, tables, code. */

import type { Stage } from "../core/types";
import { copyText, csvFile, download, fileName } from "../core/ui/download";
import { withTexts } from "../core/ui/pngtext";
import { menu, type Popover } from "../core/ui/popover";
import { csvHead, pngTexts } from "../core/ui/provenance";
import type { DataTable } from "../core/ui/table";
import type { Context } from "./context";

export function exportMenu(context: Context, image: Stage, spectrum: Stage, peaks: DataTable, domains: DataTable): Popover {
  const save = (content: Blob, what: string, said: string): void => {
    download(content, fileName(context.reading.provenance.title, what));
    context.toast(said);
  };
  const picture = (stage: Stage, what: string) => async () => {
    const { provenance, code } = context.reading;
    try {
      save(await withTexts(await stage.toPNG(), pngTexts(provenance, code)), what, "Picture saved as you see it");
    } catch {
      context.toast("There is no picture to save yet");
    }
  };
  const table = (of: DataTable, what: string) => () => {
    const { provenance, code } = context.reading;
    save(csvFile(csvHead(provenance, code), of.csv()), what, "Table saved: the rows listed, with all columns");
  };
  return menu("download", "Export", "export", [
    ["image", "Image as seen (PNG)", "png-image", picture(image, "domains.png")],
    ["image", "Spectrum as seen (PNG)", "png-spectrum", picture(spectrum, "spectrum.png")],
    ["table", "d-spacing table (CSV)", "csv-peaks", table(peaks, "peaks.csv")],
    ["table", "Domain table (CSV)", "csv-domains", table(domains, "domains.csv")],
    ["code", "Copy Python code", "copy-code", () => void copyCode(context)],
  ]);
}

export async function copyCode(context: Context): Promise<void> {
  const copied = await copyText(context.reading.code);
  context.toast(copied ? "Python code copied" : "The browser does not allow copying; use widget.to_code()");
}
