/** One row of the control panel, built from what Python says about the control. */

import { element, set, setText, uniqueId } from "./dom";
import { prettyUnit, significant, stepDigits, withUnit } from "./format";
import { createSlider } from "./slider";

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

/** `onChange` comes while a handle moves and, with `done`, once it is let go or a number is typed. */
export function controlRow(
  name: string,
  first: ControlSpec,
  onChange: (name: string, value: ControlValue, done: boolean) => void,
): ControlRow {
  const isRange = Array.isArray(first.value) || name.endsWith("_range");
  const labels = isRange ? [`${first.label}, minimum`, `${first.label}, maximum`] : [first.label];
  let spec = first;
  let chosen: ControlValue = null;
  /** from the first move of a handle until it is let go, the browser's value is the newer one */
  let held = false;

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
      onkeydown: entered,
      onblur: left,
    }),
  );
  const slider = createSlider(labels, (value) => withUnit(significant(value), spec.unit), (values, done) => {
    values.forEach((value, i) => write(fields[i], value));
    send(isRange ? values : values[0], done);
  });
  const label = element("label.em-control-label", { for: fields[0].id });
  const auto = element("button.em-chip", { type: "button", "data-auto": name, onclick: toggleAuto }, "auto");
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

  function send(next: ControlValue, done: boolean): void {
    chosen = next;
    held = !done;
    showAuto();
    onChange(name, next, done);
  }

  /** From auto to the value in force, so that nothing jumps; and back. */
  function toggleAuto(): void {
    send(chosen === null ? spec.value : null, true);
  }

  /** What is written is rounded: a field that still says it stands for the exact value. */
  function typed(event: Event): void {
    delete (event.target as HTMLElement).dataset.dirty;
    const before = inForce();
    const texts = fields.map((field) => field.value.trim());
    const edited = texts.map((text, i) => before === null || text !== written(before[i]));
    const values = texts.map((text, i) => (edited[i] ? Math.min(spec.max, Math.max(spec.min, Number(text))) : before![i]));
    const valid = texts.every(Boolean) && values.every(Number.isFinite) && !(values[0] >= values[1]);
    if (valid && edited.includes(true)) send(isRange ? values : values[0], true);
    else if (spec.auto && texts.includes("")) send(null, true);
    show();
  }

  /** In a notebook, Enter makes no `change`. */
  function entered(event: KeyboardEvent): void {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    typed(event);
  }

  function left(event: Event): void {
    delete (event.target as HTMLElement).dataset.dirty;
    show();
  }

  /** As finely as the slider steps; where values span decades, with four digits at least. */
  function written(number: number): string {
    const digits = stepDigits(spec.step);
    const four = !isRange && spec.scale === "log" && number > 0 ? 3 - Math.floor(Math.log10(number)) : 0;
    return String(Number(number.toFixed(Math.min(12, Math.max(digits, four)))));
  }

  function inForce(): number[] | null {
    const value = chosen ?? spec.value;
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
    auto.hidden = !spec.auto;
    set(auto, {
      "aria-pressed": on,
      "aria-label": `${spec.label}: automatic`,
      title: on ? "Derived from the image; click to keep this value" : "Let the analysis choose again",
    });
  }

  function show(): void {
    const values = inForce();
    slider.show(spec, values ?? [spec.min, spec.max]);
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
      setText(label, spec.label);
      setText(help, spec.help);
      setText(unit, prettyUnit(spec.unit));
      setText(pixels, spec.px === null ? "" : withUnit(significant(spec.px), spec.pxUnit));
      row.title = spec.help;
      if (held) return;
      chosen = trait;
      showAuto();
      show();
    },
  };
}
