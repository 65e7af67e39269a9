/** The picture to be taken along: what is seen, with the names of the images and the legend, on one sheet. */

import { colourStops } from "../core/colormaps";
import { FONT_FAMILY, strokeWithHalo, text } from "../core/ink";
import { max, round } from "../core/maths";
import { names, type Context } from "./context";
import type { Legend } from "./overlays";
import type { Stages } from "./stages";

/** css px */
const GAP = 8;
const FOOT = 40;

/** Draws the stages as they stand; `legend` comes below. */
export async function sheet(context: Context, stages: Stages, legend: Legend | null): Promise<Blob> {
  const { mode, swipe_vertical: vertical } = context.view.get();
  const [left, right] = await Promise.all([stages.left, stages.right].map(async (stage) => createImageBitmap(await stage.toPNG())));
  const ratio = left.width / max(stages.left.canvas.clientWidth, 1) || 1;
  const alone = stages.restored === null;
  const beside = mode === "side" && !alone;
  const [width, height] = [left.width + (beside ? round(GAP * ratio) + right.width : 0), left.height];
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height + (legend ? round(FOOT * ratio) : 0);
  const ink = canvas.getContext("2d")!;
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  const { left: name, after } = names(context);
  const label = (words: string, x: number, y: number, align: CanvasTextAlign = "left"): void => {
    ink.save();
    ink.scale(ratio, ratio);
    text(ink, words, x / ratio, y / ratio, 13, align);
    ink.restore();
  };
  const [pad, top] = [10 * ratio, 18 * ratio];
  const seesLeft = alone || (mode === "blink" && !stages.blink.restored);
  ink.drawImage(mode === "difference" || (mode === "blink" && !seesLeft) ? right : left, 0, 0);
  if (alone || mode === "blink") label(seesLeft ? name : after, pad, top);
  else if (mode === "difference") label(`${after} − ${name.toLowerCase()}`, pad, top);
  else if (beside) {
    ink.drawImage(right, width - right.width, 0);
    label(name, pad, top);
    label(after, width - right.width + pad, top);
  } else {
    const at = round(stages.swipe.part * (vertical ? height : width));
    const [x, y] = vertical ? [0, at] : [at, 0];
    if (x < width && y < height) ink.drawImage(right, x, y, width - x, height - y, x, y, width - x, height - y);
    ink.beginPath();
    ink.moveTo(x, y);
    ink.lineTo(vertical ? width : x, vertical ? y : height);
    strokeWithHalo(ink, "#fff", 2 * ratio);
    label(name, vertical ? pad : x - pad, vertical ? max(y - top, top) : top, vertical ? "left" : "right");
    label(after, vertical ? pad : x + pad, vertical ? y + top : top);
  }
  if (legend) {
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawLegend(ink, legend, height / ratio);
  }
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the sheet could not be written as PNG"))), "image/png"));
}

function drawLegend(ink: CanvasRenderingContext2D, { title, map, ends, middle }: Legend, top: number): void {
  const say = (words: string, x: number, y: number, align: CanvasTextAlign): void => {
    ink.textAlign = align;
    ink.fillText(words, x, y);
  };
  ink.font = `12px ${FONT_FAMILY}`;
  ink.fillStyle = "#1c2126";
  ink.textBaseline = "middle";
  say(title, 10, top + 14, "left");
  const [from, width] = [20 + ink.measureText(title).width, 180];
  const gradient = ink.createLinearGradient(from, 0, from + width, 0);
  const stops = colourStops(map);
  stops.forEach((colour, i) => gradient.addColorStop(i / (stops.length - 1), colour));
  ink.fillStyle = gradient;
  ink.fillRect(from, top + 8, width, 10);
  ink.fillStyle = "#1c2126";
  say(ends[0], from, top + 29, "left");
  say(middle, from + width / 2, top + 29, "center");
  say(ends[1], from + width, top + 29, "right");
}
