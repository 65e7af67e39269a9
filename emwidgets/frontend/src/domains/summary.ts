/** The measurement in one sentence, for screen readers and image descriptions. */

import { percent, significant, spoken, withUnit } from "../core/ui/format";
import type { Reading } from "./data";

const SPOKEN_SPACINGS = 5;

/** "12 domains, 143 nm², 38 % crystalline; d 0.374 nm and 0.229 nm" */
export function summary({ totals, status }: Pick<Reading, "totals" | "status">): string {
  if (!totals) return status.message || "No result yet.";
  if (!totals.n_domains) return totals.message || "No crystalline domains.";
  const domains = `${totals.n_domains} ${totals.n_domains === 1 ? "domain" : "domains"}`;
  const area = withUnit(significant(totals.crystalline_area), totals.area_unit);
  const spacings = totals.d_spacings.slice(0, SPOKEN_SPACINGS).map((d) => withUnit(significant(d), totals.length_unit));
  const more = totals.d_spacings.length - spacings.length;
  if (more > 0) spacings.push(`${more} more`);
  return `${domains}, ${area}, ${percent(totals.crystalline_fraction)} crystalline; d ${spoken(spacings)}`.replace(/\u202f/g, " ");
}
