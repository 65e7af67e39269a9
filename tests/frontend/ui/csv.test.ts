import { describe, expect, it } from "vitest";
import { toCsv } from "../../../emwidgets/frontend/src/core/ui/csv";
import { csvFile, fileName } from "../../../emwidgets/frontend/src/core/ui/download";

const column = (name: string, unit = "") => ({ name, unit });

describe("CSV", () => {
  it("names units in the header and ends lines as RFC 4180 has it", () => {
    expect(toCsv([column("d", "nm"), column("family")], { d: [0.374], family: [2] }, [0])).toBe("d (nm),family\r\n0.374,2\r\n");
  });

  it("quotes commas, quotes and line breaks", () => {
    expect(toCsv([column("t")], { t: ['a,b', 'say "d"', "two\nlines"] }, [0, 1, 2])).toBe('t\r\n"a,b"\r\n"say ""d"""\r\n"two\nlines"\r\n');
  });

  it.each(["=1+1", "+A1", "-2+3", "@SUM(A1)", "\tx", "=HYPERLINK(\"http://x\")"])("makes the formula %s harmless", (text) => {
    const line = toCsv([column("t")], { t: [text] }, [0]).split("\r\n")[1];
    expect(line.replace(/^"/, "").startsWith("'")).toBe(true);
  });

  it("leaves negative numbers numbers, and what is missing empty", () => {
    expect(toCsv([column("x")], { x: [-2.5, null, NaN, true] }, [0, 1, 2, 3])).toBe("x\r\n-2.5\r\n\r\n\r\ntrue\r\n");
  });

  it("writes the rows in the order given", () => {
    expect(toCsv([column("x")], { x: [1, 2, 3] }, [2, 0])).toBe("x\r\n3\r\n1\r\n");
  });

  it("opens in a spreadsheet as UTF-8", async () => {
    const bytes = new Uint8Array(await csvFile("nm⁻¹").arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });
});

describe("file names", () => {
  it("keep letters of any script and drop what a file system minds", () => {
    expect(fileName("CdTe/twin: Größe 5", "peaks.csv")).toBe("CdTe-twin-Größe-5-peaks.csv");
    expect(fileName("../../etc", "peaks.csv")).toBe("etc-peaks.csv");
    expect(fileName("", "peaks.csv")).toBe("peaks.csv");
  });
});
