// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Pixels, PointLayer, RingLayer } from "../../../emwidgets/frontend/src/core/types";
import { alike, dragged, IDENTITY, type Quaternion, times } from "../../../emwidgets/frontend/src/playground/quaternion";
import { hit } from "../harness/stage";
import { drag, frames, layer, type Playing, point, press, rest, SIDE, stage, start, viewOf } from "./start";
import { ball, cuboid, recording, result, readingTraits } from "./traits";

vi.mock("../../../emwidgets/frontend/src/core/stage", async () => ({ ImageStage: (await import("../harness/stage")).FakeStage }));

let playing: Playing;
const find = <E extends HTMLElement>(selector: string): E => playing.root.querySelector<E>(selector)!;
const solid = (): HTMLElement => find(".em-solid");
const orientation = (): Quaternion => playing.model.get("orientation") as Quaternion;
const sent = (name: string): unknown[] => playing.model.sent.flatMap((each) => (name in each ? [each[name]] : []));
const live = (): boolean => find("[data-stage]").hasAttribute("data-live");
const expectAlike = (a: Quaternion, b: Quaternion): void => expect(alike(a, b), `${a} and ${b}`).toBe(true);

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  playing.stop();
  vi.useRealTimers();
});

describe("a drag on the solid", () => {
  it("turns the front with the hand, and tells Python once it is let go", () => {
    playing = start();
    drag(solid(), 80, 0, false);
    expect(playing.model.sent).toEqual([]);
    point(solid(), "pointerup", 280, 200);
    frames();
    expect(sent("orientation")).toHaveLength(1);
    expectAlike(orientation(), dragged(80, 0, SIDE / 2));
  });

  it("goes on from where the particle lies", () => {
    playing = start();
    drag(solid(), 80, 0);
    drag(solid(), 0, 50);
    expectAlike(orientation(), times(dragged(0, 50, SIDE / 2), dragged(80, 0, SIDE / 2)));
  });

  it("round the rim rolls it about the beam", () => {
    playing = start();
    point(solid(), "pointerdown", 395, 200);
    point(solid(), "pointermove", 200, 395);
    point(solid(), "pointerup", 200, 395);
    frames();
    expectAlike(orientation(), [0, 0, Math.SQRT1_2, Math.SQRT1_2]);
  });

  it("seen from the side turns about the axes of that sight", () => {
    playing = start({ view: { camera: "side" } });
    drag(solid(), 80, 0);
    const along = orientation();
    // about the vertical of the drawing, which is mostly the beam
    expect(Math.abs(along[2])).toBeGreaterThan(Math.hypot(along[0], along[1]));
  });

  it("of a pixel or two is a click, and turns nothing", () => {
    playing = start();
    drag(solid(), 2, 1);
    expect(playing.model.sent).toEqual([]);
  });

  it("is given up when the view goes, and what was turned is told", () => {
    playing = start();
    drag(solid(), 80, 0, false);
    playing.stop();
    expect(sent("orientation")).toHaveLength(1);
    playing = start();
  });
});

describe("a drag on the picture", () => {
  const canvas = (): HTMLElement => stage().canvas;

  it("turns the particle, and is no click for the stage", () => {
    playing = start();
    const heard: string[] = [];
    for (const type of ["pointermove", "pointerup", "pointercancel"]) canvas().addEventListener(type, () => heard.push(type));
    drag(canvas(), 0, 60);
    expectAlike(orientation(), dragged(0, 60, SIDE / 2));
    expect(heard).toEqual(["pointercancel"]);
  });

  it("with another tool is the stage's", () => {
    playing = start({ view: { tool: "ruler" } });
    const heard: string[] = [];
    canvas().addEventListener("pointermove", () => heard.push("moved"));
    drag(canvas(), 0, 60);
    expect(heard).toHaveLength(4);
    expect(stage().tool).toBe("ruler");
    expect(playing.model.sent).toEqual([]);
  });

  it("of two fingers is the stage's, too", () => {
    playing = start();
    point(canvas(), "pointerdown", 200, 200, { pointerType: "touch" });
    point(canvas(), "pointerdown", 220, 200, { pointerType: "touch", pointerId: 2 });
    const heard: string[] = [];
    canvas().addEventListener("pointermove", () => heard.push("moved"));
    point(canvas(), "pointermove", 320, 200, { pointerType: "touch", pointerId: 2 });
    frames();
    expect(heard).toHaveLength(1);
    expect(orientation()).toEqual([0, 0, 0, 1]);
  });
});

describe("keys", () => {
  it.each([
    ["ArrowRight", false, dragged(1, 0, 180 / Math.PI / 5)],
    ["ArrowLeft", true, dragged(-1, 0, 180 / Math.PI)],
    ["ArrowUp", false, dragged(0, -1, 180 / Math.PI / 5)],
    ["ArrowDown", false, dragged(0, 1, 180 / Math.PI / 5)],
    ["]", false, [0, 0, Math.sin(Math.PI / 72), Math.cos(Math.PI / 72)]],
    ["[", true, [0, 0, -Math.sin(Math.PI / 360), Math.cos(Math.PI / 360)]],
  ] as [string, boolean, Quaternion][])("%s (Shift: %s) turns by a step, and Python hears when they rest", (key, shiftKey, turn) => {
    playing = start();
    press(solid(), key, { shiftKey });
    expect(playing.model.sent).toEqual([]);
    rest();
    expect(sent("orientation")).toHaveLength(1);
    expectAlike(orientation(), turn);
  });

  it("pressed quickly are one message", () => {
    playing = start();
    for (let i = 0; i < 4; i++) press(solid(), "ArrowRight");
    rest();
    expect(sent("orientation")).toHaveLength(1);
    expectAlike(orientation(), dragged(20, 0, 180 / Math.PI));
  });

  it("on the ground of the widget turn, too, and in a slider they do not", () => {
    playing = start();
    press(find("[data-control=a] input"), "ArrowRight");
    rest();
    expect(sent("orientation")).toEqual([]);
    press(playing.root, "ArrowRight");
    rest();
    expect(sent("orientation")).toHaveLength(1);
  });

  it("r and a double click give a random orientation, reached by gliding", () => {
    playing = start();
    press(playing.root, "r");
    rest();
    const first = orientation();
    expect(alike(first, IDENTITY)).toBe(false);
    solid().dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
    rest();
    expect(alike(orientation(), first)).toBe(false);
    expect(sent("orientation")).toHaveLength(2);
  });

  it("along the axes it is looked by buttons", () => {
    playing = start();
    find("[data-action=along-x]").click();
    rest();
    expectAlike(orientation(), [0, Math.SQRT1_2, 0, Math.SQRT1_2]);
  });
});

describe("the picture", () => {
  it("follows while one drags, between limits that stay", () => {
    playing = start();
    const recorded = stage().image;
    const { limits } = stage().display;
    expect(live()).toBe(false);
    drag(solid(), 80, 0, false);
    expect(live()).toBe(true);
    const first = stage().image;
    expect(first).not.toBe(recorded);
    point(solid(), "pointermove", 320, 240);
    frames();
    expect(stage().image).not.toBe(first);
    expect(stage().display.limits).toEqual(limits);
  });

  it("let go, stays live until the picture of that orientation has come: nothing flickers", () => {
    playing = start();
    const before = playing.model.get("image") as Pixels;
    drag(solid(), 80, 0);
    const shown = stage().image;
    expect(live()).toBe(true);
    // another result, still of the old orientation, is on its way
    playing.model.receive({ image: { ...before } });
    frames();
    expect(live()).toBe(true);
    expect(stage().image?.data).not.toBe(before.data);
    const now = result(cuboid(), recording({ orientation: orientation() }));
    playing.model.receive(now);
    frames();
    expect(live()).toBe(false);
    expect(stage().image).toBe(now.image);
    // without noise the recorded picture is the live one
    expect((now.image as Pixels).data).toEqual(shown?.data);
  });

  it("stays as recorded where one does not want it to follow", () => {
    playing = start({ view: { follow: false } });
    const recorded = stage().image;
    drag(solid(), 80, 0, false);
    expect(stage().image).toBe(recorded);
  });

  it("that Python turned (undo, a preset) is live until it comes", () => {
    playing = start();
    playing.model.receive({ orientation: [0, 0, 1, 0] });
    frames();
    expect(live()).toBe(true);
  });

  it("shows the wire frame with corners to be clicked on", () => {
    playing = start();
    expect(stage().layers).toEqual([]);
    press(playing.root, "w");
    expect(layer<RingLayer>("particle 1")!.rings).toHaveLength(4);
    expect(layer<PointLayer>("corners")!.x).toHaveLength(8);
    stage().pick(hit({ layer: "corners", point: 5 }));
    frames();
    expect(playing.model.get("corners")).toEqual([5]);
  });

  it("shows an ellipsoid by its outline and great circles", () => {
    playing = start({ ...result(ball), view: { wire: true } });
    expect(layer<RingLayer>("particle 1")!.rings).toMatchObject([{ x: 15.5, y: 15.5, radius: 6, minor: 4 }]);
    expect(layer<RingLayer>("particle 0")!.rings).toHaveLength(3);
    expect(playing.root.querySelectorAll(".em-corner")).toHaveLength(0);
  });
});

describe("corners", () => {
  const corner = (number: number): HTMLElement => find(`[data-corner='${number}']`);

  it("are buttons that cut, and put back what was cut", () => {
    playing = start();
    corner(6).click();
    frames();
    expect(playing.model.get("corners")).toEqual([6]);
    corner(1).click();
    frames();
    expect(playing.model.get("corners")).toEqual([1, 6]);
    playing.model.receive(result(cuboid([1, 6])));
    frames();
    expect(corner(6).getAttribute("aria-pressed")).toBe("true");
    expect(corner(6).getAttribute("aria-label")).toContain("cut");
    corner(6).click();
    frames();
    expect(playing.model.get("corners")).toEqual([1]);
  });

  it("are not cut by a drag that begins and ends on one, but by the next click and by keys", () => {
    playing = start();
    drag(corner(6), 60, 0);
    corner(6).dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    frames();
    expect(playing.model.get("corners")).toEqual([]);
    corner(6).dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 0 }));
    frames();
    expect(playing.model.get("corners")).toEqual([6]);
    point(corner(2), "pointerdown", 10, 10);
    point(corner(2), "pointerup", 10, 10);
    corner(2).dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    frames();
    expect(playing.model.get("corners")).toEqual([2, 6]);
  });

  it("lie where the solid has them, those in front above those behind", () => {
    playing = start();
    const at = (number: number): number[] => [parseFloat(corner(number).style.left), parseFloat(corner(number).style.top)];
    expect(at(0)[0]).toBeLessThan(50);
    expect(at(0)[1]).toBeLessThan(50);
    expect(at(0)).toEqual(at(4));
    expect(Number(corner(0).style.zIndex)).toBeGreaterThan(Number(corner(4).style.zIndex));
    expect(corner(4).hasAttribute("data-behind")).toBe(true);
  });

  it("stay the same buttons while one turns, so that the focus stays", () => {
    playing = start();
    const before = corner(3);
    drag(solid(), 40, 10);
    expect(corner(3)).toBe(before);
  });
});

describe("without Python", () => {
  it("a page still turns, keeps where it is turned to, and finds back", () => {
    playing = start({}, { dose: [400, 30_000] });
    const recorded = stage().image;
    drag(solid(), 80, 0);
    expect(orientation()).toEqual([0, 0, 0, 1]);
    expectAlike(viewOf(playing.model).turned!, dragged(80, 0, SIDE / 2));
    expect(live()).toBe(true);
    expect(find(".em-live-note").textContent).toContain("without noise");
    expect(find(".em-body").hasAttribute("data-away")).toBe(true);
    find(".em-live .em-link").click();
    frames();
    expect(viewOf(playing.model).turned).toBe(null);
    expect(stage().image).toBe(recorded);
    expect(find(".em-body").hasAttribute("data-away")).toBe(false);
  });

  it("another step of the page shows its recorded picture", () => {
    playing = start({}, { dose: [400, 30_000] });
    drag(solid(), 80, 0);
    const next = result(cuboid(), recording());
    playing.model.receive(next);
    frames();
    expect(stage().image).toBe(next.image);
    expect(viewOf(playing.model).turned).toBe(null);
  });

  it("corners, sliders, lessons and data sets are frozen, and say why", () => {
    playing = start({ view: { sections: ["particle", "make"] } }, { dose: [400, 30_000] });
    find("[data-corner='2']").click();
    frames();
    expect(find(".em-toasts").textContent).toContain("this is a saved page");
    expect(find("[data-corner='2']").getAttribute("aria-disabled")).toBe("true");
    expect(find("[data-control=a]").hasAttribute("data-frozen")).toBe(true);
    expect(find("[data-control=dose]").hasAttribute("data-frozen")).toBe(false);
    expect(find<HTMLSelectElement>("[data-control=solid] select").disabled).toBe(true);
    for (const action of ["make-dataset", "new-noise"]) {
      expect(find(`[data-action=${action}]`).getAttribute("aria-disabled")).toBe("true");
      expect(find(`[data-action=${action}]`).title).toContain("this is a saved page");
      find(`[data-action=${action}]`).click();
    }
    find("[data-preset='low dose']").click();
    frames();
    expect(playing.model.sent).toEqual([]);
  });

  it("a lost kernel is not told anything either", () => {
    playing = start();
    playing.model.disconnect();
    frames();
    drag(solid(), 80, 0);
    expect(live()).toBe(true);
    expect(playing.model.sent).toEqual([]);
  });
});

describe("a picture of one's own", () => {
  it("is never turned: its fitted solid is looked at from elsewhere", () => {
    playing = start(readingTraits());
    expect(find("[data-action=turn-tool]").hidden).toBe(true);
    expect(find("[data-tool]").dataset.tool).toBe("pan");
    const recorded = stage().image;
    drag(solid(), 80, 0);
    expect(stage().image).toBe(recorded);
    expect(playing.model.get("orientation")).toEqual([0, 0, 0, 1]);
    expectAlike(viewOf(playing.model).turned!, dragged(80, 0, SIDE / 2));
    expect(find(".em-panel-solid .em-link").hidden).toBe(false);
  });

  it("shows the fit over it, about its centre, without corners to click", () => {
    playing = start({ ...readingTraits(), view: { wire: true, turned: [0.5, 0.5, 0.5, 0.5] } });
    const rings = layer<RingLayer>("fit 1")!.rings;
    expect(rings).toHaveLength(4);
    expect(rings.reduce((sum, ring) => sum + ring.x, 0) / 4).toBeCloseTo(16.5, 9);
    expect(rings.reduce((sum, ring) => sum + ring.y, 0) / 4).toBeCloseTo(13.5, 9);
    expect(layer("corners")).toBeUndefined();
    expect(playing.root.querySelectorAll(".em-corner")).toHaveLength(0);
  });

  it("says so where nothing was fitted to it", () => {
    playing = start({ ...readingTraits(), fitted: {} });
    expect(find(".em-veil").hidden).toBe(false);
    expect(find(".em-veil").textContent).toContain("No solid has been fitted");
    press(solid(), "ArrowLeft");
    rest();
    expect(playing.root.querySelectorAll(".em-face")).toHaveLength(0);
  });

  it("is no game, whatever `view` says", () => {
    playing = start({ ...readingTraits(), view: { teach: "guess" } });
    press(playing.root, "g");
    expect(find(".em-guess").hidden).toBe(true);
    expect(find(".em-verdict-main").hidden).toBe(false);
    expect(playing.model.sent).toEqual([]);
  });

  it("has no controls of a simulation, and its title is text", () => {
    playing = start(readingTraits());
    expect([...playing.root.querySelectorAll<HTMLElement>(".em-section")].every((section) => section.hidden)).toBe(true);
    expect(find(".em-title").textContent).toBe("gold <i>cube</i>");
    expect(find("[data-action=teach]").hidden).toBe(true);
  });
});
