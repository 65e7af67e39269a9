/** Traits of several widgets that move together. */

import type { Page } from "../core/ui/model";
import type { PackedLink } from "./manifest";
import type { PageModel } from "./model";

/**
 * Each change is carried to the other side, where swept controls snap to steps of their own. What a change has
 * touched it does not touch again, so that two widgets with different steps do not push each other about.
 */
export function link(models: readonly (PageModel | null)[], links: readonly PackedLink[]): void {
  let touched: Set<string> | null = null;
  /** of the widget in which it began */
  let direction: Page["travelling"];

  function carry(from: number, trait: string, to: number, other: string): void {
    const outermost = touched === null;
    if (outermost) direction = models[from]!.page.travelling;
    touched ??= new Set([`${from} ${trait}`]);
    const end = `${to} ${other}`;
    if (!touched.has(end)) {
      touched.add(end);
      models[to]!.follow(other, models[from]!.get(trait), direction);
    }
    if (outermost) touched = null;
  }

  for (const [one, trait, two, other] of links) {
    if (!models[one] || !models[two]) continue;
    models[one].on(`change:${trait}`, () => carry(one, trait, two, other));
    models[two].on(`change:${other}`, () => carry(two, other, one, trait));
    carry(one, trait, two, other);
  }
}
