/** Paints an image with domains one to one, for tests/domains/test_picture.py: job.json in, words.bin out, in the folder named. */

import { readFileSync, writeFileSync } from "node:fs";

import { labelHatch } from "../../../emwidgets/frontend/src/core/colormaps";
import { Labels } from "../../../emwidgets/frontend/src/core/labelling";
import { Scene } from "../../../emwidgets/frontend/src/core/scene";
import { domainColours } from "../../../emwidgets/frontend/src/domains/colours";
import { numbers } from "../../../emwidgets/frontend/src/domains/data";

const folder = process.argv[2];
const { image, runs, shape, paint, domains, view } = JSON.parse(readFileSync(`${folder}/job.json`, "utf8"));

function bytes(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, "base64")).buffer;
}

const scene = new Scene(undefined, new Labels());
scene.setImage({ ...image, data: bytes(image.data) });
scene.display = { ...scene.display, ...view.image };
const colours = domainColours(domains, view.colour_by);
const families = new Map(numbers(domains, "label").map((label, row) => [label, numbers(domains, "family")[row]]));
scene.setLayers([
  {
    kind: "labels",
    id: "domains",
    runs: new Uint32Array(bytes(runs)),
    shape,
    paint,
    colour: (label) => colours.get(label)!,
    hatch: (label) => labelHatch(families.get(label)!),
    opacity: view.fill ? view.opacity : 0,
    visible: view.overlay,
  },
]);
const [height, width] = shape;
const target = { words: new Int32Array(width * height), width, height };
scene.paintPixels(target, { cx: 0.5, cy: 0.5, zoom: 1 }, 1);
writeFileSync(`${folder}/words.bin`, Buffer.from(target.words.buffer));
