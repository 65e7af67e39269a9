/** Domain masks painted over an image and found under the pointer. Apart from the scene, so that widgets without label layers do not carry it. */

import { LabelMaps } from "./labels";
import { floor } from "./maths";
import type { Raster } from "./pixels";
import { paintLabels, type Target } from "./raster";
import { type LabelPainter, spanning } from "./scene";
import type { LabelLayer, Place } from "./types";
import type { Projection } from "./view";

/** For `StageOptions.labels`: one for each stage. */
export class Labels extends LabelMaps implements LabelPainter {
  paint(target: Target, layer: LabelLayer, raster: Raster, projection: Projection, line: number): void {
    const map = this.of(layer);
    paintLabels(target, map, spanning(projection, raster, map), layer, line);
  }

  at(layer: LabelLayer, { ix, iy }: Place, raster: Raster): number[] {
    const map = this.of(layer);
    return map.labelsAt(floor(((ix + 0.5) * map.columns) / raster.columns), floor(((iy + 0.5) * map.rows) / raster.rows));
  }
}
