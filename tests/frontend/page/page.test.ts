// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Bundle, Bundles } from "../../../emwidgets/frontend/src/page/bundles";
import type { PackedWidget } from "../../../emwidgets/frontend/src/page/manifest";
import type { PageModel } from "../../../emwidgets/frontend/src/page/model";
import { start } from "../../../emwidgets/frontend/src/page/start";
import { base64, buffersOf, manifest, open, raw, settled, stepped, until } from "./written";

const THRESHOLDS = [0.2, 0.5, 0.8];
const ATTACKS = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "<!-- \" ' &amp;", "\u202egnp.egami", "x".repeat(10_000)];

/** A front end that writes a line for each step and says, as all of them do, when it is on the screen. */
function frontEnd(): Bundle & { models: PageModel[] } {
  const models: PageModel[] = [];
  return {
    models,
    render({ model, el }) {
      models.push(model);
      const show = (): void => {
        el.textContent = `${model.get("code")}: ${model.get("runs")?.data.getUint8(0)}`;
        el.dataset.emResult = String(model.get("status").result);
      };
      model.on("change:status", show);
      setTimeout(show);
    },
  };
}

const fresh = async (): Promise<void> => {
  vi.resetModules();
  await import("../../../emwidgets/frontend/src/page");
};
const ready = (): Promise<unknown> => until(() => document.documentElement.dataset.emPage === "ready");
const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
const find = (selector: string): HTMLElement => all(selector)[0];
const texts = (selector: string): (string | null)[] => all(selector).map((node) => node.textContent);
const alerts = (): (string | null)[] => texts("[role=alert]");

/** Runs the page with one front end for the kind "domains". */
async function run(widgets: PackedWidget[], changes = {}, buffers = buffersOf(THRESHOLDS)): Promise<PageModel[]> {
  open(manifest({ widgets, buffers: buffers.map((each) => each.spec), ...changes }), buffers.map((each) => each.text));
  await fresh();
  const bundle = frontEnd();
  globalThis.emwidgets.register("domains", bundle);
  await ready();
  return bundle.models;
}

const reported = vi.fn();
beforeEach(() => vi.stubGlobal("reportError", reported.mockClear()));
afterEach(() => vi.unstubAllGlobals());

describe("a page with one widget", () => {
  it("shows the step that it starts with, and says when it is ready", async () => {
    const mark = vi.spyOn(performance, "mark");
    await run([stepped()]);
    expect(texts(".em-page-widget")).toEqual(["segment(signal, threshold=0.5): 5"]);
    expect(find(".em-page-widget").dataset.emResult).toBe("1");
    expect(mark).toHaveBeenCalledWith("em-page-ready");
    expect(alerts()).toEqual([]);
    expect([find("h1"), find(".em-page-wait")]).toEqual([undefined, undefined]);
    expect(find("main > section").hasAttribute("aria-label")).toBe(false);
  });

  it("is not ready before its first result is shown", async () => {
    open(manifest({ widgets: [{ kind: "domains", state: {}, sweep: null }] }));
    await fresh();
    let host!: HTMLElement;
    globalThis.emwidgets.register("domains", { render: ({ el }) => void (host = el) });
    await until(() => host);
    await settled();
    expect(document.documentElement.dataset.emPage).toBeUndefined();
    host.dataset.emResult = "1";
    await ready();
  });

  it("replays a step with the numbers that Python wrote for it", async () => {
    const [model] = await run([stepped()]);
    model.set("threshold", 0.79);
    model.save_changes();
    await until(() => find(".em-page-widget").dataset.emResult === "2");
    expect(texts(".em-page-widget")).toEqual(["segment(signal, threshold=0.8): 8"]);
  });

  it("waits for a front end whose script runs later", async () => {
    vi.spyOn(document, "readyState", "get").mockReturnValue("interactive");
    const bundle = frontEnd();
    const buffers = buffersOf(THRESHOLDS);
    open(manifest({ widgets: [stepped()], buffers: buffers.map((each) => each.spec) }), buffers.map((each) => each.text));
    await fresh();
    await settled();
    expect(bundle.models).toEqual([]);
    globalThis.emwidgets.register("domains", bundle);
    await ready();
    expect(bundle.models).toHaveLength(1);
    vi.restoreAllMocks();
  });

  it("says who wrote it, when, and that nothing computes", async () => {
    await run([stepped()]);
    expect(find(".em-page-colophon").textContent).toBe("Page written by emwidgets 0.1.0 on 1 March 2026; no Python runs here.");
  });
});

describe("a page with several widgets", () => {
  const two = (): PackedWidget[] => [stepped(), stepped([0.2, 0.5, 0.8], 0)];

  const titled = (...titles: string[]): PackedWidget[] => titles.map((title) => ({ ...stepped(), state: { ...stepped().state, provenance: { title } } }));

  it("shows each widget in a section with a name of its own", async () => {
    await run(two());
    expect(texts("h1")).toEqual(["Twin"]);
    expect(texts(".em-page-widget")).toEqual(["segment(signal, threshold=0.5): 5", "segment(signal, threshold=0.2): 2"]);
    expect(all("main > section").map((node) => node.getAttribute("aria-label"))).toEqual(["1 of 2: Twin", "2 of 2: Twin"]);
    expect(all("details.em-page-about")).toHaveLength(2);
    expect(all(".em-page-colophon")).toHaveLength(1);
  });

  it("shows their titles, each once and apart from the others, and long ones cut", async () => {
    await run(titled("a", "\u202egnp.egami", "a", "", "x".repeat(10_000)));
    expect(texts("h1 > bdi")).toEqual(["a", "\u202egnp.egami", "x".repeat(200)]);
    expect(find("h1").textContent).toBe(texts("h1 > bdi").join(" · "));
  });

  it("shows no empty title", async () => {
    await run(titled("", ""));
    expect(find("h1")).toBeUndefined();
    expect(all("main > section").map((node) => node.getAttribute("aria-label"))).toEqual(["1 of 2: widget", "2 of 2: widget"]);
  });

  it("shares what is stored once", async () => {
    const [a, b] = await run([stepped(), stepped()]);
    expect(a.get("image")).toBe(b.get("image"));
  });

  it("links them as the manifest says", async () => {
    const [a, b] = await run([stepped(), stepped()], { links: [[0, "threshold", 1, "threshold"]] });
    a.set("threshold", 0.8);
    a.save_changes();
    await until(() => b.get("code").includes("0.8"));
    expect(a.get("code")).toBe(b.get("code"));
  });

  it("shows the others where the data of one are damaged", async () => {
    const broken = stepped(THRESHOLDS, 1, 3);
    const buffers = [...buffersOf(THRESHOLDS), ...buffersOf(THRESHOLDS).map(({ spec }) => ({ spec, text: "H4sIAAAA" }))];
    await run([broken, stepped()], { links: [[0, "threshold", 1, "threshold"]] }, buffers);
    expect(alerts()).toEqual(["This widget is damaged and cannot be shown; get a new copy of the file."]);
    expect(texts(".em-page-widget")).toEqual(["segment(signal, threshold=0.5): 5"]);
  });

  it("shows the others where the front end of one throws, and tells the console why", async () => {
    const buffers = buffersOf(THRESHOLDS);
    open(manifest({ widgets: [{ ...stepped(), kind: "particles" }, stepped()], buffers: buffers.map((each) => each.spec) }), buffers.map((each) => each.text));
    await fresh();
    const error = new Error("no shape");
    globalThis.emwidgets.register("particles", { render: () => Promise.reject(error) });
    globalThis.emwidgets.register("domains", frontEnd());
    await ready();
    expect(alerts()).toEqual(["This widget cannot be shown. Error: no shape"]);
    expect(reported).toHaveBeenCalledWith(error);
    expect(texts(".em-page-widget")[1]).toBe("segment(signal, threshold=0.5): 5");
  });

  it("shows the others where one has no front end", async () => {
    await run([stepped(), { ...stepped(), kind: "particles" }]);
    expect(alerts()).toEqual([expect.stringContaining("no front end 'particles'")]);
  });
});

describe("a page that cannot be shown says so in one sentence", () => {
  const DAMAGED = ["This page is damaged and cannot be shown; get a new copy of the file."];

  it.each([
    ["without a manifest", ""],
    ["cut off", base64(JSON.stringify(manifest())).slice(0, 40)],
    ["no base64", "<<<"],
    ["no JSON", base64("{")],
    ["of another format", base64(JSON.stringify(manifest({ format: 2 })))],
    ["JSON of something else", base64("[]")],
  ])("%s", async (_, written) => {
    open(written);
    await fresh();
    await ready();
    expect(alerts()).toEqual(DAMAGED);
    expect(find(".em-page-wait")).toBeUndefined();
  });

  it.each<[string, object]>([
    ["DecompressionStream", globalThis],
    ["with", Array.prototype],
    ["toSorted", Array.prototype],
    ["hasOwn", Object],
  ])("in a browser without %s", async (name, owner) => {
    const known = Object.getOwnPropertyDescriptor(owner, name)!;
    open(manifest());
    Object.defineProperty(owner, name, { value: undefined, configurable: true });
    const starting = start(new Bundles());
    Object.defineProperty(owner, name, known); // which the test needs itself
    await starting;
    expect(find(".em-page-wait")).toBeUndefined();
    expect(alerts()).toEqual([expect.stringMatching(/^This browser is too old .*Firefox 115/)]);
  });
});

describe("text of strangers", () => {
  it.each(ATTACKS)("is never markup: %.30s", async (attack) => {
    const provenance = { title: attack, digest: attack, function: attack, date: attack, parameters: { [attack]: attack, "__proto__x": [attack] }, versions: { [attack]: attack }, models: { [attack]: attack } };
    const widgets = [stepped(), stepped()].map((each) => {
      for (const step of each.sweep!.steps) step.code = attack;
      return { ...each, state: { ...each.state, provenance } };
    });
    await run(widgets, { title: attack, version: attack, written: attack });
    expect(all("main img, main script")).toEqual([]);
    expect(texts("h1 > bdi")).toEqual([attack.slice(0, 200)]);
    for (const name of ["title", "digest", "function", "date", "code"]) expect(find(`[data-about=${name}]`).textContent).toBe(attack);
    for (const name of ["parameters", "versions", "models"]) expect(find(`[data-about=${name}]`).textContent).toContain(attack.slice(0, 3));
    expect(find(".em-page-colophon").textContent).toContain(attack);
    expect(find("main > section").getAttribute("aria-label")!.length).toBeLessThan(220);
  });

  it("is never markup in an alert", async () => {
    await run([{ ...stepped(), kind: ATTACKS[0] }]);
    expect(all("main img")).toEqual([]);
    expect(alerts()[0]).toContain(ATTACKS[0]);
  });
});

it("takes a buffer of another length than announced for damage, not for an empty result", async () => {
  const buffers = buffersOf(THRESHOLDS).map(({ text }) => ({ spec: raw([1, 2, 3]).spec, text }));
  await run([stepped()], {}, buffers);
  expect(alerts()).toHaveLength(1);
});
