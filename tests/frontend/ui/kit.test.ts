// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Cleanup } from "../../../emwidgets/frontend/src/core/ui/cleanup";
import { copyText } from "../../../emwidgets/frontend/src/core/ui/download";
import { element, set, setText, uniqueId } from "../../../emwidgets/frontend/src/core/ui/dom";
import { keyboardHelp } from "../../../emwidgets/frontend/src/core/ui/help";
import { menu, popover } from "../../../emwidgets/frontend/src/core/ui/popover";
import { statusBar, type Status } from "../../../emwidgets/frontend/src/core/ui/statusbar";
import { choices, iconButton } from "../../../emwidgets/frontend/src/core/ui/toolbar";

beforeEach(() => document.body.replaceChildren());

describe("elements", () => {
  it("take classes, attributes, listeners and text", () => {
    const clicked = vi.fn();
    const node = element("button.em-a.em-b", { title: "<i>", hidden: false, "aria-pressed": false, onclick: clicked }, "<b>bold</b>", null, false);
    node.click();
    expect(clicked).toHaveBeenCalledOnce();
    expect(node.className).toBe("em-a em-b");
    expect(node.getAttribute("aria-pressed")).toBe("false");
    expect(node.hasAttribute("hidden")).toBe(false);
    expect(node.children).toHaveLength(0);
    expect(node.textContent).toBe("<b>bold</b>");
  });

  it("lose an attribute that is null", () => {
    expect(set(element("p", { title: "x" }), { title: null }).hasAttribute("title")).toBe(false);
  });

  it("that take keys tell JupyterLab so themselves", () => {
    const marked = (node: HTMLElement): boolean => node.hasAttribute("data-lm-suppress-shortcuts");
    expect([element("input"), element("button"), element("summary"), element("tr", { tabindex: -1 })].every(marked)).toBe(true);
    expect(marked(element("div"))).toBe(false);
  });

  it("are not touched when the text is the same", () => {
    const node = element("p", {}, "same");
    const before = node.firstChild;
    setText(node, "same");
    expect(node.firstChild).toBe(before);
  });
});

it("gives ids that no other run of the bundle on the page gives", async () => {
  vi.resetModules();
  const again = await import("../../../emwidgets/frontend/src/core/ui/dom");
  const ids = [uniqueId(), uniqueId(), again.uniqueId(), again.uniqueId()];
  expect(new Set(ids).size).toBe(4);
});

it("cleans up in reverse, once", () => {
  const done: number[] = [];
  const cleanup = new Cleanup();
  const heard = vi.fn();
  cleanup.add(() => done.push(1));
  cleanup.add(() => done.push(2));
  cleanup.listen(window, "resize", heard);
  cleanup.run();
  cleanup.run();
  window.dispatchEvent(new Event("resize"));
  expect(done).toEqual([2, 1]);
  expect(heard).not.toHaveBeenCalled();
});

describe("buttons and choices", () => {
  it("have a name for screen readers and the key in the tooltip", () => {
    const button = iconButton("fit", "Whole image", "0", "whole", () => {});
    expect(button.getAttribute("aria-label")).toBe("Whole image");
    expect(button.title).toBe("Whole image (0)");
  });

  it("are one group of radio buttons each", () => {
    const chosen = vi.fn();
    const made = [1, 2].map(() => choices("Colour by", [["a", "A"], ["b", "B"]], chosen));
    document.body.append(...made.map((each) => each.element));
    made[0].show("a");
    made[1].show("b");
    expect([...document.querySelectorAll("input")].map((input) => input.checked)).toEqual([true, false, false, true]);
    document.querySelectorAll("input")[1].click();
    expect(chosen).toHaveBeenCalledWith("b");
  });
});

describe("popovers", () => {
  it("close by Escape and by a press elsewhere, and listen to the page only while open", () => {
    const listen = vi.spyOn(document, "addEventListener");
    const opened = vi.fn();
    const made = popover("contrast", "Contrast", "contrast", [element("p", {}, "content")], opened);
    document.body.append(made.element);
    const details = made.element as HTMLDetailsElement;
    const settle = (): boolean => details.dispatchEvent(new Event("toggle"));
    expect(listen).not.toHaveBeenCalled();
    made.toggle();
    settle();
    expect(opened).toHaveBeenCalled();
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
    expect(made.isOpen()).toBe(false);
    made.toggle();
    settle();
    details.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(made.isOpen()).toBe(false);
    made.destroy();
  });

  it("take the focus when a key opens them, and the next Escape anywhere in the widget", () => {
    const made = popover("contrast", "Contrast", "contrast", [element("p", {}, "content")]);
    const picture = element("div", { tabindex: 0 });
    const escaped = vi.fn();
    const root = element("div.em-root", { onkeydown: escaped }, made.element, picture);
    document.body.append(root);
    made.toggle();
    made.element.dispatchEvent(new Event("toggle"));
    expect(document.activeElement).toBe(made.element.querySelector(".em-popover"));
    const escape = (): boolean => picture.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    escape();
    expect(made.isOpen()).toBe(false);
    expect(escaped).not.toHaveBeenCalled();
    made.element.dispatchEvent(new Event("toggle"));
    escape();
    expect(escaped).toHaveBeenCalledOnce();
  });

  it("close when an entry of a menu is chosen", () => {
    const choose = vi.fn();
    const made = menu("download", "Export", "export", [["table", "Table (CSV)", "csv", choose]]);
    document.body.append(made.element);
    made.toggle();
    made.element.querySelector<HTMLElement>("[data-action=csv]")!.click();
    expect(choose).toHaveBeenCalledOnce();
    expect(made.isOpen()).toBe(false);
  });
});

describe("shortcuts", () => {
  const press = (target: HTMLElement, key: string, more = {}): KeyboardEvent => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
    Object.defineProperty(event, "target", { value: target });
    return event;
  };

  it("are all listed, and run only where nobody types", () => {
    const run = vi.fn();
    const help = keyboardHelp([["Group", null], ["o", "Overlay", run], ["drag", "Move"]]);
    expect(help.element.textContent).toContain("Overlay");
    expect(help.element.textContent).toContain("drag");
    help.handle(press(element("div"), "o"));
    help.handle(press(element("input", { type: "range" }), "o"));
    expect(run).toHaveBeenCalledTimes(2);
    help.handle(press(element("input", { type: "number" }), "o"));
    help.handle(press(element("div"), "o", { ctrlKey: true }));
    help.handle(press(element("div"), "x"));
    expect(run).toHaveBeenCalledTimes(2);
  });
});

describe("the status bar", () => {
  const status = (more: Partial<Status>): Status => ({ state: "idle", stage: "", fraction: 0, message: "", result: 0, ...more });

  it("shows progress and a way out while running", () => {
    const cancel = vi.fn();
    const bar = statusBar(cancel);
    bar.update(status({ state: "running", stage: "filtering", fraction: 0.42 }));
    expect(bar.element.querySelector("[role=progressbar]")!.getAttribute("aria-valuenow")).toBe("42");
    expect(bar.element.textContent).toContain("filtering");
    bar.element.querySelector("button")!.click();
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("shows an error as text, and nothing when idle", () => {
    const bar = statusBar(() => {});
    bar.update(status({ state: "error", message: "<img src=x> is constant" }));
    expect(bar.element.dataset.state).toBe("error");
    expect(bar.element.querySelector("img")).toBeNull();
    expect(bar.element.textContent).toContain("<img src=x> is constant");
    bar.update(status({}));
    expect(bar.element.querySelector(".em-status-text")!.textContent).toBe("");
    expect(bar.element.querySelector("button")!.hidden).toBe(true);
  });
});

it("copies by a selection where the clipboard is not allowed", async () => {
  vi.stubGlobal("navigator", {});
  document.execCommand = vi.fn(() => true);
  expect(await copyText("code")).toBe(true);
  expect(document.querySelector("textarea")).toBeNull();
  vi.unstubAllGlobals();
});
