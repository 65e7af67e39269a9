/** Entry of the development page: one explorer on the made-up specimen, with a kernel that answers after a moment, or none (?page, ?disconnected). */

import widget from "../../../emwidgets/frontend/src/domains";
import { FakeModel, type Traits } from "./model";
import { allTraits, DEFAULTS, resultTraits, type Settings, WRITABLE } from "./traits";

const ANSWER_MS = 40;
const STEPS = { threshold: [0.2, 0.4, 0.5, 0.7, 0.9, 1], d_range: [null, [0.2, 0.3], [0.3, 0.5]], min_area: [null, 0.5, 4, 12] };
const options = new URLSearchParams(location.search);

function settingsOf(model: FakeModel): Settings {
  const get = (name: keyof Settings): any => model.get(name);
  return { threshold: get("threshold"), d_range: get("d_range"), min_area: get("min_area"), include: get("include"), exclude: get("exclude") };
}

function start(): FakeModel {
  const settings = { ...DEFAULTS, threshold: options.has("amorphous") ? 1 : 0.5 };
  const traits = allTraits(settings);
  if (options.has("stack")) traits.controls = { ...(traits.controls as Traits), frame: { ...(traits.controls as any).frame, max: 23 } };
  if (options.has("running")) traits.status = { state: "running", stage: "filtering", fraction: 0.45, message: "", result: 1 };
  if (options.has("error")) {
    traits.status = { state: "error", stage: "", fraction: 0, message: "'frame 3' is constant (all 0.0): nothing to transform; choose another frame", result: 1 };
  }
  const model = new FakeModel(traits, WRITABLE, options.has("page") ? STEPS : undefined);
  if (options.has("undo")) traits.status = { ...(traits.status as Traits), undo: "Threshold" };
  if (options.has("disconnected")) model.disconnect();
  let serial = 1;
  model.onSend = (changes) => {
    if (Object.keys(changes).every((name) => ["view", "selection", "asked"].includes(name))) return;
    setTimeout(() => {
      serial += 1;
      model.receive({ ...resultTraits(settingsOf(model)), status: { state: "idle", stage: "", fraction: 1, message: "", result: serial } });
    }, ANSWER_MS);
  };
  return model;
}

const model = start();
const host = document.querySelector<HTMLElement>("#widget")!;
const stop = widget.render({ model, el: host });
Object.assign(globalThis, { harness: { model, stop } });
