// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createActions } from "../../../emwidgets/frontend/src/core/ui/actions";
import { Cleanup } from "../../../emwidgets/frontend/src/core/ui/cleanup";
import { header, type Header, travelShortcuts } from "../../../emwidgets/frontend/src/core/ui/header";
import { keyboardHelp } from "../../../emwidgets/frontend/src/core/ui/help";
import type { Status } from "../../../emwidgets/frontend/src/core/ui/statusbar";
import { FakeModel, type Steps } from "../harness/model";

const ATTACK = "<img src=x onerror=alert(1)>\"'</script><!--\u202e";
const IDLE: Status = { state: "idle", stage: "", fraction: 0, message: "", result: 1, undo: null, redo: null };

let model: FakeModel;
let head: Header;

function start(steps?: Steps, status: Partial<Status> = {}): void {
  model = new FakeModel({ view: {}, controls: {}, asked: { cancel: 0, undo: 0, redo: 0 }, status: { ...IDLE, ...status } }, new Set(["view", "asked"]), steps);
  const actions = createActions(model, new Cleanup(), update);
  head = header(actions, null);
  document.body.replaceChildren(head.element);
  document.body.onkeydown = keyboardHelp(travelShortcuts(actions)).handle;
  update();
}

const update = (): void => head?.update("Domains", model.get("status") as Status);
const find = (selector: string): HTMLElement => head.element.querySelector<HTMLElement>(selector)!;
const badge = (): HTMLElement => find("[data-connection]");
const undo = (): HTMLElement => find("[data-action=undo]");

function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}): boolean {
  return !target.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true, ...more }));
}

beforeEach(() => start());

describe("the badge", () => {
  it("says in a word and a sentence who answers, and announces when that changes", () => {
    expect([badge().textContent, badge().dataset.connection, badge().title]).toEqual(["live", "live", "Python answers"]);
    expect(badge().getAttribute("role")).toBe("status");
    model.disconnect();
    expect([badge().textContent, badge().dataset.connection]).toEqual(["disconnected", "disconnected"]);
    expect(badge().title).toContain("run the cell again");
    start({});
    expect([badge().textContent, badge().dataset.connection]).toEqual(["page", "page"]);
    expect(badge().title).toContain("what Python computed");
  });

  it("takes away the work that a lost kernel was doing", () => {
    start(undefined, { state: "running", stage: "filtering" });
    expect(find("[data-action=cancel]").hidden).toBe(false);
    model.disconnect();
    expect(find("[data-action=cancel]").hidden).toBe(true);
    expect(find(".em-status-text").textContent).toBe("");
  });
});

describe("undo and redo", () => {
  it("say what they would do, and are off where there is nothing", () => {
    expect([undo().getAttribute("aria-disabled"), undo().title]).toEqual(["true", "Nothing to undo"]);
    start(undefined, { undo: "Threshold" });
    expect([undo().getAttribute("aria-disabled"), undo().title]).toEqual(["false", "Undo Threshold (Ctrl+Z)"]);
    expect(undo().getAttribute("aria-label")).toBe("Undo Threshold");
    expect(find("[data-action=redo]").title).toBe("Nothing to redo");
  });

  it("keep the focus when there is nothing more to do", () => {
    start({});
    model.set("view", {});
    undo().focus();
    undo().click();
    update();
    expect(document.activeElement).toBe(undo());
  });

  it("are asked for by buttons and by keys", () => {
    start(undefined, { undo: "Threshold", redo: "View" });
    undo().click();
    expect(press(undo(), "z")).toBe(true);
    expect(press(undo(), "z", { ctrlKey: false, metaKey: true })).toBe(true);
    expect(model.get("asked")).toEqual({ cancel: 0, undo: 3, redo: 0 });
    find("[data-action=redo]").click();
    expect(press(undo(), "Z", { shiftKey: true })).toBe(true);
    expect(press(undo(), "y")).toBe(true);
    expect(model.get("asked")).toEqual({ cancel: 0, undo: 3, redo: 3 });
    expect(press(undo(), "z", { altKey: true })).toBe(false);
    expect(press(undo(), "z", { ctrlKey: false })).toBe(false);
  });

  it("leave Ctrl+Z to a field that is being edited, and to nothing else", () => {
    start(undefined, { undo: "Threshold" });
    const field = document.createElement("input");
    document.body.append(field);
    field.dataset.dirty = "yes";
    expect(press(field, "z")).toBe(false);
    expect(model.get("asked")).toMatchObject({ undo: 0 });
    delete field.dataset.dirty;
    expect(press(field, "z")).toBe(true);
    expect(model.get("asked")).toMatchObject({ undo: 1 });
  });
});

it("never takes text for markup, and keeps a long title to one line of its own direction", () => {
  start(undefined, { undo: ATTACK, redo: ATTACK, state: "error", message: ATTACK });
  const long = ATTACK + "x".repeat(10_000);
  head.update(long, model.get("status") as Status);
  expect(head.element.querySelector("img, script")).toBeNull();
  expect([find("h1").textContent, find("h1").title, find("h1").dir]).toEqual([long, long, "auto"]);
  expect(undo().title).toBe(`Undo ${ATTACK} (Ctrl+Z)`);
});

it("lists its keys in the help", () => {
  const help = keyboardHelp(travelShortcuts(createActions(model, new Cleanup(), vi.fn())));
  for (const key of ["Ctrl+Z", "Ctrl+Shift+Z, Ctrl+Y"]) expect(help.element.textContent).toContain(key);
});
