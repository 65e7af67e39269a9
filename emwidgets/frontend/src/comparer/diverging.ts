/** Colours of what can be more or less than nothing: blue below, orange above, the middle unchanged. */

import { interpolated, tables } from "../core/colormaps";

/**
 * Even in lightness on both sides in Oklab (B. Ottosson, 2020), hues of 255° and 45°; for protanopes and deuteranopes
 * blue and orange stay apart.
 */
export const BLUE_ORANGE = "004590276fc3629be4a7c8f3f3f3f3edb8a0d87e55b24b0d802300";

tables.set("blue-orange", interpolated(BLUE_ORANGE));
