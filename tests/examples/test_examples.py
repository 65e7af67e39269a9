"""The shipped images are what they are said to be, and may be passed on."""

import hashlib
from importlib import resources

import numpy as np
import pytest

from emwidgets import examples
from emwidgets.signals import calibrated_frames

FOLDER = resources.files("emwidgets.examples")
DATA = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith((".dm3", ".png", ".tif")))


def ring_radius(frames, d_spacing):
    """Radius of the strongest spectral ring within 12 % of a spacing, as a spacing in nm."""
    window = np.outer(np.hanning(512), np.hanning(512))
    image = frames.data[0] - frames.data[0].mean()
    power = np.abs(np.fft.fft2(image * window)) ** 2
    ky, kx = (np.fft.fftfreq(512, scale) for scale in frames.scale)
    k = np.hypot(ky[:, None], kx)
    near = np.abs(k * d_spacing - 1) < 0.12
    row, column = np.unravel_index(np.argmax(np.where(near, power, 0)), power.shape)
    strength = power[row, column] / np.median(power[near])
    return 1 / k[row, column], strength


def test_every_file_has_a_source_and_the_bytes_that_were_checked():
    sources = examples.sources()
    assert sorted(sources.index) == DATA
    for file, source in sources.iterrows():
        assert hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() == source.sha256
        assert source.source.startswith("https://github.com/")
        assert len(source.commit) == 40
    assert (
        not sources[["licence", "source_path", "material", "pixel_size", "unit", "pixel_size_from"]].isna().any().any()
    )


def test_every_licence_is_one_that_may_go_into_a_gpl_package_and_its_notice_is_shipped():
    notices = (FOLDER / "LICENCES.md").read_text(encoding="utf-8")
    assert set(examples.sources().licence) <= {"GPL-3.0", "MIT", "BSD-3-Clause"}
    for file in DATA:
        assert file in notices
    assert "Copyright (c) 2019 xinhuolin" in notices
    assert "THE SOFTWARE IS PROVIDED" in notices
    assert "Laurent P. René de Cotret" in notices
    assert "Copyright (c) 2023 ArdaGen" in notices
    assert "Copyright (c) 2023 Philipp Schubert, Joergen Kornfeld" in notices
    assert "no file with the licence's text" in notices  # said where it is so


def test_the_examples_stay_small():
    assert sum((FOLDER / file).stat().st_size for file in DATA) < 3e6


@pytest.mark.parametrize(
    ("load", "d_spacing"),
    [
        (examples.cdte_twin, 0.374),
        (examples.cdte_twin, 0.229),
        (examples.gold_grain_boundary, 0.1442),
        (lambda: examples.silicon_110(calibrated=True), 0.3135),
        (lambda: examples.silicon_110(calibrated=True), 0.192),
    ],
)
def test_the_lattice_of_the_material_is_found_at_its_spacing(load, d_spacing):
    frames = calibrated_frames(load())
    assert frames.unit == "nm"
    found, strength = ring_radius(frames, d_spacing)
    assert found == pytest.approx(d_spacing, rel=0.08)  # scan distortion
    assert strength > 100


@pytest.mark.parametrize(
    "load",
    [
        examples.silicon_110,
        lambda: examples.gold_grain_boundary(calibrated=False),
        examples.platinum_cobalt_particle,
    ],
)
def test_an_image_whose_file_states_no_pixel_size_can_be_had_without(load):
    frames = calibrated_frames(load())
    assert (frames.unit, frames.calibrated) == ("px", False)


def test_a_pixel_size_that_is_not_in_the_file_is_explained():
    assert "the file states none" in examples.gold_grain_boundary().metadata.General.notes
    assert "Pixel size" not in examples.gold_grain_boundary(calibrated=False).metadata.General.notes


def test_each_call_loads_an_image_of_its_own():
    first = examples.cdte_twin()
    first.data[:] = 0
    assert examples.cdte_twin().data.max() > 0
