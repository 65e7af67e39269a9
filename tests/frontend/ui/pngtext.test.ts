import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { withTexts } from "../../../emwidgets/frontend/src/core/ui/pngtext";

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = [Buffer.alloc(4), Buffer.alloc(4)];
  ends[0].writeUInt32BE(data.length);
  ends[1].writeUInt32BE(crc32(body));
  return Buffer.concat([ends[0], body, ends[1]]);
}

const HEAD = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
const PNG = Buffer.concat([
  Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  chunk("IHDR", HEAD),
  chunk("IDAT", deflateSync(Buffer.from([0, 128]))),
  chunk("IEND", Buffer.alloc(0)),
]);

/** [type, data] of each chunk; throws where a length or a check sum is wrong. */
async function chunks(png: Blob): Promise<[string, Buffer][]> {
  const bytes = Buffer.from(await png.arrayBuffer());
  expect(bytes.subarray(0, 8)).toEqual(PNG.subarray(0, 8));
  const found: [string, Buffer][] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    found.push([body.subarray(0, 4).toString(), body.subarray(4)]);
    at += 12 + length;
  }
  return found;
}

const written = (texts: Record<string, string>): Promise<Blob> => withTexts(new Blob([PNG], { type: "image/png" }), texts);

/** keyword → text of an uncompressed iTXt chunk without language */
function texts(all: [string, Buffer][]): Record<string, string> {
  return Object.fromEntries(
    all.filter(([type]) => type === "iTXt").map(([, data]) => {
      const end = data.indexOf(0);
      expect([...data.subarray(end, end + 5)]).toEqual([0, 0, 0, 0, 0]);
      return [data.subarray(0, end).toString("latin1"), data.subarray(end + 5).toString("utf8")];
    }),
  );
}

describe("text in a PNG", () => {
  it("stands between the header and the pixels, which stay as they are", async () => {
    const all = await chunks(await written({ Title: "a", "Creation Time": "b" }));
    expect(all.map(([type]) => type)).toEqual(["IHDR", "iTXt", "iTXt", "IDAT", "IEND"]);
    expect(texts(all)).toEqual({ Title: "a", "Creation Time": "b" });
    expect((await written({ Title: "a" })).type).toBe("image/png");
  });

  it.each([
    ["markup", '<img src=x onerror="alert(1)"></script><!--'],
    ["other scripts", "Größe 晶粒 الحبوب 🔬 \u202e reversed"],
    ["lines", "one\ntwo\r\nthree"],
    ["a great deal", "晶".repeat(10_000)],
  ])("may be %s", async (_, text) => {
    expect(texts(await chunks(await written({ Title: text })))).toEqual({ Title: text });
  });

  it("loses what PNG cannot hold, and is left out where there is none", async () => {
    expect(texts(await chunks(await written({ Title: "a\0b", Source: "" })))).toEqual({ Title: "ab" });
    expect(texts(await chunks(await written({ Title: "lone \ud800 half" })))).toEqual({ Title: "lone \ufffd half" });
  });
});
