/** Brightness of the two images: one scale for both, so that they can be compared, or one each. */

import { DEFAULT_DISPLAY } from "../core/scene";
import type { Display, LimitPreset, Pixels, Stage } from "../core/types";
import { type ContrastPanel, contrastPanel } from "../core/ui/contrastpanel";
import { same } from "../core/ui/values";
import { countsOf, sharedLimits } from "./blend";
import type { ComparerView, Context } from "./context";

type Side = "left" | "right";
const KEPT = { left: "stage", right: "after_stage" } as const satisfies Record<Side, keyof ComparerView>;

export interface Contrasts {
  /** of the left image, or of both */
  readonly left: ContrastPanel;
  readonly right: ContrastPanel;
  /** the other one of shared and separate */
  toggle(): void;
  /** puts the settings on the stages; the right one may have colours of its own */
  apply(own: Partial<Display> | null): void;
  destroy(): void;
}

/** `images` are those that limits follow: the same for every strength, so that brightness stays while the slider moves. */
export function contrasts(context: Context, stages: Record<Side, Stage>, images: () => Record<Side, Pixels | null>): Contrasts {
  const { view } = context;
  /** while a handle of the panel is held */
  const held: Record<Side, Partial<Display>> = { left: {}, right: {} };
  let own: Partial<Display> | null = null;
  const put: Partial<Record<Side, Display>> = {};

  const isShared = (): boolean => view.get().contrast === "shared";
  const source = (side: Side): Side => (isShared() ? "left" : side);
  const chosen = (side: Side): Display => ({ ...DEFAULT_DISPLAY, ...view.get()[KEPT[source(side)]], ...held[source(side)] });

  function limitsOf(side: Side): [number, number] | null {
    const { limits } = chosen(side);
    if (typeof limits !== "string") return limits;
    const all = images();
    const followed = (isShared() ? [all.left, all.right] : [all[side]]).filter((image) => image !== null);
    return followed.length ? sharedLimits(followed, limits as LimitPreset) : null;
  }

  /** A stage repaints for it: only when it is another. */
  function show(side: Side): void {
    const limits = limitsOf(side);
    const display = { ...chosen(side), ...(limits && { limits }), ...(side === "right" && own) };
    if (!same(display, put[side])) stages[side].setDisplay((put[side] = display));
  }

  function apply(next: Partial<Display> | null): void {
    own = next;
    show("left");
    show("right");
  }

  function panelOf(side: Side, label: string): ContrastPanel {
    const face = {
      get display() {
        return chosen(side);
      },
      get histogram() {
        const image = images()[side];
        return image && countsOf(image);
      },
      get limits() {
        return limitsOf(side);
      },
      setDisplay(display: Partial<Display>) {
        Object.assign(held[side], display);
        apply(own);
      },
    };
    return contrastPanel(face, label, `${side}-contrast`, () => images()[side]?.log ?? false, (display) => {
      held[side] = {};
      view.save({ [KEPT[side]]: { ...view.get()[KEPT[side]], ...display } });
    });
  }

  const [left, right] = [panelOf("left", "Contrast and colours"), panelOf("right", "Contrast and colours of the restored image")];
  return {
    left,
    right,
    apply,
    // apart, the second one begins with what both had
    toggle: () => view.save(isShared() ? { contrast: "separate", after_stage: view.get().stage } : { contrast: "shared" }),
    destroy() {
      left.destroy();
      right.destroy();
    },
  };
}
