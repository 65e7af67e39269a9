/** What the reader takes along: pictures, labels, code. */

import { decode } from "../core/pixels";
import type { Stage } from "../core/types";
import { toCsv } from "../core/ui/csv";
import { copyText, csvFile, download, fileName } from "../core/ui/download";
import { withTexts } from "../core/ui/pngtext";
import { menu, type Popover } from "../core/ui/popover";
import { csvHead, pngTexts } from "../core/ui/provenance";
import { KINDS } from "./classes";
import type { Context } from "./context";
import type { Frames, Reading } from "./data";

/** `map` is null for what has none. */
export function exportMenu(context: Context, pattern: Stage, map: () => Stage | null): Popover {
  const save = (content: Blob, what: string, said: string): void => {
    download(content, fileName(context.reading.provenance.title, what));
    context.toast(said);
  };
  const image = (stage: () => Stage | null, what: string) => async () => {
    const { provenance, code } = context.reading;
    try {
      save(await withTexts(await stage()!.toPNG(), pngTexts(provenance, code)), what, "Picture saved as you see it");
    } catch {
      context.toast("There is no picture to save yet");
    }
  };
  const table = (text: string, what: string): void => {
    const { provenance, code } = context.reading;
    save(csvFile(csvHead(provenance, code), text), what, "Table saved");
  };
  return menu("download", "Export", "export", [
    ["image", "Pattern as seen (PNG)", "png-pattern", image(() => pattern, "pattern.png")],
    ["image", "Map as seen (PNG)", "png-map", image(map, "map.png")],
    ["table", "Labels of all patterns (CSV)", "csv-frames", () => table(framesCsv(context), "labels.csv")],
    ["table", "Corrections (CSV)", "csv-corrections", () => table(correctionsCsv(context.reading), "corrections.csv")],
    ["code", "Copy Python code", "copy-code", () => void copyCode(context)],
  ]);
}

/** Index and place of each pattern along the navigation axes. */
function places({ shape, axes }: Frames): { columns: { name: string; unit: string }[]; data: Record<string, number[]> } {
  const frames = Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, frame) => frame);
  const data: Record<string, number[]> = { frame: frames };
  const columns = [{ name: "frame", unit: "" }];
  shape.forEach((n, i) => {
    const { name, unit, scale, offset } = axes[i];
    const behind = shape.slice(i + 1).reduce((product, length) => product * length, 1);
    const column = name || `axis ${i}`;
    data[column] = frames.map((frame) => offset + scale * (Math.floor(frame / behind) % n));
    columns.push({ name: column, unit });
  });
  return { columns, data };
}

/** One line a pattern; of a single one, too. */
export function framesCsv({ reading, tally }: Pick<Context, "reading" | "tally">): string {
  const { frames } = reading;
  if (!frames || !tally) return correctionsCsv(reading);
  const { columns, data } = places(frames);
  const ring = Array.from(tally.ring);
  const all = {
    ...data,
    label: Array.from(tally.codes, (code, i) => (KINDS[code] === "ring" || KINDS[code] === "spot" ? KINDS[code] : ring[i] >= 0.5 ? "ring" : ring[i] < 0.5 ? "spot" : "")),
    probability_ring: ring,
    uncertain: Array.from(tally.codes, (code) => KINDS[code] === "uncertain" || KINDS[code] === "problem"),
    corrected: Array.from(tally.corrected, Boolean),
    problem: Array.from(decode(frames.problem), Boolean),
  };
  const names = ["label", "probability_ring", "uncertain", "corrected", "problem"].map((name) => ({ name, unit: "" }));
  return toCsv([...columns, ...names], all, data.frame);
}

/** What the user said, and what the methods said of the same patterns. */
export function correctionsCsv({ corrections, frames }: Pick<Reading, "corrections" | "frames">): string {
  const ring = frames ? decode(frames.ring) : [];
  const entries = Object.entries(corrections).sort(([a], [b]) => Number(a) - Number(b));
  const data = {
    frame: entries.map(([frame]) => Number(frame)),
    label: entries.map(([, label]) => label),
    probability_ring: entries.map(([frame]) => ring[Number(frame)] ?? NaN),
  };
  return toCsv(Object.keys(data).map((name) => ({ name, unit: "" })), data, [...entries.keys()]);
}

export async function copyCode(context: Context): Promise<void> {
  const copied = await copyText(context.reading.code);
  context.toast(copied ? "Python code copied" : "The browser does not allow copying; use widget.to_code()");
}
