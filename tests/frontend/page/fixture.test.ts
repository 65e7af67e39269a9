import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { gunzip } from "../../../emwidgets/frontend/src/page/gunzip";
import { Pool } from "../../../emwidgets/frontend/src/page/pool";

/** Written by Python: see test_fixture.py. */
const { pool, buffers, stored, node, expected } = JSON.parse(readFileSync(new URL("fixture.json", import.meta.url), "utf8"));

/** As `expected` there: objects as pairs, so that no key is special, and buffers in base64. */
function plain(value: any): unknown {
  if (value instanceof DataView) return [["base64", Buffer.from(value.buffer).toString("base64")]];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) return Object.entries(value).map(([key, each]) => [key, plain(each)]);
  return value;
}

it("reads all that Python packs", async () => {
  const traits = await new Pool({ pool, buffers }, (i) => gunzip(stored[i])).unpack({ node });
  expect(plain(traits.node)).toEqual(expected.map(([key, each]: [string, unknown]) => [key, bufferPairs(each)]));
  expect((traits.node as any).again.table.columns).toBe((traits.node as any).peaks.columns);
});

function bufferPairs(value: any): unknown {
  if (Array.isArray(value)) return value.map(bufferPairs);
  return value?.base64 === undefined ? value : [["base64", value.base64]];
}
