/** The whole of a DomainExplorer view: puts the parts together and keeps them in step with the traits. */

import { createActions } from "../core/ui/actions";
import { Cleanup } from "../core/ui/cleanup";
import { element, setText } from "../core/ui/dom";
import { frameRow } from "../core/ui/framerow";
import { header } from "../core/ui/header";
import { keyboardHelp } from "../core/ui/help";
import { createViewState, oncePerFrame, type Model } from "../core/ui/model";
import { tellShown } from "../core/ui/shown";
import { iconButton } from "../core/ui/toolbar";
import { DEFAULT_VIEW, reach, select, VIEW_SHAPES, type Context } from "./context";
import { controlPanel, GROUPS } from "./controls";
import { numbers, read, type Reading } from "./data";
import { followed } from "./following";
import { exportMenu } from "./exports";
import { createHover, litBy, targetOf } from "./hover";
import { imagePanel } from "./imagepanel";
import { mixtureChart } from "./mixturechart";
import { shortcuts } from "./shortcuts";
import { spectrumPanel } from "./spectrumpanel";
import { summary } from "./summary";
import { tables } from "./tables";
import { totalsStrip } from "./totals";

/** Traits that change what is shown, besides those of a reading. */
const CONTROLS = [...GROUPS.flatMap(([, , names]) => names), "pixel_size", "frame"];

/** Fills `root`; returns the clean-up. */
export function explorer(model: Model, root: HTMLElement): () => void {
  const cleanup = new Cleanup();
  const redrawing = oncePerFrame(redraw);
  const resetting = oncePerFrame(showSettings);
  const hovering = oncePerFrame(showLit);
  const actions = createActions(model, cleanup, redrawing.request);
  const { saver, connection } = actions;
  const context: Context = {
    ...actions,
    model,
    view: createViewState(saver, DEFAULT_VIEW, VIEW_SHAPES),
    hover: createHover(hovering.request),
    reading: read(model),
  };

  const image = imagePanel(context);
  const spectrum = spectrumPanel(context);
  const mixture = mixtureChart(context);
  const controls = controlPanel(context, spectrum.preview);
  const totals = totalsStrip();
  const lists = tables(context);
  const exporting = exportMenu(context, image.stage, spectrum.stage, lists.peaks, lists.domains);
  const help = keyboardHelp(shortcuts(context, image, spectrum, () => help.open(), escape));
  const live = element("p.em-hidden", { "aria-live": "polite", "data-summary": true });
  const frame = frameRow(saver, connection);
  let shown: Partial<Reading> = {};
  let { where } = connection;

  const helpButton = iconButton("help", "Keyboard and mouse", "?", "help", help.open);
  const head = header(actions, frame.element, exporting.element, helpButton);
  const side = element("div.em-side", {}, spectrum.element, mixture.element);
  root.append(
    head.element,
    element("div.em-body", {}, image.element, side, controls.element, totals.element, lists.element),
    live,
    actions.toasts,
    help.element,
  );

  /** Once a frame, however many traits came; only what changed is drawn again. */
  function redraw(): void {
    const before = shown;
    follow(before);
    const reading = read(model);
    context.reading = shown = reading;
    const changed = (...names: (keyof Reading)[]): boolean => names.some((name) => reading[name] !== before[name]);
    if (connection.where !== "live") spectrum.setAdding(false);
    head.update(reading.provenance.title || "Domains", reading.status);
    if (changed("image")) image.showImage();
    if (changed("runs", "totals", "domains")) image.draw();
    if (changed("peaks", "controls")) spectrum.endPreview();
    if (changed("spectrum")) spectrum.showImage();
    if (changed("peaks", "controls", "spectrum")) spectrum.draw();
    if (changed("peaks", "mixture")) mixture.update();
    if (changed("totals")) totals.update(reading);
    if (changed("peaks", "include", "exclude") || connection.where !== where) lists.showPeaks();
    where = connection.where;
    if (changed("domains")) lists.showDomains();
    controls.update();
    frame.update(reading.controls.frame);
    if (changed("selection", "peaks", "domains")) {
      lists.showSelection();
      showLit();
    }
    setText(live, summary(reading));
    if (reading.status.result !== before.status?.result) tellShown(root, reading.status.result);
  }

  /** A new result of the same image keeps the selection where it was; on another image it means nothing. */
  function follow({ peaks, domains, selection, image: pixels }: Partial<Reading>): void {
    const now = read(model);
    // one made after the result came is about the new result
    if (!peaks || !domains || !selection || selection !== now.selection) return;
    if (now.peaks === peaks && now.domains === domains) return;
    const same = now.image === pixels;
    const next = same ? followed({ peaks, domains, selection }, now, reach(context)) : { peak: null, domain: null };
    if (next.peak !== selection.peak || next.domain !== selection.domain) select(context, { ...next, followed: true });
  }

  function showSettings(): void {
    const changed = context.view.news();
    image.showSettings(changed);
    spectrum.showSettings(changed);
    lists.showSettings();
  }

  function showLit(): void {
    const { peaks, domains, selection } = context.reading;
    const lit = litBy(context.hover.get() ?? targetOf(selection, domains), peaks, domains);
    const labels = numbers(domains, "label");
    image.setLit([...lit.domains].map((row) => labels[row]));
    spectrum.setLit([...lit.peaks]);
    mixture.mark(lit);
    lists.setLit(lit);
  }

  function escape(): void {
    if (connection.where === "live" && context.reading.status.state === "running") actions.cancel();
    else select(context, {});
  }

  for (const name of [...Object.keys(context.reading), ...CONTROLS]) cleanup.on(model, `change:${name}`, redrawing.request);
  cleanup.on(model, "change:view", resetting.request);
  cleanup.listen(root, "keydown", help.handle);
  redraw();
  showSettings();

  return () => {
    cleanup.run();
    saver.flush();
    for (const job of [redrawing, resetting, hovering]) job.cancel();
    for (const part of [image, spectrum, mixture, exporting]) part.destroy();
    root.remove();
  };
}
