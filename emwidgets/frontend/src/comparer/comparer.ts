/** The whole of a RefocusComparer view: puts the parts together and keeps them in step with the traits. */

import { createActions } from "../core/ui/actions";
import { Cleanup } from "../core/ui/cleanup";
import { element, set, setText } from "../core/ui/dom";
import { frameRow } from "../core/ui/framerow";
import { header } from "../core/ui/header";
import { keyboardHelp } from "../core/ui/help";
import { createViewState, oncePerFrame, type Model } from "../core/ui/model";
import { tellShown } from "../core/ui/shown";
import { iconButton } from "../core/ui/toolbar";
import { Blend } from "./blend";
import { type Context, DEFAULT_VIEW, strength, VIEW_SHAPES } from "./context";
import { controlPanel } from "./controls";
import { isBusy, read, type Reading, TRAITS } from "./data";
import { exportMenu } from "./exports";
import { imagePanel } from "./imagepanel";
import { measuresPanel } from "./measures";
import { profileCurves, profilePanel } from "./profile";
import { sheet } from "./sheet";
import { shortcuts } from "./shortcuts";
import { spectraPanel } from "./spectra";
import { summary } from "./summary";

/** Fills `root`; returns the clean-up. */
export function comparer(model: Model, root: HTMLElement): () => void {
  const cleanup = new Cleanup();
  const redrawing = oncePerFrame(redraw);
  const resetting = oncePerFrame(showSettings);
  const blending = oncePerFrame(showStrength);
  const profiling = oncePerFrame(showProfile);
  const actions = createActions(model, cleanup, redrawing.request);
  const { saver, connection } = actions;
  const context: Context = { ...actions, model, view: createViewState(saver, DEFAULT_VIEW, VIEW_SHAPES), reading: read(model), held: null };

  const image = imagePanel(context);
  const { stages } = image;
  const profile = profilePanel(context, () => image.useTool("profile"));
  const spectra = spectraPanel(context);
  const measures = measuresPanel(context);
  const exporting = exportMenu(context, {
    picture: () => sheet(context, stages, image.legend),
    profile: () => ({ curves: profileCurves(context, stages.left.measurement, stages.restored), unit: stages.left.measurement?.unit ?? "" }),
  });
  const controls = controlPanel(context, {
    follow: blending.request,
    draw: () => image.useTool("region"),
    clear: stages.region.clear,
    picture: exporting.picture,
  });
  const help = keyboardHelp(shortcuts(context, image, () => help.open(), escape));
  const said = element("p.em-said", { "data-said": true });
  const live = element("p.em-hidden", { "aria-live": "polite", "data-summary": true });
  const frame = frameRow(saver, connection);
  let shown: Partial<Reading> = {};
  let blend: Blend | null = null;
  let busy = false;
  let { where } = connection;

  const head = header(actions, frame.element, exporting.menu.element, iconButton("help", "Keyboard and mouse", "?", "help", help.open));
  const side = element("div.em-side", {}, measures.element, profile.element, spectra.element);
  const body = element("div.em-body", {}, said, image.element, side, controls.element);
  root.append(head.element, body, live, actions.toasts, help.element);
  stages.onMeasure(profiling.request);

  /** Once a frame, however many traits came; only what changed is drawn again. */
  function redraw(): void {
    const before = shown;
    const reading = read(model);
    context.reading = shown = reading;
    const changed = (...names: (keyof Reading)[]): boolean => names.some((name) => reading[name] !== before[name]) || connection.where !== where;
    head.update(reading.provenance.title || "Refocusing", reading.status);
    if (changed("before", "after")) blend = reading.before && reading.after && new Blend(reading.before, reading.after);
    if (changed("before", "after", "truth", "defocus", "uncertainty", "region", "blur")) {
      image.show(blend);
      showProfile();
    } else showStrength();
    const turned = busy !== (busy = isBusy(reading));
    if (turned || changed("measures", "blur")) measures.update();
    if (turned || changed("spectra", "blur")) spectra.update();
    controls.update();
    frame.update(reading.controls.frame);
    showSaid();
    where = connection.where;
    if (reading.status.result !== before.status?.result) tellShown(root, reading.status.result);
  }

  /** In one place for eyes, in another for screen readers, which hear of the result only. */
  function showSaid(): void {
    const { reading } = context;
    const text = summary(reading);
    setText(said, text);
    set(said, { "data-state": reading.status.state });
    if (reading.status.state !== "running") setText(live, text.replace(/\u202f/g, " "));
  }

  /** The strength that is shown, which the slider may move many times before Python hears of it. */
  function showStrength(): void {
    if ((blend?.at(strength(context)) ?? null) !== stages.restored) {
      image.show(blend);
      showProfile();
      measures.update();
    }
  }

  function showProfile(): void {
    profile.show(stages.left.measurement, stages.restored);
  }

  function showSettings(): void {
    const changed = context.view.news();
    set(body, { "data-mode": context.view.get().mode });
    image.showSettings(changed);
    if (changed("against")) spectra.update();
    if (changed("strength", "mode")) {
      measures.update();
      controls.update();
      showProfile();
    }
  }

  function escape(): void {
    if (connection.where === "live" && context.reading.status.state === "running") actions.cancel();
    else if (context.view.get().tool !== "pan") image.useTool("pan");
  }

  for (const name of TRAITS) cleanup.on(model, `change:${name}`, redrawing.request);
  cleanup.on(model, "change:view", resetting.request);
  cleanup.listen(root, "keydown", help.handle);
  redraw();
  showSettings();

  return () => {
    cleanup.run();
    saver.flush();
    for (const job of [redrawing, resetting, blending, profiling]) job.cancel();
    for (const part of [image, profile, spectra, exporting.menu]) part.destroy();
    root.remove();
  };
}
