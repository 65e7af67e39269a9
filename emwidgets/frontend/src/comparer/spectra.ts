/** How much of each fineness the images hold, and from where on there is nothing but noise, which is not to be amplified. */

import { element, set, setText, svg } from "../core/ui/dom";
import { prettyUnit, significant, withUnit } from "../core/ui/format";
import { panel } from "../core/ui/panel";
import { isBusy, type Spectra } from "./data";
import { type Below, type Curve, curveChart, type CurveKind } from "./curves";
import { type Context, names } from "./context";

/** Python sends logarithms; the axis makes its own. */
export function spectrumCurves(context: Context, spectra: Spectra): Curve[] {
  const called = names(context);
  const x = spectra.frequency.map((each) => each ?? NaN);
  return (["truth", "before", "after"] as CurveKind[]).flatMap((kind) => {
    const powers = spectra[kind];
    return powers?.length ? [{ kind, name: called[kind], x, y: powers.map((power) => (power === null ? NaN : 10 ** power)) }] : [];
  });
}

/** "0.24 nm⁻¹ (4.2 nm)" */
export function cutoffText({ cutoff, unit }: Spectra): string {
  if (!cutoff) return "";
  return `${withUnit(significant(cutoff), unit)} (${withUnit(significant(1 / cutoff), unit.replace("1/", ""))})`;
}

export function spectraPanel(context: Context): { element: HTMLElement; update(): void; destroy(): void } {
  const chart = curveChart("Radial power spectra");
  const note = element("p.em-note", { "data-cutoff": true });
  const box = panel("spectra", "Radial spectra", null, null, chart.element, note);

  /** Everything beyond the cut-off shaded, and the level of the noise. */
  const marks = ({ cutoff, noise }: Spectra): Below => ({ right, down }) => [
    cutoff && svg("rect", { class: "em-beyond", x: right(cutoff), y: 0, width: 4000, height: 4000 }),
    cutoff && svg("path", { class: "em-cutoff", d: `M${right(cutoff)} 0V4000` }),
    typeof noise === "number" && svg("path", { class: "em-noise", d: `M0 ${down(10 ** noise)}H4000` }),
  ].map((each) => each || null);

  return {
    element: box,
    destroy: chart.destroy,
    update() {
      const { spectra } = context.reading;
      set(box, { "aria-busy": isBusy(context.reading) });
      if (isBusy(context.reading) && note.firstChild) return;
      box.hidden = !spectra;
      if (!spectra) return;
      const { unit } = spectra;
      const inverse = unit.replace("1/", "");
      const sayX = (k: number): string => (k ? `${withUnit(significant(k), unit)} · ${withUnit(significant(1 / k), inverse)}` : withUnit("0", unit));
      const sayY = (power: number): string => significant(power, 2);
      chart.show(spectrumCurves(context, spectra), [`frequency / ${prettyUnit(unit)}`, "power"], [sayX, sayY], true, marks(spectra));
      const text = cutoffText(spectra);
      const level = typeof spectra.noise === "number" ? " Dotted: level of the noise." : "";
      setText(note, text ? `Shaded: beyond the noise cut-off, ${text}: nearly all noise, which is not to be amplified.${level}` : "No noise cut-off was found.");
    },
  };
}
