/** Front ends of the widgets, each of which registers as its script runs. */

import type { PageModel } from "./model";

export interface Bundle {
  render(context: { model: PageModel; el: HTMLElement }): unknown;
}

export class Bundles {
  private known = new Map<string, Bundle>();
  private waiting: (() => void)[] = [];
  private complete = false;

  /** Called once no further script will run. */
  close(): void {
    this.complete = true;
    this.wake();
  }

  readonly register = (kind: string, bundle: Bundle): void => {
    this.known.set(kind, bundle);
    this.wake();
  };

  /** As soon as it has registered; rejects if all scripts have run and it has not. */
  async get(kind: string): Promise<Bundle> {
    for (;;) {
      const bundle = this.known.get(kind);
      if (bundle) return bundle;
      if (this.complete) throw new Error(`the page has no front end '${kind}'`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
