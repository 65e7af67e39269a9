/** Values from the manifest. Python stored each only once, and it becomes one object: views compare by reference. */

import { decode } from "./codecs";
import type { Manifest, Packed, Traits } from "./manifest";

type Reference = { $?: number; $b?: number; $d?: [string, Packed][] };

export class Pool {
  private values = new Map<number, unknown>();
  private buffers = new Map<number, Promise<DataView>>();
  private views = new Map<number, DataView>();

  /** `coded` hands over the bytes of a buffer as they stand in the page. */
  constructor(
    private manifest: Pick<Manifest, "pool" | "buffers">,
    private coded: (buffer: number) => Promise<ArrayBuffer>,
  ) {}

  /** Rejects if a buffer is damaged. Each buffer is unpacked when a value first needs it. */
  async unpack(packed: Record<string, Packed>): Promise<Traits> {
    await Promise.all([...this.needed(packed)].map((buffer) => this.load(buffer)));
    return this.value(packed) as Traits;
  }

  /** Numbers of all buffers that a value has somewhere in it. */
  private needed(packed: Packed, found = new Set<number>(), seen = new Set<number>()): Set<number> {
    if (typeof packed !== "object" || packed === null) return found;
    const { $, $b, $d } = own(packed);
    if ($b !== undefined) found.add($b);
    else if ($d !== undefined) this.needed(Object.fromEntries($d.map(([, each], i) => [i, each])), found, seen);
    else if ($ === undefined) for (const each of Object.values(packed)) this.needed(each, found, seen);
    else if (!seen.has($)) this.needed(this.entry(seen.add($) && $), found, seen);
    return found;
  }

  private load(buffer: number): Promise<DataView> {
    const known = this.buffers.get(buffer);
    if (known) return known;
    const loading = this.coded(buffer).then((coded) => {
      const view = new DataView(decode(coded, this.manifest.buffers[buffer]));
      this.views.set(buffer, view);
      return view;
    });
    this.buffers.set(buffer, loading);
    return loading;
  }

  private value(packed: Packed): unknown {
    if (typeof packed !== "object" || packed === null) return packed;
    if (Array.isArray(packed)) return packed.map((each) => this.value(each));
    const { $, $b, $d } = own(packed);
    if ($b !== undefined) return this.views.get($b);
    if ($ !== undefined) return this.shared($);
    // fromEntries, not assignment: a key "__proto__" is a key like any other
    return Object.fromEntries(($d ?? Object.entries(packed)).map(([key, each]) => [key, this.value(each)]));
  }

  private shared(number: number): unknown {
    if (!this.values.has(number)) this.values.set(number, this.value(this.entry(number)));
    return this.values.get(number);
  }

  private entry(number: number): Packed {
    if (number in this.manifest.pool) return this.manifest.pool[number];
    throw new Error(`the manifest has no value ${number}`);
  }
}

/** The references among the keys of an object; arrays have none. */
function own(packed: object): Reference {
  return Array.isArray(packed) ? {} : (packed as Reference);
}
