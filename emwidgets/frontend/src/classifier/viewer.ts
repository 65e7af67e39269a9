/** The whole of a PatternClassifier view: puts the parts together and keeps them in step with the traits. */

import { createActions } from "../core/ui/actions";
import { Cleanup } from "../core/ui/cleanup";
import { element, set, setText } from "../core/ui/dom";
import { frameRow } from "../core/ui/framerow";
import { header } from "../core/ui/header";
import { keyboardHelp } from "../core/ui/help";
import { type Changed, createViewState, oncePerFrame, type Model } from "../core/ui/model";
import { tellShown } from "../core/ui/shown";
import { iconButton } from "../core/ui/toolbar";
import { tallied } from "./classes";
import { type ClassifierView, type Context, DEFAULT_VIEW, VIEW_SHAPES } from "./context";
import { type Reading, read } from "./data";
import { exportMenu } from "./exports";
import { gallery } from "./gallery";
import { type Navigator, navigator } from "./navigator";
import { patternPanel } from "./patternpanel";
import { shortcuts } from "./shortcuts";
import { summary } from "./summary";
import { verdictPanel } from "./verdictpanel";

/** Fills `root`; returns the clean-up. */
export function viewer(model: Model, root: HTMLElement): () => void {
  const cleanup = new Cleanup();
  const redrawing = oncePerFrame(redraw);
  const resetting = oncePerFrame(showSettings);
  const actions = createActions(model, cleanup, redrawing.request);
  const { saver, connection } = actions;
  const context: Context = {
    ...actions,
    model,
    view: createViewState(saver, DEFAULT_VIEW, VIEW_SHAPES),
    reading: read(model),
    tally: null,
  };

  const pattern = patternPanel(context);
  const verdict = verdictPanel(context);
  const list = gallery(context);
  let map: Navigator | null = null;
  const exporting = exportMenu(context, pattern.stage, () => map?.stage ?? null);
  const help = keyboardHelp(shortcuts(context, pattern, list, () => help.open(), escape));
  const live = element("p.em-hidden", { "aria-live": "polite", "data-summary": true });
  const frame = frameRow(saver, connection);
  let shown: Partial<Reading> = {};

  const head = header(actions, frame.element, exporting.element, iconButton("help", "Keyboard and mouse", "?", "help", help.open));
  const body = element("div.em-body", {}, pattern.element, verdict.element, list.element);
  root.append(head.element, body, live, actions.toasts, help.element);

  /** Once a frame, however many traits came; only what changed is drawn again. */
  function redraw(): void {
    const before = shown;
    const reading = read(model);
    context.reading = shown = reading;
    const changed = (...names: (keyof Reading)[]): boolean => names.some((name) => reading[name] !== before[name]);
    head.update(reading.provenance.title || "Patterns", reading.status);
    if (changed("image")) pattern.showImage();
    if (changed("members")) pattern.showMembers();
    else if (changed("image", "maps", "evidence", "verdict")) pattern.draw();
    verdict.update();
    showStack(changed);
    frame.update(reading.controls.frame);
    setText(live, summary(reading));
    if (reading.status.result !== before.status?.result) tellShown(root, reading.status.result);
  }

  function showStack(changed: Changed<Reading>): void {
    const { frames, corrections } = context.reading;
    const stack = frames !== null && frames.total > 1;
    list.element.hidden = !stack;
    if (frames && changed("frames", "corrections")) context.tally = tallied(frames, corrections);
    set(body, { "data-layout": !stack ? "single" : frames.shape.length === 2 ? "scan" : "stack" });
    if (!stack) return;
    showMap(changed);
    if (changed("frames", "corrections")) list.update();
    if (changed("thumbnails")) list.showThumbnails();
    if (changed("frame")) list.showChosen();
  }

  /** Made when the first scan comes: a single pattern needs none. */
  function showMap(changed: Changed<Reading>): void {
    const scan = context.reading.frames!.shape.length === 2;
    const first = scan && !map;
    if (first) {
      map = navigator(context);
      verdict.element.after(map.element);
      map.showSettings(() => true);
    }
    if (!map) return;
    map.element.hidden = !scan;
    if (!scan) return;
    if (first || changed("navigator")) map.showImage();
    if (first || changed("frames", "corrections")) map.update();
    if (changed("frame")) map.showChosen();
  }

  function showSettings(): void {
    const changed: Changed<ClassifierView> = context.view.news();
    pattern.showSettings(changed);
    map?.showSettings(changed);
    if (changed("filter", "sort", "page")) list.showSettings();
  }

  function escape(): void {
    if (connection.where === "live" && context.reading.status.state === "running") actions.cancel();
  }

  for (const name of Object.keys(context.reading)) cleanup.on(model, `change:${name}`, redrawing.request);
  cleanup.on(model, "change:view", resetting.request);
  cleanup.listen(root, "keydown", help.handle);
  redraw();
  showSettings();

  return () => {
    cleanup.run();
    saver.flush();
    for (const job of [redrawing, resetting]) job.cancel();
    for (const part of [pattern, list, exporting, map]) part?.destroy();
    root.remove();
  };
}
