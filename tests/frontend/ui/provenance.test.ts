import { describe, expect, it } from "vitest";
import { csvHead, pngTexts, type Provenance } from "../../../emwidgets/frontend/src/core/ui/provenance";

const CODE = "emw.domains.segment(signal, d_range=[0.2, 0.5], include=[[1.5, -2.0]])";
const made: Provenance = {
  title: "Twin boundary, 300 kV",
  digest: "ab12",
  parameters: { d_range: [0.2, 0.5], include: [[1.5, -2]], threshold: null },
  versions: { emwidgets: "0.1.0", numpy: "2.3.1" },
  models: {},
  date: "2026-03-01T09:30:00+00:00",
};

const lines = (provenance: Provenance, code = CODE): string[] => csvHead(provenance, code).split("\r\n").slice(0, -1);

describe("the head of a CSV", () => {
  it("says how the table was made, each fact on a line of its own", () => {
    expect(lines(made)).toEqual([
      "# title: Twin boundary, 300 kV",
      "# sha-256: ab12",
      `# code: ${CODE}`,
      '# parameters: {"d_range":[0.2,0.5], "include":[[1.5, -2]], "threshold":null}',
      '# versions: {"emwidgets":"0.1.0", "numpy":"2.3.1"}',
      "# models: {}",
      "# date: 2026-03-01T09:30:00+00:00",
    ]);
  });

  it("leaves out what is not known", () => {
    expect(lines({ title: "", digest: null }, "")).toEqual([]);
  });

  it.each(["a\nb", "a\r\nb", "a\u2028b", "a\u2029b", "a\u0085b", "a\tb", "a\u0000\u001b\vb"])("keeps %j on its line", (title) => {
    expect(lines({ title }, "")).toEqual(["# title: a b"]);
  });

  it("begins no cell of a spreadsheet as a formula or a quotation", () => {
    const title = '1,=HYPERLINK("http://x");@SUM(A1),+1,-1,"=1+1",\t=2,x';
    const [line] = lines({ title }, "");
    for (const cell of line.split(/[,;\t]/)) expect(cell).not.toMatch(/^[=+\-@"\t]/);
    expect(line.replaceAll(" ", "")).toBe(`#title:${title.replace("\t", "")}`);
  });

  it("takes any text, however long", () => {
    const title = `<img src=x onerror=alert(1)>\u202e#"${"x".repeat(10_000)}`;
    expect(lines({ title }, "")).toEqual([`# title: ${title}`]);
  });
});

describe("the texts of a PNG", () => {
  it("are those that programs look for, and everything as JSON", () => {
    const { Comment, ...others } = pngTexts(made, CODE);
    expect(others).toEqual({ Title: made.title, Software: "emwidgets 0.1.0", Source: "ab12", "Creation Time": made.date });
    expect(JSON.parse(Comment)).toEqual({ ...made, code: CODE });
  });

  it("are few before the first result", () => {
    expect(pngTexts({ title: "" }, "")).toMatchObject({ Title: "", Software: "emwidgets", Source: "", "Creation Time": "" });
  });
});
