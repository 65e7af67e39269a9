/** A few lines beside the pointer. */

import { element } from "../core/ui/dom";

const GAP = 14;

export interface PointerTip {
  /** The first line is the name; none hides it. */
  show(lines: string[]): void;
}

export function pointerTip(canvas: HTMLElement, host: HTMLElement): PointerTip {
  const box = element("div.em-tip", { hidden: true, "aria-hidden": true });
  host.append(box);
  // beside the pointer, on the side where there is room
  canvas.addEventListener("pointermove", ({ clientX, clientY }) => {
    const { left, top, width, height } = host.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    const [before, above] = [x > width / 2, y > height / 2];
    const corner = `translate(${before ? x - GAP : x + GAP}px,${above ? y - GAP : y + GAP}px)`;
    box.style.transform = `${corner} translate(${before ? "-100%" : 0},${above ? "-100%" : 0})`;
  });
  return {
    show(lines) {
      box.hidden = lines.length === 0;
      box.replaceChildren(...lines.map((line, i) => element(i ? "span" : "strong", {}, line)));
    },
  };
}
