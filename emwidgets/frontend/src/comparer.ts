/** Front end of `emwidgets.RefocusComparer`. */

import { comparer } from "./comparer/comparer";
import { element } from "./core/ui/dom";
import type { Model } from "./core/ui/model";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  // keys pressed on the ground of the widget are no commands of the notebook; what takes the focus says so itself (dom.ts)
  const root = element("div.em-root.em-comparer", { tabindex: -1, "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  return comparer(model, root);
}

export default { render };
