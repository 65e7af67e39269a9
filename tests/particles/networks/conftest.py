"""Particles of which all is known, recorded without noise and as a corpus holds them."""

import numpy as np
import pytest

from emwidgets.particles.imaging import Imaging, record
from emwidgets.particles.networks.corpus import Corpus
from emwidgets.particles.networks.framing import find, prepared


def _without_noise(shape, pose, /, **options):
    imaging = Imaging(**{"dose": None, "film_roughness": 0.0} | options)
    return record(shape, pose, imaging, np.random.default_rng(0)).image, imaging


@pytest.fixture(scope="session")
def without_noise():
    """Maker of the image that is expected of a particle; further parameters are those of `Imaging`."""
    return lambda shape, pose, /, **options: _without_noise(shape, pose, **options)[0]


@pytest.fixture(scope="session")
def entry():
    """Maker of what a corpus knows of one particle, by the names of `Corpus`, from its geometry; images in [0, 1]."""

    def make(shape, pose, /, kind=0, **options):
        image, imaging = _without_noise(shape, pose, **options)
        frame = find(image)
        known = {"images": prepared(image, frame), "kinds": kind, "standard": True, "cuts": np.zeros(8)}
        known |= {"axes": np.zeros((3, 3)), "centres": np.zeros(2)}
        if kind == 0:
            edges = np.array(list(shape.parameters.values()))
            px = imaging.pixel_size * frame.step
            known["axes"] = pose.as_matrix() * edges / 2 / px
            origin = (np.array(image.shape[::-1]) - 1) / 2 + np.array(imaging.position) / imaging.pixel_size
            known["centres"] = (origin - frame.centre[::-1]) / frame.step
            for corner, along in shape.cuts.items():
                known["cuts"][corner] = (np.array(along) / edges)[0]
        return known

    return make


@pytest.fixture(scope="session")
def gathered():
    """A corpus from its entries."""

    def gather(entries):
        types = {"images": np.uint8, "kinds": np.int8, "standard": bool}
        columns = {name: np.array([each[name] for each in entries]) for name in entries[0]}
        columns["images"] = np.round(255 * columns["images"])
        return Corpus(**{name: column.astype(types.get(name, np.float32)) for name, column in columns.items()})

    return gather


@pytest.fixture(scope="session")
def any_corpus(gathered):
    """Maker of a corpus of n noisy images in which every class of every answer is there, under both conditions."""

    def make(n, seed=0):
        rng, entries = np.random.default_rng(seed), []
        for number in range(n):
            kind = 0 if number % 4 < 2 else 1 + number % 3
            cuts = np.zeros(8)
            if kind == 0:
                corners = [(0, 1), (0, 3), (0, 7)][number % 3] if number % 4 else rng.permutation(8)[: number // 4 % 9]
                cuts[list(corners)] = rng.uniform(0.25, 0.5, len(corners))
            axes = np.linalg.qr(rng.standard_normal((3, 3)))[0] * rng.uniform(10, 15, 3)
            entries.append(
                {
                    "images": np.clip(rng.normal(0.3 + 0.1 * kind, 0.1, (64, 64)), 0, 1),
                    "kinds": kind,
                    "standard": rng.random() < 0.5,
                    "cuts": cuts,
                    "axes": axes * (kind == 0),
                    "centres": rng.normal(0, 1, 2) * (kind == 0),
                }
            )
        return gathered(entries)

    return make
