// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { about, colophon } from "../../../emwidgets/frontend/src/page/about";
import { PageModel } from "../../../emwidgets/frontend/src/page/model";
import { openForPrint } from "../../../emwidgets/frontend/src/page/printing";
import { Sweep } from "../../../emwidgets/frontend/src/page/sweep";

const DIGEST = "0123456789abcdef".repeat(4);
const provenance = (threshold: number): object => ({
  title: "Twin boundary", digest: DIGEST, function: "emwidgets.domains.segment", date: "2026-03-01T09:30:15+00:00",
  parameters: { threshold, d_range: [0.1, 0.9], eps: null, edges: true, name: 'a "b"', nested: { k: 1 } },
  versions: { emwidgets: "0.1.0", numpy: "2.1.0" }, models: { densenet: DIGEST },
});

function create(first: object = {}): PageModel {
  const steps = [0.2, 0.5].map((threshold) => ({ threshold, code: `segment(signal, threshold=${threshold})`, provenance: provenance(threshold) }));
  const sweep = { names: ["threshold"], values: [[0.2, 0.5]], start: [0], steps };
  return new PageModel({ ...steps[0], ...first }, new Sweep(sweep, { unpack: (step) => Promise.resolve(step) }));
}

let section: HTMLElement;
const says = (name: string): HTMLElement => section.querySelector(`[data-about=${name}]`)!;
const show = (model: PageModel): void => {
  section = about(model);
  document.body.replaceChildren(section);
};

beforeEach(() => show(create()));

describe("how a result was made", () => {
  it("is folded away", () => {
    expect((section as HTMLDetailsElement).open).toBe(false);
    expect(section.querySelector("summary")!.textContent).toBe("How this was made");
  });

  it("names input, function, versions, networks and time", () => {
    expect(says("title").textContent).toBe("Twin boundary");
    expect(says("function").textContent).toBe("emwidgets.domains.segment");
    expect([...says("versions").querySelectorAll("li")].map((each) => each.textContent)).toEqual(["emwidgets 0.1.0", "numpy 2.1.0"]);
    expect(says("models").textContent).toBe(`densenet ${DIGEST}`);
    expect(says("date").textContent).toBe("2026-03-01, 09:30 UTC");
  });

  it("has the whole digest, to be copied and to be read", () => {
    expect(says("digest").textContent).toBe(DIGEST);
    expect(says("digest").querySelector("code")!.title).toBe(DIGEST);
  });

  it("writes parameters as Python does", () => {
    expect([...says("parameters").querySelectorAll("code")].map((each) => each.textContent)).toEqual(["0.2", "[0.1, 0.9]", "None", "True", '"a \\"b\\""', '{"k": 1}']);
  });

  it("says nothing of what is not known", () => {
    show(create({ provenance: { title: "", digest: null, models: {} } }));
    expect([...section.querySelectorAll("dt")]).toEqual([]);
    show(new PageModel({}));
    expect([...section.querySelectorAll("dt")]).toEqual([]);
  });

  it("follows the steps", async () => {
    const model = create();
    show(model);
    model.set("threshold", 0.5);
    model.save_changes();
    await vi.waitUntil(() => says("code").textContent === "segment(signal, threshold=0.5)");
    expect(says("parameters").textContent).toContain("threshold 0.5");
  });
});

describe("the button", () => {
  const said = (): string | null => section.querySelector("[role=status]")!.textContent;

  it("copies the code of the step that is shown, and says so", async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    vi.spyOn(navigator, "clipboard", "get").mockReturnValue({ writeText } as any);
    says("copy").click();
    await vi.waitUntil(said);
    expect(writeText).toHaveBeenCalledWith("segment(signal, threshold=0.2)");
    expect(said()).toBe("Copied");
  });

  it("says what to do where copying is not allowed", async () => {
    vi.spyOn(navigator, "clipboard", "get").mockReturnValue({ writeText: () => Promise.reject(new Error()) } as any);
    document.execCommand = () => false;
    says("copy").click();
    await vi.waitUntil(said);
    expect(said()).toContain("select the code above");
  });
});

it("writes a date it does not understand as it is", () => {
  expect(colophon("0.1.0", "yesterday").textContent).toContain("on yesterday;");
});

it("opens on paper and closes again, unless the reader had opened it", () => {
  const other = about(create()) as HTMLDetailsElement;
  other.open = true;
  document.body.append(other);
  openForPrint(document.body);
  const open = (): boolean[] => [section as HTMLDetailsElement, other].map((each) => each.open);
  dispatchEvent(new Event("beforeprint"));
  expect(open()).toEqual([true, true]);
  dispatchEvent(new Event("afterprint"));
  expect(open()).toEqual([false, true]);
});
