/** Under the particle, seen from the side: the detector with the picture that the beam draws on it. */

import { decode } from "../core/pixels";
import type { Pixels } from "../core/types";
import { abs, clamp, max, min, round } from "../core/maths";
import { element } from "../core/ui/dom";
import { REACH, type Screen, screenOf } from "./drawing";
import type { PicturePanel } from "./picturepanel";
import { type Matrix, turned } from "./quaternion";

/** Device px of the sheet: enough for what is seen slanting. */
const SIDE = 640;

/** Half the side of the part of the detector that is drawn, in radii of the particle. */
const HALF = 1.35;

/** Where particle and detector hang in the drawing. */
const [ABOVE, BELOW] = [-0.46, 0.66];

/** In the drawing, of a radius of the particle. */
const SMALLER = 0.62;

export interface Detector {
  readonly element: HTMLElement;
  /** null: none, as seen along the beam; `position` is the particle's from the middle of the picture; returns how the particle itself is to be drawn */
  show(picture: PicturePanel | null, radius?: number, eye?: Matrix, position?: readonly [number, number]): Screen;
}

export function detector(): Detector {
  const canvas = element("canvas.em-detector", { "aria-hidden": true, hidden: true, width: SIDE, height: SIDE });
  const sheet = element("canvas");
  let painted: Pixels | null = null;

  return {
    element: canvas,
    show(picture, radius = 1, eye, position = [0, 0]) {
      const ink = picture && canvas.getContext("2d");
      canvas.hidden = !ink;
      if (!ink) return screenOf(picture ? SMALLER / radius : 1 / radius, [0, picture ? ABOVE : 0]);
      const scale = SMALLER / radius;
      const { shown, stage } = picture;
      if (shown && shown !== painted) paint(sheet, shown, stage.limits ?? [0, 1]);
      painted = shown;
      const pixel = abs(shown?.axes.x.scale ?? 1);
      ink.setTransform(1, 0, 0, 1, 0, 0);
      ink.clearRect(0, 0, SIDE, SIDE);
      // from px of the image by nm in the microscope's frame to px of the sheet
      const zoom = (SIDE / (2 * REACH)) * scale;
      const [ax, ay] = turned(eye!, [zoom, 0, 0]);
      const [bx, by] = turned(eye!, [0, zoom, 0]);
      ink.setTransform(ax * pixel, ay * pixel, bx * pixel, by * pixel, SIDE / 2, (SIDE / 2) * (1 + BELOW / REACH));
      const side = min(sheet.width, (2 * HALF * radius) / pixel);
      const from = position.map((each) => clamp((sheet.width - side) / 2 + each / pixel, 0, max(0, sheet.width - side)));
      if (shown) ink.drawImage(sheet, from[0], from[1], side, side, -side / 2, -side / 2, side, side);
      return screenOf(scale, [0, ABOVE]);
    },
  };
}

/** In grey between the limits of the stage. */
function paint(sheet: HTMLCanvasElement, pixels: Pixels, [low, high]: [number, number]): void {
  const [rows, columns] = pixels.shape;
  const ink = sheet.getContext("2d");
  if (!ink) return;
  Object.assign(sheet, { width: columns, height: rows });
  const image = ink.createImageData(columns, rows);
  const words = new Uint32Array(image.data.buffer);
  const stored = decode(pixels);
  for (let i = 0; i < words.length; i++) {
    const grey = round(clamp((255 * (pixels.offset + pixels.scale * stored[i] - low)) / (high - low || 1), 0, 255));
    words[i] = 0xff000000 | (grey * 0x010101);
  }
  ink.putImageData(image, 0, 0);
}
