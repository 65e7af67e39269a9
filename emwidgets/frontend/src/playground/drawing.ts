/** The solid in lines and shades; colours are the style sheet's. */

import { abs, cos, PI, sin } from "../core/maths";
import { svg, uniqueId } from "../core/ui/dom";
import { ellipse, halfAxes, type Polyhedron, type Seen } from "./body";
import type { Camera } from "./context";
import { type Matrix, turned, type Vector } from "./quaternion";

/** Half the side of the drawing, in units of the radius of the solid. */
export const REACH = 1.22;

/** From nm in the camera's frame to the drawing. */
export interface Screen {
  place(at: Vector): [x: number, y: number];
  scale: number;
  /** where the origin of the particle lies */
  centre: [x: number, y: number];
}

export function screenOf(scale: number, [x, y]: [number, number] = [0, 0]): Screen {
  return { scale, centre: [x, y], place: (at) => [x + scale * at[0], y + scale * at[1]] };
}

const written = (value: number): string => value.toFixed(4);
const path = (places: [number, number][], closed = false): string => `M${places.map((each) => each.map(written).join(" ")).join("L")}${closed ? "Z" : ""}`;

export function drawFaces(body: Polyhedron, sight: Seen, screen: Screen): SVGElement[] {
  const at = (vertex: number): [number, number] => screen.place(sight.vertices[vertex]);
  const edges = (front: boolean): string =>
    body.edges.map(({ ends }, i) => (sight.edges[i] === front ? path(ends.map(at)) : "")).join("");
  const faces = body.faces.flatMap(({ vertices, cut }, i) =>
    sight.faces[i]
      ? [svg("path", { class: cut === null ? "em-face" : "em-face em-face-cut", d: path(vertices.map(at), true), style: `--em-light:${sight.light[i].toFixed(3)}` })]
      : [],
  );
  // what was cut off, as a ghost
  const tips = body.corners.flatMap(({ cut, rim }, corner) =>
    cut ? rim.map((vertex) => path([screen.place(sight.corners[corner].at), at(vertex)])) : [],
  );
  return [
    svg("path", { class: "em-edge-ghost", d: tips.join("") }),
    ...faces,
    svg("path", { class: "em-edge-behind", d: edges(false) }),
    svg("path", { class: "em-edge", d: edges(true) }),
  ];
}

const STEPS = 48;

/** Each widget of a page has a shade of its own: one that is hidden would take the others' away. */
const BALL = uniqueId();

/** Outline, and the great circles in the planes of the axes; their far halves dashed. */
export function drawEllipsoid(semi: Vector, matrix: Matrix, screen: Screen): SVGElement[] {
  const axes = halfAxes(matrix, semi);
  const { radius, minor, angle } = ellipse(...axes);
  const [x, y] = screen.centre;
  const halves: Record<"em-edge" | "em-edge-behind", string[]> = { "em-edge": [], "em-edge-behind": [] };
  for (const [u, v] of [[0, 1], [1, 2], [2, 0]].map((pair) => pair.map((i) => axes[i]))) {
    // behind begins where z, u_z cos t + v_z sin t, turns positive
    const start = Math.atan2(v[2], u[2]) - PI / 2;
    for (const [name, from] of [["em-edge-behind", start], ["em-edge", start + PI]] as const) {
      const places = Array.from({ length: STEPS + 1 }, (_, i): [number, number] => {
        const t = from + (PI * i) / STEPS;
        return screen.place([0, 1, 2].map((axis) => u[axis] * cos(t) + v[axis] * sin(t)) as unknown as Vector);
      });
      halves[name].push(path(places));
    }
  }
  const round = { cx: x, cy: y, rx: screen.scale * radius, ry: screen.scale * minor, transform: `rotate(${angle} ${x} ${y})` };
  const shade = svg(
    "radialGradient",
    { id: BALL, cx: 0.34, cy: 0.28, r: 0.85 },
    ...[0.95, 0.72, 0.3].map((light, i) => svg("stop", { offset: i / 2, class: "em-ball-stop", style: `--em-light:${light}` })),
  );
  return [
    svg("defs", {}, shade),
    svg("ellipse", { class: "em-face", ...round, fill: `url(#${BALL})` }),
    ...Object.entries(halves).map(([name, paths]) => svg("path", { class: `${name} em-circle`, d: paths.join("") })),
    svg("ellipse", { class: "em-edge", ...round }),
  ];
}

const ARM = 0.15;

/** The axes of the particle in the corner, and the way of the beam. */
export function drawTriad(matrix: Matrix, eye: Matrix, camera: Camera): SVGElement[] {
  const [x, y] = [-REACH + 0.26, camera === "side" ? 0.3 - REACH : REACH - 0.33];
  const arms = (["x", "y", "z"] as const).map((name, i) => {
    const [dx, dy, dz] = turned(matrix, [Number(i === 0), Number(i === 1), Number(i === 2)]);
    const tip: [number, number] = [x + ARM * dx, y + ARM * dy];
    return svg(
      "g",
      { class: `em-axis em-axis-${name}`, "data-behind": dz > 0.02 },
      svg("path", { d: path([[x, y], tip]) }),
      svg("text", { x: written(x + 1.4 * ARM * dx), y: written(y + 1.4 * ARM * dy) }, name),
    );
  });
  return [...arms, camera === "side" ? beamFromAbove(eye) : beamIntoThePage()];
}

/** A cross in a circle: the feathers of an arrow that flies away. */
function beamIntoThePage(): SVGElement {
  const [x, y, r] = [REACH - 0.22, -REACH + 0.2, 0.06];
  const d = r * Math.SQRT1_2;
  return svg(
    "g",
    { class: "em-beam" },
    svg("circle", { cx: x, cy: y, r }),
    svg("path", { d: path([[x - d, y - d], [x + d, y + d]]) + path([[x - d, y + d], [x + d, y - d]]) }),
    svg("text", { x, y: y + 0.15 }, "beam"),
  );
}

function beamFromAbove(eye: Matrix): SVGElement {
  const [dx, dy] = turned(eye, [0, 0, 1]);
  const [x, y] = [REACH - 0.22, -REACH + 0.12];
  const tip: [number, number] = [x + 0.26 * dx, y + 0.26 * dy];
  const barb = (side: number): [number, number] => [tip[0] + side * 0.035, tip[1] - 0.06 * Math.sign(dy || 1)];
  return svg(
    "g",
    { class: "em-beam" },
    svg("path", { d: path([[x, y], tip]) + path([barb(-1), tip, barb(1)]) }),
    svg("text", { x: tip[0], y: tip[1] + 0.1 * abs(Math.sign(dy || 1)) }, "beam"),
  );
}
