/** One bar for each method: rules, networks, and their vote; the one in force is a click away. */

import { element, set, setText, setVariable } from "../core/ui/dom";
import { percent } from "../core/ui/format";
import { chances, type Member } from "./data";
import { glyph, show } from "./glyphs";

const GROUPS: [kind: Member["kind"], title: string][] = [
  ["rule", "Rules"],
  ["network", "Networks"],
  ["vote", "Together"],
];

/** A strip that is shorter would be a speck. */
const LEAST_STRIP = 0.04;

interface Row {
  readonly element: HTMLElement;
  update(member: Member, inForce: boolean, frozen: string): void;
}

export interface Members {
  readonly element: HTMLElement;
  /** `frozen` says why no other method can be chosen; "" where one can */
  update(members: Member[], method: string, frozen: string): void;
  /** the mark on every bar, 0.5 … 1 */
  setCertainty(certainty: number): void;
}

/** Rings fill a bar from the left and spots from the right: where they meet is the probability. "Neither" runs below. */
export function memberBars(onChoose: (method: string) => void): Members {
  const rows = new Map<string, Row>();
  const groups = new Map(
    GROUPS.map(([kind, title]) => {
      // only networks have learnt what is neither
      const key = kind === "network" && element("span.em-neither-key", { "aria-hidden": true }, "neither");
      return [kind, element("div.em-members-group", { role: "group", "aria-label": title }, element("h3.em-group-title", {}, title, key))];
    }),
  );
  const ends = element("div.em-members-ends", { "aria-hidden": true }, glyph("ring"), "ring", element("span"), "spot", glyph("spot"));
  const root = element("div.em-members", {}, ends, ...groups.values());
  return {
    element: root,
    update(members, method, frozen) {
      set(root, { "data-frozen": frozen !== "" });
      for (const member of members) {
        let row = rows.get(member.name);
        if (!row) {
          row = memberRow(() => onChoose(member.name));
          rows.set(member.name, row);
          groups.get(member.kind)?.append(row.element);
        }
        row.update(member, member.name === method, frozen);
      }
    },
    setCertainty: (certainty) => setVariable(root, "--em-certainty", certainty),
  };
}

function memberRow(choose: () => void): Row {
  const title = element("span.em-member-title");
  const words = element("span.em-hidden");
  const parts = (["ring", "spot", "neither"] as const).map((name) => element(`span.em-share.em-share-${name}`));
  const bar = element("span.em-bar", {}, ...parts);
  const message = element("span.em-member-message", { "aria-hidden": true });
  const sign = glyph("pending");
  const value = element("span.em-member-value");
  const button = element("button.em-member", { onclick: choose }, title, words, bar, message, element("span.em-member-says", { "aria-hidden": true }, sign, value));
  return {
    element: button,
    update(member, inForce, frozen) {
      const { state } = member;
      const failed = state === "failed";
      const found = failed ? null : chances(member);
      parts.forEach((part, i) => setVariable(part, "--em-share", found ? [found.ring, found.spot, found.neither < LEAST_STRIP ? 0 : found.neither][i] : 0));
      setText(title, member.title);
      setText(message, member.message);
      bar.hidden = failed;
      message.hidden = !failed;
      const winner = found && (found.neither > (1 - found.neither) * Math.max(found.ring, found.spot) ? "neither" : found.ring >= found.spot ? "ring" : "spot");
      show(sign, winner ?? (failed ? "problem" : "pending"));
      // of a pattern that cannot be classified everybody is ready, and says nothing
      setText(value, winner ? percent(found![winner]) : state === "ready" ? "" : state);
      const said = found
        ? `ring ${percent(found.ring)}, spot ${percent(found.spot)}${found.neither ? `, neither ${percent(found.neither)}` : ""}`
        : [state === "ready" ? "no answer" : state, member.message].filter(Boolean).join(": ");
      const spoken = said.replace(/\u202f/g, " ");
      setText(words, `: ${spoken}`);
      const act = inForce ? "In force" : frozen || "Click to classify by this method alone";
      set(button, {
        "data-member": member.name,
        "data-state": member.state,
        "data-says": winner,
        "aria-pressed": inForce,
        "aria-disabled": frozen !== "" && !inForce,
        title: `${member.title}: ${spoken}\n${act}`,
      });
    },
  };
}
