"""What Python projects, for the browser: the same numbers are read by tests/frontend/playground/projection.test.ts.

After a change of the formulas, write them anew with ``python tests/particles/test_projection_reference.py``.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets.particles.imaging import Imaging, blurred_thickness
from emwidgets.particles.orientation import Spin
from emwidgets.particles.shapes import Ellipsoid, cuboid, ellipsoid, octahedron, sphere, triangular_pyramid

REFERENCE = Path(__file__).parents[1] / "frontend" / "playground" / "projection.json"

ROWS, COLUMNS = 15, 18
AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}
TILTED = (0.26, -0.32, 0.12, 0.9)

#: Solid, quaternion of any length, and what is not as usual.
CASES = {
    "cuboid along the beam": (cuboid(13, 11, 15), (0, 0, 0, 1), {}),
    "cuboid": (cuboid(13, 11, 15), TILTED, {}),
    "cut cuboid": (cuboid(13, 11, 15).deform([0, 3, 6], [0.3, 0.4, 0.5]), TILTED, {}),
    "cut cuboid with a probe": (cuboid(13, 11, 15).deform([7], 0.5), (0.5, 0.5, 0.5, 0.5), {"probe": 2.5}),
    "pyramid": (triangular_pyramid(14, 12), (0.9, 0.1, 0.2, 0.3), {"probe": 1.0, "position": (1.3, -0.7)}),
    "octahedron": (octahedron(11), (0.1, 0.2, 0.3, 0.9), {}),
    "sphere": (sphere(6), (0.3, 0.3, 0.1, 0.4), {"probe": 1.5}),
    "ellipsoid": (ellipsoid(4, 6, 8), (-0.2, 0.7, 0.1, 0.4), {"position": (-0.5, 0.4)}),
    "drifting": (cuboid(13, 11, 15).deform([5], 0.4), TILTED, {"drift": 3.0}),
    "spinning about x": (cuboid(13, 11, 15).deform([5], 0.4), TILTED, {"turn": 80.0, "spin_axis": "x"}),
    "spinning about y": (ellipsoid(4, 6, 8), TILTED, {"turn": 120.0, "spin_axis": "y", "probe": 1.2, "drift": 1.0}),
    "upright, spinning about z": (cuboid(13, 11, 15), (0, 0, 0, 1), {"turn": 25.0, "spin_axis": "z"}),
    "as small as a pixel": (triangular_pyramid(1, 20), (0, 0, 0, 1), {"position": (0.55, 0.0)}),
    "spinning about z": (triangular_pyramid(14, 12), TILTED, {"turn": -45.0, "spin_axis": "z"}),
}


def solid(shape):
    if isinstance(shape, Ellipsoid):
        return {"kind": "ellipsoid", "semi_axes": shape.semi_axes.tolist()}
    return {
        "kind": "polyhedron",
        "normals": shape.normals.tolist(),
        "offsets": shape.offsets.tolist(),
        "radius": shape.radius,
    }


def projected(name):
    """One case as the browser is given it, and the picture that it should come to."""
    shape, quaternion, special = CASES[name]
    usual = {"probe": 0.0, "position": (0.0, 0.0), "drift": 0.0, "turn": 0.0, "spin_axis": "z", "pixel_size": 1.1}
    given = usual | special
    rotation = Rotation.from_quat(quaternion)
    imaging = Imaging(
        shape=(ROWS, COLUMNS),
        pixel_size=given["pixel_size"],
        probe=given["probe"],
        position=given["position"],
        drift=(given["drift"], 0.0),
    )
    spin = Spin(given["turn"], AXES[given["spin_axis"]])
    picture, _ = blurred_thickness(shape, rotation, imaging, np.random.default_rng(0), spin)
    return {
        "solid": solid(shape),
        "orientation": rotation.as_quat().tolist(),
        "rows": ROWS,
        "columns": COLUMNS,
        **given,
        "position": list(given["position"]),
        "thickness": [float(f"{each:.7g}") for each in picture.ravel().tolist()],
    }


@pytest.mark.parametrize("name", CASES)
def test_python_projects_as_when_the_reference_was_written(name):
    written = json.loads(REFERENCE.read_text(encoding="utf-8"))[name]
    now = projected(name)
    assert now.keys() == written.keys()
    for key in ("rows", "columns", "probe", "drift", "turn", "spin_axis", "pixel_size", "position"):
        assert now[key] == written[key]
    for key in ("normals", "offsets", "semi_axes"):
        np.testing.assert_allclose(now["solid"].get(key, 0), written["solid"].get(key, 0), atol=1e-9)
    np.testing.assert_allclose(now["orientation"], written["orientation"], atol=1e-9)
    np.testing.assert_allclose(now["thickness"], written["thickness"], atol=5e-6)


def test_the_reference_has_every_kind_of_solid_and_motion():
    cases = json.loads(REFERENCE.read_text(encoding="utf-8"))
    assert cases.keys() == CASES.keys()
    assert {case["solid"]["kind"] for case in cases.values()} == {"polyhedron", "ellipsoid"}
    assert {case["spin_axis"] for case in cases.values() if case["turn"]} == set(AXES)
    assert all(max(case["thickness"]) > 3 for case in cases.values())


if __name__ == "__main__":
    cases = {name: projected(name) for name in CASES}
    REFERENCE.write_text(json.dumps(cases, separators=(",", ":")).replace('},"', '},\n"') + "\n", encoding="utf-8")
