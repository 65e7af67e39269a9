/** Stages side by side that move as one. */

import type { Stage, Unsubscribe, View } from "./types";

/** Links the views of stages until the function returned is called; the first one's view is taken over. */
export function linkViews(...stages: Stage[]): Unsubscribe {
  let moving = false; // a stage that follows reports its move too, which must not come back
  const follow = (leader: Stage, view: View): void => {
    if (moving) return;
    moving = true;
    try {
      for (const stage of stages) if (stage !== leader) stage.moveView(view);
    } finally {
      moving = false;
    }
  };
  const offs = stages.map((stage) => stage.onView((view) => follow(stage, view)));
  if (stages.length > 1) follow(stages[0], stages[0].view);
  return () => offs.forEach((off) => off());
}
