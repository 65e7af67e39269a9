/** The whole of a ParticlePlayground view: puts the parts together and keeps them in step with the traits. */

import { createActions } from "../core/ui/actions";
import { Cleanup } from "../core/ui/cleanup";
import { element, set, setText } from "../core/ui/dom";
import { frameRow } from "../core/ui/framerow";
import { header } from "../core/ui/header";
import { keyboardHelp } from "../core/ui/help";
import { createViewState, oncePerFrame, type Model } from "../core/ui/model";
import { tellShown } from "../core/ui/shown";
import { iconButton } from "../core/ui/toolbar";
import { type Context, DEFAULT_VIEW, isGame, isHidden, VIEW_SHAPES } from "./context";
import { controlPanel, CONTROLS } from "./controls";
import { isReading, read, type Reading, TRAITS } from "./data";
import { exportMenu } from "./exports";
import { turnByKey } from "./hand";
import { methodTable } from "./methods";
import { picturePanel } from "./picturepanel";
import { presetMenu } from "./presets";
import { shortcuts } from "./shortcuts";
import { solidPanel } from "./solidpanel";
import { summary } from "./summary";
import { createTurning } from "./turning";
import { truthStrip } from "./truth";
import { verdictPanel } from "./verdictpanel";

/** Fills `root`; returns the clean-up. */
export function playground(model: Model, root: HTMLElement): () => void {
  const cleanup = new Cleanup();
  const redrawing = oncePerFrame(redraw);
  const resetting = oncePerFrame(showSettings);
  const turningOn = oncePerFrame(showTurn);
  const actions = createActions(model, cleanup, redrawing.request);
  const { saver, connection } = actions;
  const view = createViewState(saver, DEFAULT_VIEW, VIEW_SHAPES);
  const turning = createTurning(() => context.reading, saver, connection, view, turningOn.request);
  const context: Context = { ...actions, model, view, turning, reading: read(model) };

  const picture = picturePanel(context);
  const solid = solidPanel(context, picture);
  const verdict = verdictPanel(context);
  const controls = controlPanel(context);
  const lessons = presetMenu(context);
  const truth = truthStrip(context);
  const methods = methodTable(context);
  const exporting = exportMenu(context, picture.stage);
  const help = keyboardHelp(shortcuts(context, picture, solid, { help: () => help.open(), escape, next: verdict.next, teach }));
  const live = element("p.em-hidden", { "aria-live": "polite", "data-summary": true });
  const frame = frameRow(saver, connection);
  const guessing = element("button.em-button.em-guess-switch", { "data-action": "teach", onclick: teach }, "Guess first");
  let shown: Partial<Reading> = {};

  const head = header(actions, frame.element, lessons.menu.element, guessing, exporting.element, iconButton("help", "Keyboard and mouse", "?", "help", help.open));
  const body = element("div.em-body", {}, lessons.card, picture.element, solid.element, verdict.element, controls.element, element("div.em-below", {}, truth.element, methods.element));
  root.append(head.element, body, live, actions.toasts, help.element);

  /** Once a frame, however many traits came. */
  function redraw(): void {
    const before = shown;
    const reading = read(model);
    context.reading = shown = reading;
    // another recorded picture of a page: one looks at that, not at where one had turned the one before
    if (before.image && reading.image !== before.image && connection.where === "page") turning.back();
    showTurn();
    showTold();
    controls.update();
    frame.update(reading.controls.frame);
    set(body, { "data-mode": isReading(reading) ? "reading" : "playing" });
    if (reading.status.result !== before.status?.result) tellShown(root, reading.status.result);
  }

  /** What is told of the particle, and what is hidden of it. */
  function showTold(): void {
    const { provenance, status } = context.reading;
    // the title says what is cut
    head.update(isHidden(context) ? "Which particle is this?" : provenance.title || "Particle", status);
    verdict.update();
    lessons.update();
    truth.update();
    methods.update();
    guessing.hidden = isReading(context.reading);
    setText(live, summary(context));
  }

  function showTurn(): void {
    picture.show();
    solid.show();
    set(body, { "data-away": connection.where !== "live" && !turning.recorded() });
  }

  function showSettings(): void {
    const changed = view.news();
    picture.showSettings(changed);
    solid.showSettings(changed);
    if (changed("sections")) controls.showSettings();
    if (changed("teach", "guess", "revealed", "score", "about", "preset")) {
      set(guessing, { "aria-pressed": isGame(context), title: "Guess from the picture before anything is shown (g)" });
      showTold();
      controls.update();
    }
  }

  function teach(): void {
    if (isReading(context.reading)) return;
    view.save({ teach: isGame(context) ? "off" : "guess", guess: null, revealed: false });
  }

  function escape(): void {
    if (connection.where === "live" && context.reading.status.state === "running") actions.cancel();
  }

  for (const name of new Set([...TRAITS, ...CONTROLS])) cleanup.on(model, `change:${name}`, redrawing.request);
  cleanup.on(model, "change:view", resetting.request);
  cleanup.listen<KeyboardEvent>(root, "keydown", (event) => {
    // on the ground of the widget arrows turn the particle; what has the focus has its own use for them
    if (event.target !== root || !turnByKey(context, event)) help.handle(event);
  });
  redraw();
  showSettings();

  return () => {
    turning.destroy();
    cleanup.run();
    saver.flush();
    for (const job of [redrawing, resetting, turningOn]) job.cancel();
    for (const part of [picture, solid, exporting, lessons.menu]) part.destroy();
    root.remove();
  };
}
