/** The page without a kernel: unpacks what Python wrote into it and starts the widgets (see emwidgets/frontend/page.py). */

import { Bundles } from "./page/bundles";
import { start } from "./page/start";

declare global {
  /** how the script of a widget says that it is there */
  var emwidgets: Pick<Bundles, "register">;
}

const bundles = new Bundles();
globalThis.emwidgets = { register: bundles.register };

// module scripts run before the page counts as loaded, so that whoever has not registered then never will
if (document.readyState === "complete") setTimeout(() => bundles.close());
else addEventListener("load", () => bundles.close());

void start(bundles);
