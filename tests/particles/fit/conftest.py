"""Pictures of cuboids as a fit takes them: exact ones, and recorded ones whose truth is known."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.ndimage import fourier_gaussian, fourier_shift
from scipy.spatial.transform import Rotation

from emwidgets.particles.dataset import FIELD, sample
from emwidgets.particles.fit.cuboid import Cuboid
from emwidgets.particles.networks.corpus import depths
from emwidgets.particles.networks.framing import SIZE, find
from emwidgets.particles.projection import thickness
from emwidgets.particles.shapes import cuboid

PLACES = np.arange(SIZE) - (SIZE - 1) / 2


def _shape(model):
    corners = np.flatnonzero(model.depths)
    solid = cuboid(*2 * model.half)
    return solid.deform(corners.tolist(), model.depths[corners].tolist()) if len(corners) else solid


@pytest.fixture(scope="session")
def thick():
    """Thickness of a `Cuboid` in the pixels of a prepared image, as the simulator has it: (SIZE, SIZE), px."""
    return lambda model: thickness(_shape(model), model.rotation, PLACES[None], PLACES[:, None])


@pytest.fixture(scope="session")
def picture(thick):
    """Maker of an image of a `Cuboid`, moved by (x, y) px and blurred, by the Fourier filters of SciPy."""

    def make(model, shift=(0.0, 0.0), blur=0.0):
        transform = fourier_shift(np.fft.fft2(thick(model)), shift[::-1])
        return np.fft.ifft2(fourier_gaussian(transform, blur)).real

    return make


@pytest.fixture(scope="session")
def recorded():
    """Maker of views of particle number `index` of a task under the standard conditions, with the truth.

    `model` is the cuboid in the frame of the holder and px of the prepared first image; `starting` one that is off by
    8° and 5 % of its edges, as a network might say it.
    """

    def make(task, index, seed, tilts=None):
        made = sample(task, index, 128, seed, tilts=tilts)
        frames = [find(image) for image in made.images]
        first, px = frames[0], FIELD / 128
        edges = np.array(list(made.particle.shape.parameters.values()))
        pose = made.orientations[0].as_matrix()
        if tilts is not None:
            pose = Rotation.from_euler("x", tilts[0], degrees=True).as_matrix().T @ pose
        model = Cuboid(pose, edges / 2 / px / first.step, depths(made.particle.shape).astype(float))
        rng = np.random.default_rng([seed, index])
        turn = rng.standard_normal(3)
        turn = Rotation.from_rotvec(np.deg2rad(8) * turn / np.linalg.norm(turn)).as_matrix()
        starting = Cuboid(turn @ pose, model.half * rng.uniform(0.95, 1.05, 3), np.zeros(8))
        shifts = [
            ((127 / 2 + place / px) - frame.centre[::-1]) / frame.step
            for place, frame in zip(made.positions, frames, strict=True)
        ]
        return SimpleNamespace(
            images=list(made.images),
            frames=frames,
            particle=made.particle,
            edges=edges,
            cut=np.isin(np.arange(8), made.particle.corners),
            model=model,
            starting=starting,
            shifts=np.array(shifts),
            places=made.positions,
        )

    return make
