/** The solid as it is drawn: faces, edges and corners from its half-spaces, and which of them are in front. */

import { abs, atan2, hypot, max, PI, sqrt } from "../core/maths";
import { type Matrix, turned, type Vector } from "./quaternion";

export interface Face {
  normal: Vector;
  /** numbers of its vertices, round about */
  vertices: number[];
  /** the face of a cut: number of the corner, else null */
  cut: number | null;
}

export interface Edge {
  ends: [number, number];
  faces: number[];
}

/** A corner of the solid before anything was cut off. */
export interface Corner {
  at: Vector;
  cut: boolean;
  /** normals of the uncut faces that meet in it */
  normals: Vector[];
  /** vertices of the face of its cut */
  rim: number[];
}

export interface Polyhedron {
  kind: "polyhedron";
  vertices: readonly Vector[];
  faces: Face[];
  edges: Edge[];
  corners: Corner[];
}

export interface Solid {
  normals: readonly Vector[];
  offsets: readonly number[];
  vertices: readonly Vector[];
  corners: readonly Vector[];
  /** numbers of the corners that are cut, in the order of their faces, which come last */
  cut: readonly number[];
}

/** Of the size of the solid: what is closer than this is the same. */
const TINY = 1e-5;

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

const bodies = new WeakMap<Solid, Polyhedron>();

/** Made once for each solid. */
export function bodyOf(solid: Solid): Polyhedron {
  if (!bodies.has(solid)) bodies.set(solid, build(solid));
  return bodies.get(solid)!;
}

function build({ normals, offsets, vertices, corners, cut }: Solid): Polyhedron {
  const near = TINY * max(...vertices.map((vertex) => hypot(...vertex)));
  const firstCut = normals.length - cut.length;
  const faces = normals.flatMap((normal, i): Face[] => {
    const on = vertices.map((_, v) => v).filter((v) => abs(dot(normal, vertices[v]) - offsets[i]) < near);
    // a face that the cuts took away altogether has no area left
    return on.length < 3 ? [] : [{ normal, vertices: roundAbout(on, vertices, normal), cut: i < firstCut ? null : cut[i - firstCut] }];
  });
  return {
    kind: "polyhedron",
    vertices,
    faces,
    edges: edgesOf(faces),
    corners: corners.map((at, number) => ({
      at,
      cut: cut.includes(number),
      normals: normals.slice(0, firstCut).filter((normal, i) => abs(dot(normal, at) - offsets[i]) < near),
      rim: faces.find((face) => face.cut === number)?.vertices ?? [],
    })),
  };
}

/** Numbers of the vertices of a face in the order in which one walks round it. */
function roundAbout(numbers: number[], vertices: readonly Vector[], normal: Vector): number[] {
  const middle = [0, 1, 2].map((axis) => numbers.reduce((sum, v) => sum + vertices[v][axis], 0) / numbers.length) as unknown as Vector;
  const across = minus(vertices[numbers[0]], middle);
  const up = cross(normal, across);
  const angle = (v: number): number => atan2(dot(up, minus(vertices[v], middle)), dot(across, minus(vertices[v], middle)));
  return numbers.toSorted((a, b) => angle(a) - angle(b));
}

function edgesOf(faces: Face[]): Edge[] {
  const found = new Map<string, Edge>();
  faces.forEach(({ vertices }, face) => {
    vertices.forEach((a, i) => {
      const b = vertices[(i + 1) % vertices.length];
      const ends: [number, number] = a < b ? [a, b] : [b, a];
      const edge = found.get(ends.join()) ?? { ends, faces: [] };
      edge.faces.push(face);
      found.set(ends.join(), edge);
    });
  });
  return [...found.values()];
}

/** Half-spaces of the convex hull of a few points, such as the corners of a fitted solid. */
export function hullOf(vertices: readonly Vector[]): { normals: Vector[]; offsets: number[] } {
  const size = max(...vertices.map((vertex) => hypot(...vertex)));
  const normals: Vector[] = [];
  const offsets: number[] = [];
  for (let a = 0; a < vertices.length; a++) {
    for (let b = 0; b < vertices.length; b++) {
      for (let c = a + 1; c < vertices.length; c++) {
        const normal = cross(minus(vertices[b], vertices[a]), minus(vertices[c], vertices[a]));
        const length = hypot(...normal);
        if (b <= a || b === c || length < TINY * size * size) continue;
        const outward = normal.map((each) => each / length) as unknown as Vector;
        for (const face of [outward, outward.map((each) => -each) as unknown as Vector]) {
          const offset = dot(face, vertices[a]);
          const holds = vertices.every((vertex) => dot(face, vertex) <= offset + TINY * size);
          if (holds && !normals.some((other) => dot(other, face) > 1 - TINY)) {
            normals.push(face);
            offsets.push(offset);
          }
        }
      }
    }
  }
  return { normals, offsets };
}

/** What one sees in a direction: z of the matrix's frame points away from the eye. */
export interface Seen {
  /** where the vertices and corners are */
  vertices: Vector[];
  corners: { at: Vector; front: boolean }[];
  /** whether each face, each edge is in front */
  faces: boolean[];
  edges: boolean[];
  /** how much light falls on each face, 0…1 */
  light: number[];
}

/** From the upper left, over the shoulder. */
const LAMP: Vector = [-0.42, -0.64, -0.643];

/** Seen edge-on, a face is neither in front nor behind. */
const EDGE_ON = 1e-6;

export function seen(body: Polyhedron, matrix: Matrix): Seen {
  const normals = body.faces.map(({ normal }) => turned(matrix, normal));
  const faces = normals.map((normal) => normal[2] < -EDGE_ON);
  return {
    vertices: body.vertices.map((vertex) => turned(matrix, vertex)),
    corners: body.corners.map((corner) => ({
      at: turned(matrix, corner.at),
      front: corner.normals.some((normal) => turned(matrix, normal)[2] < -EDGE_ON),
    })),
    faces,
    edges: body.edges.map((edge) => edge.faces.some((face) => faces[face])),
    light: normals.map((normal) => 0.5 + 0.5 * dot(normal, LAMP)),
  };
}

/** Half axes of an ellipse about the origin, and the angle of the longer one to x in degrees. */
export interface Ellipse {
  radius: number;
  minor: number;
  angle: number;
}

/** What vectors make together as they go round: of two the ellipse that they span, of the three half axes of an ellipsoid its outline. */
export function ellipse(...vectors: Vector[]): Ellipse {
  const part = (i: number, j: number): number => vectors.reduce((sum, vector) => sum + vector[i] * vector[j], 0);
  const [xx, xy, yy] = [part(0, 0), part(0, 1), part(1, 1)];
  const [mean, apart] = [(xx + yy) / 2, hypot((xx - yy) / 2, xy)];
  return { radius: sqrt(mean + apart), minor: sqrt(max(mean - apart, 0)), angle: (atan2(2 * xy, xx - yy) * 90) / PI };
}

/** The half axes of an ellipsoid as it lies. */
export function halfAxes(matrix: Matrix, [a, b, c]: Vector): [Vector, Vector, Vector] {
  return [turned(matrix, [a, 0, 0]), turned(matrix, [0, b, 0]), turned(matrix, [0, 0, c])];
}
