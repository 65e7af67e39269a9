/** How an image is shown: histogram with two handles, presets, colour map, gamma, log. */

import { COLOUR_MAPS, colourStops } from "../colormaps";
import { max, sqrt } from "../maths";
import type { ColourMapName, Display, LimitPreset, Stage } from "../types";
import { element, set, setText, svg } from "./dom";
import { significant } from "./format";
import { popover, type Popover } from "./popover";
import { createSlider } from "./slider";
import { type Choice, choices } from "./toolbar";

const PRESETS: Choice<LimitPreset>[] = [
  ["auto", "Auto", "Darkest and brightest 0.1 % are clipped"],
  ["1-99", "1–99 %", "Darkest and brightest 1 % are clipped"],
  ["min-max", "Full", "From the smallest to the largest value"],
];

const SWITCHES = { log: "Logarithmic", smooth: "Smooth pixels", colourBar: "Colour bar" } as const;

const HEIGHT = 64;

export interface ContrastPanel extends Popover {
  /** Show what the stage shows. */
  refresh(): void;
}

/** `logByDefault` is what the image asks for; `onSave` gets what changed once a gesture ends. */
export function contrastPanel(
  stage: Pick<Stage, "display" | "histogram" | "limits" | "setDisplay">,
  label: string,
  name: string,
  logByDefault: () => boolean,
  onSave: (display: Partial<Display>) => void,
): ContrastPanel {
  const curve = svg("path");
  const limitsText = element("div.em-histogram-limits");
  const apply = (display: Partial<Display>, done = true): void => {
    stage.setDisplay(display);
    refresh();
    if (done) onSave(display);
  };
  const limits = createSlider(["Darkest value", "Brightest value"], significant, ([low, high], done) => apply({ limits: [low, high] }, done));
  const gamma = createSlider(["Gamma"], (value) => value.toFixed(2), ([value], done) => apply({ gamma: Number(value.toFixed(2)) }, done));
  const gammaText = element("output.em-unit");
  const presets = choices("Contrast presets", PRESETS, (preset) => apply({ limits: preset }));
  const maps = choices("Colour map", COLOUR_MAPS.map(swatch), (map) => apply({ map }));
  const switches = Object.entries(SWITCHES).map(([setting, text]) => {
    const box = element("input", { type: "checkbox", onchange: () => apply({ [setting]: box.checked }) });
    return { setting: setting as keyof typeof SWITCHES, box, label: element("label.em-check", {}, box, text) };
  });
  const panel = element(
    "div.em-contrast",
    {},
    svg("svg", { viewBox: `0 0 256 ${HEIGHT}`, preserveAspectRatio: "none", class: "em-histogram", "aria-hidden": true }, curve),
    limits.element,
    limitsText,
    presets.element,
    maps.element,
    element("div.em-gamma", {}, "Gamma", gamma.element, gammaText),
    element("div.em-switches", {}, ...switches.map((each) => each.label)),
  );

  function refresh(): void {
    const { display, histogram } = stage;
    maps.show(display.map);
    presets.show(typeof display.limits === "string" ? (display.limits.replace("0.1-99.9", "auto") as LimitPreset) : null);
    gamma.show({ min: 0.4, max: 2.5, step: 0, scale: "log" }, [display.gamma]);
    setText(gammaText, display.gamma.toFixed(2));
    const states = { ...display, log: display.log ?? logByDefault() };
    for (const { setting, box } of switches) box.checked = states[setting];
    if (!histogram || !stage.limits) return;
    limits.show({ min: histogram.lo, max: histogram.hi, step: 0 }, stage.limits);
    set(curve, { d: outline(histogram.counts) });
    setText(limitsText, `${stage.limits.map((value) => significant(value, 4)).join(" – ")} ${histogram.quantity}`);
  }

  const opened = popover("contrast", label, name, [panel], refresh);
  return { ...opened, refresh: () => opened.isOpen() && refresh() };
}

function swatch(map: ColourMapName): Choice<ColourMapName> {
  const picture = element("span.em-swatch", { style: `background:linear-gradient(to right,${colourStops(map)})` });
  return [map, map, undefined, picture];
}

/** Square roots of the counts, so that rare values are seen beside common ones. */
function outline(counts: ArrayLike<number>): string {
  const heights = Array.from(counts, sqrt);
  const most = max(1, ...heights);
  const step = 256 / counts.length;
  const bars = heights.map((height, i) => `V${(HEIGHT * (1 - height / most)).toFixed(1)}H${((i + 1) * step).toFixed(1)}`);
  return `M0 ${HEIGHT}${bars.join("")}V${HEIGHT}Z`;
}
