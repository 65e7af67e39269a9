/** Edges of a solid over the picture. A stage draws rings: an edge is an ellipse without a width. */

import { atan2, hypot, max, PI, round } from "../core/maths";
import type { Layer, PointLayer, Ring, RingLayer } from "../core/types";
import { bodyOf, ellipse, halfAxes, type Polyhedron, type Seen, seen } from "./body";
import type { ShapeData } from "./data";
import { matrixOf, type Quaternion, type Vector } from "./quaternion";

/** Of edges in front and behind; the fit's blue is apart from the particle's yellow for the colour-blind, too. */
const INKS = { particle: ["#ffe08a", "rgba(255, 224, 138, 0.5)"], fit: ["#4cc3ff", "rgba(76, 195, 255, 0.5)"] } as const;
const CUT = "#ff9d5c";

type Place = readonly [x: number, y: number];

/** A solid over the picture: `origin` is where its own lies, `dash` the length of a dash, both in the unit of the axes. */
export function solidLayers(solid: ShapeData, orientation: Quaternion, origin: Place, dash: number, isFit: boolean): Layer[] {
  const matrix = matrixOf(orientation);
  const name = isFit ? "fit" : "particle";
  const lines = (front: Ring[], behind: Ring[]): RingLayer[] =>
    [behind, front].map((rings, i) => ({ kind: "rings", id: `${name} ${i}`, colour: INKS[name][1 - i], rings }));
  const [x, y] = origin;
  if (solid.kind === "ellipsoid") {
    const [a, b, c] = halfAxes(matrix, solid.semi_axes);
    const ring = (...vectors: Vector[]): Ring => ({ x, y, ...ellipse(...vectors) });
    return lines([ring(a, b, c)], [ring(a, b), ring(b, c), ring(c, a)]);
  }
  const body = bodyOf(solid);
  const sight = seen(body, matrix);
  const place = (vertex: number): Place => [x + sight.vertices[vertex][0], y + sight.vertices[vertex][1]];
  const ends = body.edges.map(({ ends: [a, b] }) => [place(a), place(b)] as const);
  const wire = lines(
    ends.flatMap(([a, b], i) => (sight.edges[i] ? [line(a, b)] : [])),
    ends.flatMap(([a, b], i) => (sight.edges[i] ? [] : dashes(a, b, dash))),
  );
  return isFit ? wire : [...wire, cornerLayer(body, sight, origin)];
}

function line([ax, ay]: Place, [bx, by]: Place): Ring {
  const [dx, dy] = [bx - ax, by - ay];
  return { x: (ax + bx) / 2, y: (ay + by) / 2, radius: hypot(dx, dy) / 2, minor: 0, angle: (atan2(dy, dx) * 180) / PI };
}

/** As many dashes as fit, of the same length as the gaps between them. */
function dashes([ax, ay]: Place, [bx, by]: Place, dash: number): Ring[] {
  const parts = 2 * max(1, round(hypot(bx - ax, by - ay) / dash / 2)) + 1;
  const at = (i: number): Place => [ax + ((bx - ax) * i) / parts, ay + ((by - ay) * i) / parts];
  return Array.from({ length: (parts + 1) / 2 }, (_, i) => line(at(2 * i), at(2 * i + 1)));
}

/** Corners to be clicked on; those that are cut are crossed out. */
function cornerLayer(body: Polyhedron, { corners }: Seen, [x, y]: Place): PointLayer {
  return {
    kind: "points",
    id: "corners",
    x: corners.map(({ at }) => x + at[0]),
    y: corners.map(({ at }) => y + at[1]),
    radius: corners.map(({ front }) => (front ? 5 : 3.5)),
    pick: 12,
    colour: (corner) => (body.corners[corner].cut ? CUT : INKS.particle[0]),
    shape: (corner) => (body.corners[corner].cut ? "cross" : corners[corner].front ? "disc" : "circle"),
  };
}
