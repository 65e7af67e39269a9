/** One row of the control panel, built from what Python says about the control. */

import { abs, clamp, floor, log10, max, min } from "../maths";
import type { Connection } from "./connection";
import { element, set, setText, uniqueId } from "./dom";
import { prettyUnit, significant, stepDigits, withUnit } from "./format";
import { createSlider } from "./slider";
import { same } from "./values";

/** One entry of the `controls` trait. */
export interface ControlSpec {
  label: string;
  unit: string;
  help: string;
  min: number;
  max: number;
  step: number;
  scale: "linear" | "log";
  /** in force: what the user chose, else what the analysis derived */
  value: number | number[] | null;
  /** the value may be left to the analysis */
  auto: boolean;
  px: number | null;
  pxUnit: string;
  stage: number;
}

export type ControlValue = number | number[] | null;

export interface ControlRow {
  readonly element: HTMLElement;
  /** `chosen` is the trait: null while the analysis decides */
  update(spec: ControlSpec, chosen: ControlValue): void;
}

const ARROWS: Record<string, number> = { ArrowUp: 1, ArrowDown: -1 };

/**
 * `onChange` comes while a handle moves and, with `done`, once it is let go or a number is typed.
 *
 * In a page that has steps of the control the handle goes from one to the next, whatever they are, and what is
 * typed becomes the nearest of them. Where nobody would answer, the value in force is shown and cannot be moved.
 */
export function controlRow(
  name: string,
  first: ControlSpec,
  onChange: (name: string, value: ControlValue, done: boolean) => void,
  connection: Pick<Connection, "steps" | "can" | "refusal">,
): ControlRow {
  // numbers by size, with "auto" before them; pairs stay as they are
  const steps = (connection.steps(name) as ControlValue[] | null)?.toSorted((a: any, b: any) => a - b);
  const isRange = Array.isArray(first.value) || name.endsWith("_range");
  const labels = isRange ? [`${first.label}, minimum`, `${first.label}, maximum`] : [first.label];
  let spec = first;
  let chosen: ControlValue = null;
  /** from the first move of a handle until it is let go, the browser's value is the newer one */
  let held = false;
  let frozen = false;

  const helpId = uniqueId();
  const fields = labels.map((label) =>
    element("input.em-number", {
      type: "number",
      id: uniqueId(),
      inputmode: "decimal",
      placeholder: "none",
      "aria-label": label,
      "aria-describedby": helpId,
      oninput: (event) => (event.target.dataset.dirty = "yes"),
      onchange: typed,
      onkeydown: pressed,
      onblur: left,
    }),
  );
  const slider = createSlider(steps ? [first.label] : labels, say, (values, done) => {
    send(steps ? steps[values[0]] : isRange ? values : values[0], done);
    (inForce() ?? []).forEach((value, i) => write(fields[i], value));
  });
  const label = element("label.em-control-label", { for: fields[0].id });
  const auto = element("button.em-chip", { "data-auto": name, onclick: toggleAuto }, "auto");
  const unit = element("span.em-unit");
  const pixels = element("span.em-control-px");
  const help = element("span.em-hidden", { id: helpId });
  const value = element("span.em-control-value", {}, fields[0], isRange && "–", fields[1], unit);
  const row = element(
    "div.em-control",
    { "data-control": name },
    element("div.em-control-head", {}, label, auto, value),
    element("div.em-control-foot", {}, slider.element, pixels),
    help,
  );

  /** As the field says it; a handle stands on a value or on the number of a step. */
  function say(place: number): string {
    const value = steps ? steps[place] : place;
    return value === null ? "auto" : withUnit([value].flat().map(written).join(" – "), spec.unit);
  }

  function send(next: ControlValue, done: boolean): void {
    chosen = next;
    held = !done;
    showAuto();
    onChange(name, next, done);
  }

  /** From auto to the value in force, so that nothing jumps; and back. */
  function toggleAuto(): void {
    send(chosen === null ? nearest(inForce()) : null, true);
  }

  const standing = (): number => max(0, steps!.findIndex((step) => same(step, chosen)));

  const canBeAuto = (): boolean => steps?.includes(null) ?? spec.auto;

  /** What of these numbers the control can be. */
  function nearest(values: number[] | null): ControlValue {
    if (!steps || !values) return values && (isRange ? values : values[0]);
    const place = spec.scale === "log" ? Math.log : Number;
    const far = (step: ControlValue): number => [step!].flat().reduce((sum, each, i) => sum + abs(place(each) - place(values[i])), 0);
    return steps.filter((step) => step !== null).sort((a, b) => far(a) - far(b))[0] ?? null;
  }

  /** What is written is rounded: a field that still says it stands for the exact value. */
  function typed(event: Event): void {
    delete (event.target as HTMLElement).dataset.dirty;
    const before = inForce();
    const texts = fields.map((field) => field.value.trim());
    const edited = texts.map((text, i) => before === null || text !== written(before[i]));
    const values = texts.map((text, i) => (edited[i] ? clamp(Number(text), spec.min, spec.max) : before![i]));
    const valid = texts.every(Boolean) && values.every(Number.isFinite) && !(values[0] >= values[1]);
    if (valid && edited.includes(true)) send(nearest(values), true);
    else if (canBeAuto() && texts.includes("")) send(null, true);
    show();
  }

  /** In a notebook, Enter makes no `change`; and arrows go by a step of the control, not of the page. */
  function pressed(event: KeyboardEvent): void {
    const by = steps && ARROWS[event.key];
    if (!by && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (!by) return typed(event);
    const step = steps[standing() + by];
    if (step !== undefined) send(step, true);
    left(event);
  }

  function left(event: Event): void {
    delete (event.target as HTMLElement).dataset.dirty;
    show();
  }

  /** As finely as the slider steps; with four digits at least where values span decades, or are steps of a page. */
  function written(number: number): string {
    const digits = stepDigits(spec.step);
    const four = (steps || (!isRange && spec.scale === "log")) && number > 0 ? 3 - floor(log10(number)) : 0;
    return String(Number(number.toFixed(min(12, max(digits, four)))));
  }

  function inForce(): number[] | null {
    const value = (frozen ? null : chosen) ?? spec.value;
    return value === null ? null : [value].flat();
  }

  function write(field: HTMLInputElement, number: number): void {
    // what is being typed stays until the field is left
    if (field.dataset.dirty) return;
    field.value = written(number);
    field.style.width = `calc(${field.value.length}ch + 12px)`;
  }

  function showAuto(): void {
    const on = chosen === null;
    auto.hidden = !canBeAuto();
    set(auto, {
      "aria-pressed": on,
      "aria-label": `${spec.label}: auto`,
      title: on ? "Derived from the image; click to keep this value" : "Let the analysis choose again",
    });
  }

  function show(): void {
    const values = inForce();
    if (steps) slider.show({ min: 0, max: steps.length - 1, step: 1 }, [standing()]);
    else slider.show(spec, values ?? [spec.min, spec.max]);
    fields.forEach((field, i) => {
      set(field, { min: spec.min, max: spec.max, step: spec.step || "any" });
      if (values) write(field, values[i]);
      else if (!field.dataset.dirty) field.value = "";
    });
  }

  return {
    element: row,
    update(next, trait) {
      spec = next;
      frozen = !connection.can(name);
      const helpText = frozen ? `${connection.refusal}\n${spec.help}` : spec.help;
      setText(label, spec.label);
      setText(help, helpText);
      setText(unit, prettyUnit(spec.unit));
      setText(pixels, spec.px === null ? "" : withUnit(significant(spec.px), spec.pxUnit));
      set(row, { title: helpText, "data-frozen": frozen, "data-steps": steps?.length });
      for (const each of row.querySelectorAll("input, button")) set(each, { disabled: frozen });
      if (held && !frozen) return;
      held = false;
      chosen = trait;
      showAuto();
      show();
    },
  };
}
