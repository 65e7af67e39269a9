"""The picture of an image with its domains: what is seen where, and that the browser paints the very same."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emwidgets import domains
from emwidgets.domains import picture
from emwidgets.domains.picture import domain_picture, orientation_colour
from emwidgets.frontend.colours import channels

ROOT = Path(__file__).parents[2]
BUNDLER = ROOT / "node_modules" / ".bin" / "esbuild"
VIEW = {"image": {}, "overlay": True, "opacity": 0.45, "fill": True, "colour_by": "grain"}


@pytest.fixture(scope="module")
def crowded():
    """An image with more reflections than colours, so that some are hatched."""
    image, _ = domains.simulate(
        (512, 512), phases={"gold": (0.2355, 0.204), "magnetite": (0.2967, 0.253)}, coverage=0.6, seed=4
    )
    return image


@pytest.fixture
def saved(tmp_path):
    """Pixels of the picture that a widget saves."""

    def pixels(widget, **view):
        widget.view = view
        with Image.open(widget.save_png(tmp_path / "saved.png")) as image:
            return np.asarray(image).astype(int)

    return pixels


def test_the_domains_are_where_the_labels_are(explore, crowded, saved):
    widget = explore(crowded)
    labels = widget.result.labels.data
    with_domains, without = saved(widget), saved(widget, overlay=False)
    assert with_domains.shape == (*labels.shape, 3)
    changed = (with_domains != without).any(axis=2)
    assert not changed[labels == 0].any()
    assert changed[labels > 0].mean() > 0.98  # where a colour happens to be that of the image


def test_the_image_below_is_the_image(explore, crowded, saved):
    widget = explore(crowded)
    low, high = np.quantile(crowded.data, [0.01, 0.99])
    expected = np.clip((crowded.data - low) / (high - low), 0, 1) * 255
    seen = saved(widget, overlay=False, image={"limits": "1-99"})
    bar = np.zeros(seen.shape[:2], bool)
    bar[-64:, :160] = True
    assert np.abs(seen - expected[..., None])[~bar].max() <= 2
    assert (seen[bar] == 255).all(axis=1).any()


def test_domains_are_coloured_by_what_the_view_says(explore, crowded, saved):
    widget = explore(crowded)
    found = widget.result.domains
    row = found.loc[found["area"].idxmax()]
    mask = widget.result.mask(int(row["label"]))
    hues = {}
    for by in ("grain", "family", "orientation"):
        seen = saved(widget, colour_by=by, opacity=1.0)[mask]
        colour, counts = np.unique(seen, axis=0, return_counts=True)
        hues[by] = colour[counts.argmax()].tolist()
    assert hues["orientation"] == channels([orientation_colour(row["orientation"])])[0].tolist()
    assert hues["grain"] != hues["orientation"]


def test_outlines_leave_the_inside_as_it_is(explore, crowded, saved):
    widget = explore(crowded)
    plain, outlined = saved(widget, overlay=False), saved(widget, fill=False)
    inside = widget.result.labels.data > 0
    assert 0.005 < (plain != outlined).any(axis=2)[inside].mean() < 0.2


def test_a_view_that_says_nonsense_gives_the_default_picture(explore, corner, saved):
    widget = explore(corner)
    nonsense = {"opacity": "thick", "colour_by": ["grain"], "image": {"map": 3, "limits": "wide"}, "other": {}}
    np.testing.assert_array_equal(saved(widget, **nonsense), saved(widget))


def test_an_image_without_domains_has_a_picture(explore, corner, saved):
    widget = explore(corner, threshold=1.0, d_range=(0.045, 0.05))
    assert len(widget.result.domains) == 0
    assert saved(widget).shape == (160, 192, 3)


def test_a_picture_has_the_resolution_of_the_image_where_the_browser_gets_a_smaller_one(explore, make_image, saved):
    strip = np.random.default_rng(0).normal(size=(48, 4200)).astype(np.float32)
    widget = explore(make_image(strip))
    assert widget.image["shape"] == [24, 2100]
    assert saved(widget).shape == (48, 4200, 3)


def test_colours_of_orientations_go_round_at_one_lightness():
    assert orientation_colour(0) == orientation_colour(180) == orientation_colour(-180)
    seen = channels([orientation_colour(degrees) for degrees in range(0, 180, 5)]).astype(int)
    assert len({tuple(colour) for colour in seen}) == 36
    lightness = np.cbrt(((seen / 255) ** 2.2) @ [0.2126, 0.7152, 0.0722])
    assert np.ptp(lightness) < 0.12


@pytest.mark.skipif(not (BUNDLER.exists() and shutil.which("node")), reason="needs Node.js and node_modules")
def test_the_browser_paints_the_same_pixels(explore, crowded, tmp_path, monkeypatch):
    widget = explore(crowded, min_area=0.2)
    found = widget._answered().found
    assert found.domains["family"].max() > 8
    script = tmp_path / "paint.cjs"
    source = ROOT / "tests" / "frontend" / "harness" / "paint.ts"
    bundle = [BUNDLER, source, "--bundle", "--platform=node", f"--outfile={script}", "--log-level=error"]
    subprocess.run(bundle, check=True)
    monkeypatch.setattr(picture, "add_scale_bar", lambda *arguments: None)
    job = {
        "image": {**widget.image, "data": base64.b64encode(widget.image["data"]).decode()},
        "runs": base64.b64encode(found.runs.tobytes()).decode(),
        "shape": widget.totals["shape"],
        "paint": widget.totals["paint"],
        "domains": widget.domains,
    }
    for change in (
        {},
        {"colour_by": "family"},
        {"colour_by": "orientation", "opacity": 0.8},
        {"fill": False},
        {"image": {"map": "viridis", "limits": "1-99", "gamma": 0.7}},
        {"image": {"map": "inferno", "limits": [-1, 3], "log": True}, "overlay": False},
        {"image": {"map": "cividis", "limits": "min-max"}},
        {"image": {"map": "magma"}, "overlay": False},
    ):
        view = VIEW | change
        (tmp_path / "job.json").write_text(json.dumps(job | {"view": view}))
        subprocess.run(["node", script, tmp_path], check=True)
        words = np.fromfile(tmp_path / "words.bin", np.uint8).reshape(*job["shape"], 4)
        drawn = np.asarray(domain_picture(widget.image, found, view))
        np.testing.assert_array_equal(drawn, words[..., :3], str(change))
