/** The particle itself: a shaded solid to be turned, whose corners can be cut off. */

import { element, set, setText, svg } from "../core/ui/dom";
import type { Changed } from "../core/ui/model";
import { panel } from "../core/ui/panel";
import { choices, iconButton, type Choice } from "../core/ui/toolbar";
import { bodyOf, type Polyhedron, seen, type Seen } from "./body";
import { type Camera, type Context, isHidden, type PlaygroundView, toggleCorner } from "./context";
import { isReading, type ShapeData, solidOf } from "./data";
import { type Detector, detector } from "./detector";
import { mayTurn, turnByHand } from "./hand";
import { drawEllipsoid, drawFaces, drawTriad, REACH, type Screen } from "./drawing";
import { about, IDENTITY, matrixOf, type Quaternion, random, times, towards, type Vector } from "./quaternion";
import type { PicturePanel } from "./picturepanel";

const CAMERAS: Choice<Camera>[] = [
  ["beam", "Beam view", "Along the beam, as the microscope sees it: the same way round as the picture"],
  ["side", "Side view", "From the side: the beam comes from above and draws the picture on the detector below"],
];

/** Looking a little down on the detector, and past its corner. */
const SIDE = times(about([1, 0, 0], (-64 * Math.PI) / 180), about([0, 0, 1], (22 * Math.PI) / 180));
const EYES: Record<Camera, Quaternion> = { beam: IDENTITY, side: SIDE };

/** Axes of the particle to look along. */
const ALONG: [name: string, label: string, axis: Vector][] = [
  ["x", "Along x", [1, 0, 0]],
  ["y", "Along y", [0, 1, 0]],
  ["z", "Along z", [0, 0, 1]],
  ["corner", "Corner-on", [1, 1, 1]],
];

export interface SolidPanel {
  readonly element: HTMLElement;
  randomise(): void;
  switchCamera(): void;
  show(): void;
  showSettings(changed: Changed<PlaygroundView>): void;
  destroy(): void;
}

export function solidPanel(context: Context, picture: PicturePanel): SolidPanel {
  const { view, turning } = context;
  const drawing = svg("svg", { viewBox: `${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}`, "aria-hidden": true, class: "em-solid-drawing" });
  const corners = element("div.em-corners");
  const veilSign = element("span.em-veil-sign", { "aria-hidden": true }, "?");
  const veilText = element("span");
  const veil = element("div.em-veil", { hidden: true }, veilSign, veilText);
  const volume = element("span.em-unit", { "data-volume": true });
  const below: Detector = detector();
  const host = element(
    "div.em-solid",
    { tabindex: 0, role: "application", "aria-roledescription": "solid to be turned", ondblclick: doubled },
    below.element,
    drawing,
    corners,
    veil,
  );
  const cameras = choices("Seen", CAMERAS, (camera) => view.save({ camera }));
  const along = ALONG.map(([name, label, axis]) =>
    element("button.em-button", { "data-action": `along-${name}`, title: `Look at the particle ${label.toLowerCase()}`, onclick: () => lookAlong(axis) }, name === "corner" ? label : name),
  );
  const dice = iconButton("dice", "Random orientation", "R", "random", randomise);
  const back = element("button.em-link", { hidden: true, onclick: () => turning.back() }, "as fitted");
  const tools = element("div.em-toolbar", { role: "toolbar", "aria-label": "Orientation" }, element("span.em-bar-name", {}, "Look along"), ...along, dice, back);
  const hand = turnByHand(host, host, context, () => true, () => eye());
  let buttons: HTMLButtonElement[] = [];

  const eye = (): Quaternion => EYES[view.get().camera];

  function randomise(): void {
    if (mayTurn(context)) turning.glide(random());
  }

  /** That axis along the beam, by the shortest way that also leaves the others along the edges of the picture. */
  function lookAlong(axis: Vector): void {
    if (!mayTurn(context)) return;
    const solid = solidOf(context.reading);
    const corner = solid?.kind === "polyhedron" && axis.every(Boolean) ? solid.corners.at(-1) : undefined;
    turning.glide(towards(corner ?? axis, [0, 0, -1]));
  }

  function doubled(event: MouseEvent): void {
    if (!(event.target as Element).closest("button")) randomise();
  }

  /** Buttons, so that keys and screen readers reach the corners; made anew for another solid only. */
  function showCorners(body: Polyhedron | null, sight: Seen | null, screen: Screen): void {
    const count = body?.corners.length ?? 0;
    if (buttons.length !== count) {
      buttons = Array.from({ length: count }, (_, corner) =>
        element("button.em-corner", { "data-corner": corner, onclick: () => toggleCorner(context, corner) }),
      );
      corners.replaceChildren(...buttons);
    }
    const { where, refusal } = context.connection;
    const frozen = where === "live" ? "" : refusal;
    buttons.forEach((button, corner) => {
      const { at, front } = sight!.corners[corner];
      const { cut } = body!.corners[corner];
      const [x, y] = screen.place(at);
      const does = cut ? "cut: put it back" : "cut it off";
      // of two in one place the one in front takes the click
      const zIndex = String(100 - Math.round(50 * at[2] * screen.scale));
      Object.assign(button.style, { left: `${50 + (50 * x) / REACH}%`, top: `${50 + (50 * y) / REACH}%`, zIndex });
      set(button, {
        "aria-pressed": cut,
        "aria-label": `Corner ${corner}, ${cut ? "cut" : "whole"}, ${front ? "in front" : "behind"}`,
        "aria-disabled": frozen ? "true" : null,
        "data-behind": !front,
        title: frozen || `Corner ${corner}, ${does}`,
      });
    });
  }

  function show(): void {
    const { reading } = context;
    const solid = solidOf(reading);
    const hidden = isHidden(context);
    const { camera } = view.get();
    veil.hidden = !hidden && (solid !== null || !reading.image);
    veilSign.hidden = !hidden;
    setText(veilText, hidden ? "Which particle is this? Guess from the picture." : "No solid has been fitted to this picture.");
    back.hidden = !isReading(reading) || !view.get().turned;
    set(host, { "data-camera": camera, "data-hidden": hidden, "aria-label": says(solid, hidden) });
    setText(volume, solid?.volume && !hidden ? `${solid.volume.toFixed(0)} nm³` : "");
    if (!solid || hidden) {
      drawing.replaceChildren();
      corners.replaceChildren();
      buttons = [];
      below.show(null);
      return;
    }
    const matrix = matrixOf(times(eye(), turning.now()));
    const screen = below.show(camera === "side" ? picture : null, solid.radius, matrixOf(eye()), reading.recording?.position ?? reading.fitted?.centre);
    if (solid.kind === "ellipsoid") {
      drawing.replaceChildren(...drawEllipsoid(solid.semi_axes, matrix, screen));
      showCorners(null, null, screen);
    } else {
      const body = bodyOf(solid);
      const sight = seen(body, matrix);
      drawing.replaceChildren(...drawFaces(body, sight, screen));
      showCorners(body, sight, screen);
    }
    drawing.append(...drawTriad(matrix, matrixOf(eye()), camera));
  }

  return {
    element: panel("solid", "Particle", volume, cameras.element, host, tools),
    randomise,
    switchCamera: () => view.save({ camera: view.get().camera === "beam" ? "side" : "beam" }),
    show,
    showSettings(changed) {
      if (changed("camera")) cameras.show(view.get().camera);
      show();
    },
    destroy() {
      hand.run();
    },
  };
}

function says(solid: ShapeData | null, hidden: boolean): string {
  if (hidden) return "The particle, hidden until you have guessed";
  const kind = !solid ? "No particle" : solid.kind === "ellipsoid" ? "Ellipsoid" : `Solid with ${solid.vertices.length} corners`;
  return `${kind}. Drag or use the arrow keys to turn it, bracket keys to roll it.`;
}
