/** The pattern, where the networks looked, and what a rule saw. */

import { Heats } from "../core/heat";
import type { HeatLayer, Layer, Measurement, MeasurementEnds, Pixels, Tool } from "../core/types";
import { element, set, setText } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { createSlider } from "../core/ui/slider";
import { type Choice, type Choices, choices, iconButton } from "../core/ui/toolbar";
import { same } from "../core/ui/values";
import type { ClassifierView, Context, Target } from "./context";
import type { Label, Member } from "./data";
import { evidenceLayers } from "./evidence";
import { refined } from "./heatmap";
import { type Picture, picture } from "./picture";
import { summary } from "./summary";

const TARGETS: Choice<Target>[] = [
  ["label", "Its label", "What in the pattern speaks for the label it got"],
  ["ring", "Ring", "What speaks for a ring pattern"],
  ["spot", "Spot", "What speaks for a spot pattern"],
];

const NONE = "";

export interface PatternPanel extends Picture {
  useTool(tool: Tool): void;
  toggleHeat(): void;
  nextRule(): void;
  showImage(): void;
  showMembers(): void;
  draw(): void;
}

export function patternPanel(context: Context): PatternPanel {
  const { view } = context;
  /** each map is made fine once */
  const fine = new WeakMap<Pixels, Pixels>();
  let opacity = view.get().heat;
  /** what the switch brings back */
  let before = opacity || 0.5;
  let names = "";
  let byNetwork: Choices<string> | null = null;
  let byRule: Choices<string> | null = null;

  const pan = iconButton("pan", "Move", "v", "pan", () => useTool("pan"));
  const ruler = iconButton("ruler", "Ruler", "m", "ruler", () => useTool("ruler"));
  const whole = iconButton("fit", "Whole pattern", "0", "fit", () => stage.reset());
  const base = picture(
    context,
    "stage",
    "Pattern",
    [pan, ruler, whole],
    { heats: new Heats(), describe: () => `Pattern. ${summary(context.reading)}` },
    () => context.reading.image?.log ?? false,
  );
  const { stage } = base;

  const heat = iconButton("heat", "Heat map", "h", "heat", toggleHeat);
  const slider = createSlider(["Heat map opacity"], percent, ([value], done) => (done ? view.save({ heat: value }) : showOpacity(value)));
  const opacityText = element("output.em-unit");
  const targets = choices("Heat map of", TARGETS, (target) => view.save({ target }));
  const note = element("span.em-unit", { "data-heat-note": true });
  const networkSlot = element("span");
  const ruleSlot = element("span");
  const heatTitle = "Where the network looked (class-activation map)";
  base.element.append(
    element(
      "div.em-overlay-bar",
      { "data-view": "heat" },
      element("span.em-opacity", { title: heatTitle }, heat, element("span.em-bar-name", {}, "Heat map"), slider.element, opacityText),
      pair("for", targets.element),
      pair("by", networkSlot),
      note,
    ),
    element("div.em-overlay-bar", { "data-view": "rule" }, pair("Evidence", ruleSlot)),
  );

  stage.onMeasure((measurement) => view.saveWhenStill({ measurement: ends(measurement) }));

  function showOpacity(value: number): void {
    opacity = value;
    if (value) before = value;
    setText(opacityText, percent(value));
    set(heat, { "aria-pressed": value > 0 });
    draw();
  }

  function toggleHeat(): void {
    view.save({ heat: opacity > 0 ? 0 : before });
  }

  function useTool(tool: Tool): void {
    view.save({ tool });
  }

  function showTool(tool: Tool): void {
    stage.tool = tool;
    set(pan, { "aria-pressed": tool === "pan" });
    set(ruler, { "aria-pressed": tool === "ruler" });
  }

  function of(kind: Member["kind"]): Member[] {
    return context.reading.members.filter((member) => member.kind === kind);
  }

  function nextRule(): void {
    const rules = [...of("rule").map(({ name }) => name), null];
    view.save({ rule: rules[(rules.indexOf(view.get().rule) + 1) % rules.length] });
  }

  /** The class that the heat map is about: of a pattern without a label, the first. */
  function about(): Label {
    const { target } = view.get();
    return target === "label" ? context.reading.verdict?.label || "ring" : target;
  }

  function map(): Pixels | undefined {
    const { maps } = context.reading;
    const { network } = view.get();
    const found = Object.hasOwn(maps, network) ? maps[network][about()] : undefined;
    if (found && !fine.has(found)) fine.set(found, refined(found));
    return found && fine.get(found);
  }

  function draw(): void {
    const { image, evidence } = context.reading;
    const { rule } = view.get();
    if (!image) return stage.setLayers([]);
    const pixels = map();
    const layers: Layer[] = rule !== null && Object.hasOwn(evidence, rule) ? evidenceLayers(evidence[rule], image) : [];
    if (pixels) layers.unshift(heatLayer(pixels, opacity));
    stage.setLayers(layers);
    setText(note, pixels || !opacity ? "" : whyNoMap());
  }

  function whyNoMap(): string {
    const member = of("network").find(({ name }) => name === view.get().network);
    if (member?.state === "failed") return `No heat map: ${member.message || "the network failed"}`;
    return member && member.state !== "ready" ? `The network is ${member.state}…` : "No heat map of this pattern";
  }

  /** The methods are known when Python has first spoken, and stay the same. */
  function showMembers(): void {
    const signature = context.reading.members.map(({ name, title }) => name + title).join();
    if (signature !== names) {
      names = signature;
      byNetwork = choices("Network", of("network").map(choice), (network) => view.save({ network }));
      byRule = choices("Evidence of", [[NONE, "None"], ...of("rule").map(choice)], (rule) => view.save({ rule: rule || null }));
      networkSlot.replaceChildren(byNetwork.element);
      ruleSlot.replaceChildren(byRule.element);
    }
    showChoices(view.get());
    draw();
  }

  function showChoices({ network, rule, target }: ClassifierView): void {
    byNetwork?.show(network);
    byRule?.show(rule ?? NONE);
    targets.show(target);
  }

  return {
    ...base,
    useTool,
    toggleHeat,
    nextRule,
    draw,
    showMembers,
    showImage: () => base.show(context.reading.image),
    showSettings(changed) {
      const now = view.get();
      base.showSettings(changed);
      if (changed("tool")) showTool(now.tool);
      // what is drawn on the stage is there before it is in the trait
      if (!same(now.measurement, ends(stage.measurement))) stage.setMeasurement(now.measurement);
      if (!changed("heat", "target", "network", "rule")) return;
      slider.show({ min: 0, max: 1, step: 0.02 }, [now.heat]);
      showChoices(now);
      showOpacity(now.heat);
    },
  };
}

function pair(name: string, what: HTMLElement): HTMLElement {
  return element("span.em-pair", {}, element("span.em-bar-name", {}, name), what);
}

const choice = ({ name, title }: Member): Choice<string> => [name, title];

/** Weak places let the pattern shine through. */
function heatLayer(pixels: Pixels, opacity: number): HeatLayer {
  return { kind: "heat", id: "heat", pixels, map: "inferno", limits: [0, 1], opacity, fade: true };
}

function ends(measurement: Measurement | null): MeasurementEnds | null {
  return measurement && { kind: measurement.kind, from: measurement.from, to: measurement.to, width: measurement.width };
}
