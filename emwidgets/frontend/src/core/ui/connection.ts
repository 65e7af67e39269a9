/** Who answers when a control moves: Python, the steps kept in a page, or nobody any more. */

import type { Cleanup } from "./cleanup";
import type { Model } from "./model";

export type Where = "live" | "page" | "disconnected";

export interface Connection {
  readonly where: Where;
  /** values that a control can have in a page; null: it has no steps */
  steps(name: string): readonly unknown[] | null;
  /** whether a change of this trait is answered; how one looks at things is the browser's own */
  can(name: string): boolean;
  /** what to say where it is not */
  readonly refusal: string;
}

/** Traits that no Python is needed for. */
export const BROWSER = ["view", "selection"];

/** Of a kernel whose widgets will not come back, whatever it does next. */
const GONE = /dead|terminating|restarting/;

/** `changed` is called when it is another. */
export function connect(model: Model, cleanup: Cleanup, changed: () => void): Connection {
  const { page, widget_manager: manager } = model;
  // anywidget binds Backbone's `set`, which returns the model itself; what is no Jupyter might take {} for a trait
  const real = manager?.create_view && (model.set as any)({});
  const kernel = quietly(() => manager.kernel);
  let lost = false;
  let where = look();

  function look(): Where {
    lost ||= quietly(() => kernel.isDisposed || GONE.test(kernel.status)) ?? false;
    const cut = lost || real?.comm_live === false || quietly(() => kernel.connectionStatus) === "disconnected";
    return page ? "page" : cut ? "disconnected" : "live";
  }

  function again(): void {
    const before = where;
    where = look();
    if (where !== before) changed();
  }

  if (real) cleanup.on(model, "comm_live_update", again);
  for (const name of ["statusChanged", "connectionStatusChanged"]) {
    quietly(() => kernel[name].connect(again)) && cleanup.add(() => kernel[name].disconnect(again));
  }

  const steps = (name: string): readonly unknown[] | null => page?.steps(name) ?? null;
  return {
    get where() {
      return where;
    },
    steps,
    can: (name) => BROWSER.includes(name) || (where === "page" ? steps(name) !== null : where === "live"),
    get refusal() {
      return `Needs Python: ${where === "page" ? "this is a saved page" : "its kernel is gone, run the cell again"}`;
    },
  };
}

/** Hosts other than JupyterLab have no kernel to ask, or one that throws. */
function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
