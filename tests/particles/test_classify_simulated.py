"""Simulated particles by the methods that are shipped: what is told, and what is not."""

import hyperspy.api as hs
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emwidgets import models, particles


@pytest.fixture(scope="module")
def tilted():
    """Four views of a left-handed particle at known tilts, and of its mirror image, each as simulated STEM images."""
    return {label: _views_of(label) for label in ("left", "right")}


TILTS = [-30.0, -10.0, 10.0, 30.0]


def _views_of(label):
    drawn = particles.samples("handedness", seed=11, tilts=TILTS)
    images = next(one.images for one in drawn if one.particle.label == label)
    signal = hs.signals.Signal2D(images)
    signal.axes_manager.signal_axes.set(scale=0.25, units="nm")
    return signal


def test_cut_corners_of_simulated_particles_are_counted(as_stack):
    images, labels = particles.dataset("count", 12, seed=21)
    found = particles.classify(as_stack(images))
    assert np.mean(found.labels == labels) >= 10 / 12
    assert (found.labels == labels)[~found.uncertain].mean() >= 0.9
    assert found.provenance.models == {"particles/deformation": models.card("particles/deformation").digests["onnx"]}


def test_fitted_edges_are_those_of_the_particle():
    pose = Rotation.from_euler("xyz", [35, 45, 10], degrees=True)  # no edge along the beam, which would hide its length
    found = particles.classify(particles.simulate(particles.cuboid(11, 13, 15), orientation=pose, seed=2))
    assert found.labels == "0"
    edges = found.to_dataframe()[["a", "b", "c"]].iloc[0].sort_values()
    np.testing.assert_allclose(edges, [11, 13, 15], rtol=0.03)


@pytest.mark.parametrize("size", [64, 128, 256])
def test_a_particle_is_read_at_its_own_pixel_size(size, as_stack):
    particle = particles.cuboid(12, 13, 14).deform([0, 7], depth=0.45)
    pixel = 32 / size
    imaging = particles.Imaging(shape=(size, size), pixel_size=pixel, brightest=1000)
    image = particles.simulate(particle, orientation=(0.1, 0.5, -0.3, np.sqrt(0.65)), imaging=imaging, seed=1)
    for signal in (image, as_stack(image.data, (1, 1), "")):
        assert particles.classify(signal, "count").labels == "2"
        assert particles.classify(signal, "arrangement").labels == "body"


@pytest.mark.parametrize("label", ["left", "right"])
def test_the_hand_is_told_from_known_tilts_and_from_nothing_less(tilted, label):
    signal = tilted[label]
    found = particles.classify(signal, "handedness", views=True, tilts=TILTS)
    assert found.labels == label
    assert not found.uncertain
    other = particles.classify(signal, "handedness", views=True, tilts=[-angle for angle in TILTS])
    assert other.labels != label  # the mirror image, seen from the tilts of the other sense
    for unknown in (
        particles.classify(signal, "handedness", views=True),
        particles.classify(signal, "handedness"),
        particles.classify(signal.inav[0], "handedness", views=True, tilts=[20.0]),
    ):
        assert unknown.uncertain.all()
        assert (unknown.probabilities == 0.5).all()
        assert all(why.startswith("not identifiable") for why in unknown.why.ravel())


def test_what_is_no_cuboid_is_not_counted_for_sure():
    round_one = particles.simulate(particles.sphere(7), imaging=particles.Imaging(brightest=2000), seed=3)
    assert particles.classify(round_one, "count").uncertain
    found = particles.classify(round_one, "shape")
    assert found.labels == "sphere"
    assert not found.uncertain


def test_a_particle_that_is_cut_off_by_the_border_is_uncertain():
    imaging = particles.Imaging(position=(11, 0), brightest=1000)
    image = particles.simulate(particles.cuboid(12, 13, 14), imaging=imaging, seed=3)
    found = particles.classify(image)
    assert found.uncertain
    assert "touches the border" in str(found.why)


def test_the_first_answer_loads_no_keras_and_no_tensorflow():
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from emwidgets import particles\n"
        "particles.classify(particles.simulate(particles.cuboid(12, 13, 14))).labels\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "onnxruntime" in loaded
    assert not {"keras", "tensorflow", "torch", "jax", "ipywidgets"} & set(loaded)
