/** The micrograph with its domains. */

import { labelHatch } from "../core/colormaps";
import { abs, clamp } from "../core/maths";
import type { Hit, Measurement, MeasurementEnds, Pixels, Tool } from "../core/types";
import { element, set, setText, setVariable } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { lineChart } from "../core/ui/linechart";
import { createSlider } from "../core/ui/slider";
import { type Choice, choices, iconButton } from "../core/ui/toolbar";
import { same } from "../core/ui/values";
import { domainColours, type ColourBy } from "./colours";
import { select, type Context } from "./context";
import { numbers, rowOfLabel, spell } from "./data";
import { stagePanel, type StagePanel } from "./stagepanel";
import { summary } from "./summary";

const TOOLS: [tool: Tool, label: string, key: string][] = [
  ["pan", "Move and select", "v"],
  ["ruler", "Ruler", "m"],
  ["profile", "Line profile", "l"],
];

const COLOUR_CHOICES: Choice<ColourBy>[] = [
  ["grain", "Grain", "Domains of several reflections in one place are one grain, and one colour"],
  ["family", "Reflection", "One colour for each d-spacing and direction"],
  ["orientation", "Orientation", "Colour by the direction of k, 0 to 180°"],
];

export interface ImagePanel extends StagePanel {
  useTool(tool: Tool): void;
  toggleOverlay(): void;
  toggleFill(): void;
  showImage(): void;
  setLit(labels: readonly number[]): void;
  draw(): void;
}

export function imagePanel(context: Context): ImagePanel {
  const { view, hover } = context;
  let lit: readonly number[] = [];

  const tools = TOOLS.map(([tool, label, key]) =>
    iconButton(tool, label, key, tool, () => useTool(tool)),
  );
  const whole = iconButton("fit", "Whole image", "0", "fit", () => stage.reset());
  const panel = stagePanel(context, "image", "Image", [...tools, whole], () => `Image. ${summary(context.reading)}`);
  const { stage } = panel;

  const overlay = iconButton("layers", "Domain overlay", "o", "overlay", toggleOverlay);
  const outlines = iconButton("outline", "Outlines only", "f", "outline", toggleFill);
  const opacity = createSlider(["Overlay opacity"], percent, ([value], done) =>
    done ? view.save({ opacity: value, overlay: true }) : showOpacity(value),
  );
  const opacityText = element("output.em-unit");
  const opacityBox = element("span.em-opacity", { title: "Opacity of the domain overlay" }, "Overlay", opacity.element, opacityText);
  const colourBy = choices("Colour domains by", COLOUR_CHOICES, (colour_by) => view.save({ colour_by }));
  const chart = lineChart("Line profile");
  const profile = element("div.em-profile", { hidden: true }, chart.element);
  panel.element.append(
    profile,
    element("div.em-overlay-bar", { "data-view": "opacity" }, overlay, opacityBox, outlines, colourBy.element),
  );

  stage.onHover(hovered);
  stage.onPick(({ labels: [label = null] }) => {
    select(context, { domain: label === context.reading.selection.domain ? null : label });
  });
  stage.onMeasure(measured);

  function showOpacity(value: number): void {
    setText(opacityText, percent(value));
    draw(value);
  }

  function hovered(hit: Hit | null): void {
    const { domains } = context.reading;
    // while one measures, domains would only be in the way
    const row = stage.tool === "pan" ? rowOfLabel(domains, hit?.labels[0]) : null;
    hover.domain(row);
    if (row === null) return panel.tip.show([]);
    const say = (name: string): string => spell(domains, name, row);
    panel.tip.show([`Domain ${hit!.labels[0]}`, `d ${say("d_spacing")}`, `area ${say("area")}`, `orientation ${say("orientation")}`]);
  }

  function measured(measurement: Measurement | null): void {
    view.saveWhenStill({ measurement: ends(measurement) });
    showProfile();
  }

  function showProfile(): void {
    const { profile: line, unit } = stage.measurement ?? {};
    profile.hidden = !line;
    if (line) chart.show(line.position, line.value, `position / ${unit}`, line.quantity);
  }

  function showTool(tool: Tool): void {
    stage.tool = tool;
    if (tool !== "pan") hovered(null);
    tools.forEach((button, i) => set(button, { "aria-pressed": TOOLS[i][0] === tool }));
  }

  function useTool(tool: Tool): void {
    view.save({ tool });
  }

  function toggleOverlay(): void {
    view.save({ overlay: !view.get().overlay });
  }

  function toggleFill(): void {
    view.save({ fill: !view.get().fill });
  }

  function draw(opacityNow = view.get().opacity): void {
    const { runs, totals, domains } = context.reading;
    const { fill, overlay: visible, colour_by } = view.get();
    if (!runs || !totals) return stage.setLayers([]);
    const colours = domainColours(domains, colour_by);
    const families = new Map(numbers(domains, "label").map((label, row) => [label, numbers(domains, "family")[row]]));
    stage.setLayers([
      {
        kind: "labels",
        id: "domains",
        runs,
        shape: totals.shape,
        paint: totals.paint,
        colour: (label) => colours.get(label) ?? "#bbbbbb",
        hatch: (label) => labelHatch(families.get(label) ?? 0),
        opacity: fill ? opacityNow : 0,
        highlight: lit,
        visible,
      },
    ]);
  }

  return {
    ...panel,
    useTool,
    toggleOverlay,
    toggleFill,
    draw: () => draw(),
    showImage() {
      const { image } = context.reading;
      if (image) setVariable(stage.host, "--em-aspect", aspect(image));
      stage.setImage(image);
    },
    showSettings(changed) {
      const { tool, measurement, overlay: on, fill, opacity: value, colour_by } = view.get();
      panel.showSettings(changed);
      if (changed("tool")) showTool(tool);
      // what is drawn on the stage is there before it is in the trait
      if (!same(measurement, ends(stage.measurement))) {
        stage.setMeasurement(measurement);
        showProfile();
      }
      // painting labels is dear: not while a view is on the move
      if (!changed("overlay", "fill", "opacity", "colour_by")) return;
      set(overlay, { "aria-pressed": on });
      set(outlines, { "aria-pressed": !fill });
      opacity.show({ min: 0, max: 1, step: 0.02 }, [value]);
      colourBy.show(colour_by);
      showOpacity(value);
    },
    setLit(labels) {
      // painting labels is the dearest part of a hover
      if (labels.join() === lit.join()) return;
      lit = labels;
      draw();
    },
    destroy() {
      chart.destroy();
      panel.destroy();
    },
  };
}

/** What is kept of a measurement. */
function ends(measurement: Measurement | null): MeasurementEnds | null {
  return measurement && { kind: measurement.kind, from: measurement.from, to: measurement.to, width: measurement.width };
}

/** Width over height as seen, with unequal scales. */
function aspect({ shape: [rows, columns], axes: { x, y } }: Pixels): number {
  const seen = abs((columns * x.scale) / (rows * y.scale));
  return clamp(seen, 0.6, 3);
}
