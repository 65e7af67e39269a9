import { describe, expect, it } from "vitest";
import { bodyOf, ellipse, halfAxes, hullOf, type Polyhedron, seen, type Solid } from "../../../emwidgets/frontend/src/playground/body";
import { IDENTITY, matrixOf, random, turned, unit, type Vector } from "../../../emwidgets/frontend/src/playground/quaternion";
import { cuboid } from "./traits";

const body = (cut: number[] = []): Polyhedron => bodyOf(cuboid(cut) as Solid);
const TILTED = unit([0.26, 0.32, 0.12, 0.903]);

describe("a solid from half-spaces", () => {
  it("a cuboid has six faces of four corners, twelve edges between two faces each", () => {
    const { faces, edges, corners } = body();
    expect(faces.map(({ vertices }) => vertices.length)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(edges).toHaveLength(12);
    for (const edge of edges) expect(edge.faces).toHaveLength(2);
    for (const { normals } of corners) expect(normals).toHaveLength(3);
  });

  it("each cut adds a triangle, and obeys Euler", () => {
    for (const cut of [[7], [0, 7], [0, 3, 5, 6]]) {
      const { faces, edges, vertices, corners } = body(cut);
      expect(faces.filter((face) => face.cut !== null).map((face) => face.cut)).toEqual(cut);
      expect(vertices.length - edges.length + faces.length).toBe(2);
      for (const corner of cut) {
        expect(corners[corner].cut).toBe(true);
        expect(corners[corner].rim).toHaveLength(3);
      }
    }
  });

  it("walks round each face along its edges", () => {
    const { faces, edges } = body([7]);
    const joined = new Set(edges.map(({ ends }) => ends.join()));
    for (const { vertices } of faces) {
      vertices.forEach((vertex, i) => {
        const next = vertices[(i + 1) % vertices.length];
        expect(joined.has([Math.min(vertex, next), Math.max(vertex, next)].join())).toBe(true);
      });
    }
    // a wrong order would count diagonals as edges
    expect(edges).toHaveLength(15);
  });

  it("a face that cuts have taken away altogether is none", () => {
    const solid = cuboid() as Solid;
    const tangent: Solid = { ...solid, normals: [...solid.normals, [Math.SQRT1_2, Math.SQRT1_2, 0]], offsets: [...solid.offsets, 12 * Math.SQRT1_2] };
    expect(bodyOf(tangent).faces).toHaveLength(6);
  });

  it("the hull of its corners is the solid again", () => {
    for (const cut of [[], [7], [1, 2]]) {
      const solid = cuboid(cut) as Solid;
      const { normals, offsets } = hullOf(solid.vertices);
      expect(normals).toHaveLength(solid.normals.length);
      solid.normals.forEach((normal, i) => {
        const found = normals.findIndex((other) => other.every((each, axis) => Math.abs(each - normal[axis]) < 1e-6));
        expect(offsets[found]).toBeCloseTo(solid.offsets[i], 6);
      });
    }
  });
});

describe("what is in front", () => {
  it("along an edge one sees one face, its four edges and its four corners", () => {
    const sight = seen(body(), matrixOf(IDENTITY));
    expect(sight.faces.filter(Boolean)).toHaveLength(1);
    expect(sight.edges.filter(Boolean)).toHaveLength(4);
    // those lie at negative z, towards the eye, and hide the others
    expect(sight.corners.map(({ front }) => front)).toEqual([true, true, true, true, false, false, false, false]);
  });

  it("from aslant three faces, nine edges and all corners but one", () => {
    const sight = seen(body(), matrixOf(TILTED));
    expect(sight.faces.filter(Boolean)).toHaveLength(3);
    expect(sight.edges.filter(Boolean)).toHaveLength(9);
    expect(sight.corners.filter(({ front }) => !front)).toHaveLength(1);
    const hidden = sight.corners.find(({ front }) => !front)!;
    expect(hidden.at[2]).toBe(Math.max(...sight.corners.map(({ at }) => at[2])));
  });

  it("the edges in front that have a face behind are the outline, which is closed", () => {
    for (let i = 0; i < 30; i++) {
      const solid = body([0, 6]);
      const sight = seen(solid, matrixOf(random()));
      const outline = solid.edges.filter((edge) => edge.faces.filter((face) => sight.faces[face]).length === 1);
      const meets = outline.flatMap(({ ends }) => ends);
      for (const vertex of new Set(meets)) expect(meets.filter((each) => each === vertex)).toHaveLength(2);
      // and no edge is drawn dashed that a front face has
      solid.edges.forEach((edge, n) => expect(sight.edges[n]).toBe(edge.faces.some((face) => sight.faces[face])));
    }
  });

  it("light falls from the upper left, and is a part of one", () => {
    const sight = seen(body(), matrixOf(TILTED));
    for (const light of sight.light) expect(light >= 0 && light <= 1).toBe(true);
    const top = seen(body(), matrixOf(IDENTITY)).light;
    expect(top[4]).toBeGreaterThan(top[1]); // towards negative y is up
  });
});

describe("an ellipsoid", () => {
  it("of three half axes is outlined by what sticks out farthest", () => {
    const matrix = matrixOf(random());
    const axes = halfAxes(matrix, [4, 6, 8]);
    const { radius, minor, angle } = ellipse(...axes);
    let most = 0;
    for (let i = 0; i < 4000; i++) {
      const [u, v] = [Math.acos(2 * Math.random() - 1), 2 * Math.PI * Math.random()];
      const on: Vector = [4 * Math.sin(u) * Math.cos(v), 6 * Math.sin(u) * Math.sin(v), 8 * Math.cos(u)];
      const [x, y] = turned(matrix, on);
      const [c, s] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      const reach = ((c * x + s * y) / radius) ** 2 + ((c * y - s * x) / minor) ** 2;
      expect(reach).toBeLessThan(1 + 1e-9);
      most = Math.max(most, reach);
    }
    expect(most).toBeGreaterThan(0.99);
  });

  it("along an axis shows the other two", () => {
    expect(ellipse(...halfAxes(matrixOf(IDENTITY), [4, 6, 8]))).toMatchObject({ radius: 6, minor: 4, angle: 90 });
  });
});
