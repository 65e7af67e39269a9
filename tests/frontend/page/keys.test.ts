// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { forwardKeys } from "../../../emwidgets/frontend/src/page/keys";

let page: HTMLElement;
let heard: string[];

beforeEach(() => {
  heard = [];
  document.body.innerHTML = '<main><div class="em-root" id="a"><p></p></div><div class="em-root" id="b"><p></p></div></main>';
  page = document.querySelector("main")!;
  forwardKeys(page);
  for (const root of page.children) {
    root.addEventListener("keydown", (event) => {
      heard.push(`${root.id} ${(event as KeyboardEvent).key}`);
      event.preventDefault();
    });
  }
});

// each test listens to the document anew, and there is one page in a document
afterEach(() => page.replaceChildren());

function press(from: Element): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true, cancelable: true });
  from.dispatchEvent(event);
  return event;
}

it("gives keys that nobody has to the first widget, and then to the one touched last", () => {
  expect(press(document.body).defaultPrevented).toBe(true);
  page.querySelector("#b p")!.dispatchEvent(new Event("wheel", { bubbles: true }));
  press(document.body);
  expect(heard).toEqual(["a z", "b z"]);
});

it("leaves a key where it is heard already", () => {
  press(page.querySelector("#b")!);
  expect(heard).toEqual(["b z"]);
});

it("does nothing on a page without widgets", () => {
  page.replaceChildren();
  expect(press(document.body).defaultPrevented).toBe(false);
});
