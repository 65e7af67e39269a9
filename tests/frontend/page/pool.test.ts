import { describe, expect, it, vi } from "vitest";
import { gunzip } from "../../../emwidgets/frontend/src/page/gunzip";
import { Pool } from "../../../emwidgets/frontend/src/page/pool";
import { base64, raw } from "./written";

const BUFFERS = [raw([1, 2]), raw([3])];

function create(pool: unknown[] = [], buffers = BUFFERS): { pool: Pool; asked: ReturnType<typeof vi.fn> } {
  const asked = vi.fn((i: number) => gunzip(buffers[i].text));
  return { pool: new Pool({ pool, buffers: buffers.map((each) => each.spec) }, asked), asked };
}

describe("values", () => {
  it("are JSON, with what the pool has in place of its numbers", async () => {
    const { pool } = create(["long text", [1, { $: 0 }]]);
    const state = { a: null, b: [true, { $: 1 }], c: { d: { $: 0 } } };
    expect(await pool.unpack(state)).toEqual({ a: null, b: [true, [1, "long text"]], c: { d: "long text" } });
  });

  it("of the same number are the same object, wherever and whenever", async () => {
    const { pool } = create([{ kx: [1, 2] }, { table: { $: 0 } }]);
    const first = await pool.unpack({ a: { $: 0 }, b: { $: 1 } });
    const later = await pool.unpack({ c: [{ $: 0 }] });
    expect((first.b as any).table).toBe(first.a);
    expect((later.c as any)[0]).toBe(first.a);
  });

  it("may have keys that look like references, or like what objects inherit", async () => {
    const { pool } = create();
    const odd = { $d: [["$", 3], ["$b", { $d: [["__proto__", 1]] }]] };
    const plain = JSON.parse('{"__proto__": {"polluted": true}}');
    const { odd: one, plain: two } = (await pool.unpack({ odd, plain })) as any;
    expect(Object.entries(one)[0]).toEqual(["$", 3]);
    expect(Object.keys(one.$b)).toEqual(["__proto__"]);
    expect(Object.keys(two)).toEqual(["__proto__"]);
    expect(two.polluted).toBeUndefined();
  });

  it("refuse a number that the pool has not", async () => {
    await expect(create(["only"]).pool.unpack({ a: { $: 1 } })).rejects.toThrow("no value 1");
  });
});

describe("buffers", () => {
  it("come as the same DataView each time", async () => {
    const { pool } = create([{ shape: [2], data: { $b: 0 } }]);
    const { a, b } = (await pool.unpack({ a: { $: 0 }, b: { $b: 0 } })) as any;
    expect(a.data).toBeInstanceOf(DataView);
    expect([a.data.byteLength, a.data.getUint8(1)]).toEqual([2, 2]);
    expect(b).toBe(a.data);
  });

  it("are unpacked when first needed, and once", async () => {
    const { pool, asked } = create([{ data: { $b: 1 } }]);
    await pool.unpack({ a: { $b: 0 } });
    expect(asked.mock.calls).toEqual([[0]]);
    await Promise.all([pool.unpack({ a: { $: 0 } }), pool.unpack({ a: { $d: [["$x", { $: 0 }]] } })]);
    expect(asked.mock.calls).toEqual([[0], [1]]);
  });

  it("that are damaged make the value fail, and no other", async () => {
    const { pool } = create([], [raw([1, 2]), { ...raw([3]), text: base64("x").slice(0, -6) }]);
    await expect(pool.unpack({ a: { $b: 1 } })).rejects.toThrow("check sum");
    expect(await pool.unpack({ a: { $b: 0 } })).toHaveProperty("a");
  });

  it("of another length than announced are damaged", async () => {
    const { pool } = create([], [{ ...raw([1, 2]), text: raw([1]).text }]);
    await expect(pool.unpack({ a: { $b: 0 } })).rejects.toThrow("1 bytes instead of 2");
  });
});

it("reads base64 with what the browser has built in, and without", async () => {
  const text = base64("a page");
  const plain = new TextDecoder().decode(await gunzip(text));
  const fromBase64 = vi.fn((given: string) => Uint8Array.from(Buffer.from(given, "base64")));
  vi.stubGlobal("Uint8Array", Object.assign(class extends Uint8Array {}, { fromBase64 }));
  vi.resetModules();
  const again = await import("../../../emwidgets/frontend/src/page/gunzip");
  expect(new TextDecoder().decode(await again.gunzip(text))).toBe(plain);
  expect(fromBase64).toHaveBeenCalledWith(text);
  vi.unstubAllGlobals();
});
