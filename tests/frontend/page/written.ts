/** Pages as Python writes them, small and made up. */

import { gzipSync } from "node:zlib";
import { vi } from "vitest";
import type { BufferSpec, Manifest, PackedWidget } from "../../../emwidgets/frontend/src/page/manifest";

export const base64 = (bytes: Uint8Array | string): string => gzipSync(bytes).toString("base64");

export const raw = (bytes: ArrayLike<number>): { spec: BufferSpec; text: string } => ({
  spec: { length: bytes.length, dtype: null, shape: null, codec: [] },
  text: base64(Uint8Array.from(bytes)),
});

export const status = (result = 1): object => ({ state: "idle", stage: "", fraction: 1, message: "", result, undo: null, redo: null });

export const control = (value: unknown, scale = "linear"): object => ({ label: "Threshold", value, scale });

/** Its threshold has three steps, each with a buffer of its own: the threshold in tenths. */
export function stepped(thresholds = [0.2, 0.5, 0.8], start = 1, firstBuffer = 0): PackedWidget {
  const steps = thresholds.map((threshold, i) => ({
    threshold,
    controls: { threshold: control(threshold) },
    code: `segment(signal, threshold=${threshold})`,
    runs: { shape: [1], data: { $b: firstBuffer + i } },
  }));
  const state = { threshold: thresholds[start], min_area: 1, image: { $: 0 }, view: {}, selection: { peak: null, domain: null }, status: status(7), provenance: { title: "Twin" } };
  return { kind: "domains", state: { ...state, ...steps[start] }, sweep: { names: ["threshold"], values: [thresholds], start: [start], steps } };
}

export const buffersOf = (thresholds: number[]): { spec: BufferSpec; text: string }[] => thresholds.map((each) => raw([Math.round(10 * each)]));

export const manifest = (changes: Partial<Manifest> = {}): Manifest => ({
  format: 1, version: "0.1.0", title: "Two of them", written: "2026-03-01T09:30:00+00:00", pool: [{ shape: [512, 512] }], buffers: [], widgets: [], links: [], ...changes,
});

/** Puts a page into the document, as the browser has it before the scripts run. */
export function open(written: Manifest | string, buffers: string[] = []): void {
  const data = (kind: string, text: string): HTMLElement => {
    const script = document.createElement("script");
    script.type = "text/plain";
    script.dataset.em = kind;
    script.textContent = text;
    return script;
  };
  const main = document.createElement("main");
  main.className = "em-page";
  main.append(Object.assign(document.createElement("p"), { className: "em-page-wait", textContent: "Unpacking." }));
  const text = typeof written === "string" ? written : base64(JSON.stringify(written));
  document.body.replaceChildren(main, data("manifest", text), ...buffers.map((each) => data("buffer", each)));
  delete document.documentElement.dataset.emPage;
}

/** Unpacking takes some turns of the event loop; how many is not ours to know. */
export const until = (condition: () => unknown): Promise<unknown> => vi.waitUntil(condition, { interval: 1 });

/** Long enough that what has not happened will not. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
