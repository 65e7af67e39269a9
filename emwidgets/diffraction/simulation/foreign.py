"""Images that are neither ring nor spot pattern, to learn when not to answer: "foreign" ones, and amorphous halos.

They measure how well a network knows what it does not know; no network learns ring or spot from them.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .beam import AmorphousFilm, CentralBeam, DiffuseBackground, KikuchiPattern
from .frame import Frame
from .instrument import Instrument
from .kinematic import Spots
from .stops import BeamStop

#: Effects that only make sense on a diffraction pattern.
_OF_PATTERNS = (CentralBeam, DiffuseBackground, AmorphousFilm, KikuchiPattern, BeamStop)


def halo_frame(halo: AmorphousFilm, instrument: Instrument, shape, pixel_size: float, rng) -> Frame:
    """The halos of an amorphous specimen, recorded."""
    nothing = Spots(np.empty((0, 2)), np.empty(0), np.empty(0, np.int64))
    own = (halo, *instrument.without(AmorphousFilm).effects)
    return Instrument(instrument.optics, own, instrument.name).record(nothing, shape, pixel_size, rng)


def random_amorphous(shape, instrument: Instrument, rng: np.random.Generator) -> np.ndarray:
    """Picture of an amorphous specimen: one or two broad halos, smooth or speckled."""
    halo = AmorphousFilm(
        1.0,
        rng.uniform(2.2, 5.2),
        rng.uniform(0.11, 0.22),
        rng.uniform(0, 0.5),
        rng.choice([0.0, rng.uniform(0.1, 0.8)]),
        rng.uniform(0.005, 0.02),
    )
    pixel_size = 2 * halo.first / rng.uniform(0.25, 0.75) / min(shape)
    return halo_frame(halo, instrument, shape, pixel_size, rng).image


def random_foreign(name: str, shape, instrument: Instrument, rng: np.random.Generator) -> np.ndarray:
    """Picture of something else, of the kind named, through the detector and the records of an instrument."""
    image = FOREIGN[name](shape, rng)
    low, high = np.percentile(image, (0.1, 99.5))
    image = np.clip((image - low) / max(high - low, 1e-9), 0, 20).astype(np.float32)
    frame = Frame(image, instrument.optics.geometry(shape, 20 / min(shape)))
    return instrument.without(*_OF_PATTERNS).apply(frame, rng).image


def direct_beam_only(shape, rng: np.random.Generator) -> np.ndarray:
    """A direct beam and its tails: no specimen, or no crystal in the beam."""
    y, x = _grid(shape, centre=rng.normal(scale=0.2, size=2))
    r = np.hypot(x, y)
    image = 1 / (1 + np.square(r / rng.uniform(0.02, 0.3))) ** rng.uniform(0.7, 2)
    return image + (r < rng.uniform(0.01, 0.3)) * rng.uniform(1, 20)


def reflection_streaks(shape, rng: np.random.Generator) -> np.ndarray:
    """Streaks on arcs about a shadow edge, as reflection high-energy electron diffraction shows them."""
    y, x = _grid(shape, centre=(rng.uniform(-1.0, -0.6), rng.normal(scale=0.1)))
    image = np.zeros(shape, np.float32)
    spacing, width = rng.uniform(0.12, 0.4), rng.uniform(0.008, 0.03)
    for order in range(-4, 5):
        height = rng.uniform(0.2, 0.5)
        streak = np.exp(-0.5 * np.square((x - order * spacing) / width))
        image += rng.uniform(0.2, 1) * streak * np.exp(-0.5 * np.square((y - height) / rng.uniform(0.05, 0.3)))
    for radius in rng.uniform(0.3, 1.4, rng.integers(0, 3)):
        image += rng.uniform(0.1, 0.5) * np.exp(-0.5 * np.square((np.hypot(x, y) - radius) / 0.02))
    image += rng.uniform(0, 0.5) * np.exp(-np.hypot(x, y) / rng.uniform(0.2, 0.8))
    return image * (y > 0.1)


def lattice_image(shape, rng: np.random.Generator) -> np.ndarray:
    """Fringes of a crystal in real space, whole or in patches."""
    y, x = _grid(shape)
    image = np.zeros(shape, np.float32)
    period, turn = rng.uniform(0.04, 0.2), rng.uniform(0, np.pi)
    for number in range(rng.integers(1, 4)):
        angle = turn + number * np.deg2rad(rng.choice([60, 90, 70.5]))
        image += np.cos(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
    patches = _clouds(shape, rng, 2.5) > rng.uniform(-1.5, 0.5)
    return 2 + image * patches + rng.uniform(0.2, 1.5) * _clouds(shape, rng, rng.uniform(0, 1))


def clouds(shape, rng: np.random.Generator) -> np.ndarray:
    """Grey structure at all sizes, as in most photographs and micrographs."""
    return _clouds(shape, rng, rng.uniform(0.8, 2.2)) + 4


def particles(shape, rng: np.random.Generator) -> np.ndarray:
    """Bright or dark blobs scattered at random, as particles on a film."""
    y, x = _grid(shape)
    image = np.zeros(shape, np.float32)
    size = 10 ** rng.uniform(-1.9, -0.8)
    for _ in range(rng.integers(3, 60)):
        row, column = rng.uniform(-1, 1, 2)
        radius = size * rng.uniform(0.5, 1.5)
        image = np.maximum(image, rng.uniform(0.3, 1) / (1 + (np.hypot(x - column, y - row) / radius) ** 8))
    image = image + 0.1 * _clouds(shape, rng, 1.0) + 0.5
    return image if rng.random() < 0.5 else image.max() - image


def edges(shape, rng: np.random.Generator) -> np.ndarray:
    """Flat areas with straight borders, as in drawings, screens and grains."""
    y, x = _grid(shape)
    image = np.zeros(shape, np.float32)
    for _ in range(rng.integers(2, 12)):
        angle = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)])
        image += rng.uniform(0, 1) * (x * np.cos(angle) + y * np.sin(angle) > rng.uniform(-0.9, 0.9))
    return image + rng.uniform(0, 0.2) * _clouds(shape, rng, 0.5) + 0.5


def noise(shape, rng: np.random.Generator) -> np.ndarray:
    """Nothing but noise."""
    blurred = ndimage.gaussian_filter(rng.normal(size=shape), rng.uniform(0, 1.5))
    return 4 + blurred / blurred.std()


#: Makers of foreign images by name; each takes (shape, rng).
FOREIGN = {
    function.__name__: function
    for function in (direct_beam_only, reflection_streaks, lattice_image, clouds, particles, edges, noise)
}
#: Kinds that no network has seen before it is tested on them: for what is truly foreign nobody can train.
HELD_OUT = ("edges", "lattice_image")


def foreign_kinds(split: str) -> list[str]:
    """Names of the foreign images of a split, sorted; the held-out ones are in "test" alone."""
    return sorted(name for name in FOREIGN if split == "test" or name not in HELD_OUT)


def _grid(shape, centre=(0.0, 0.0)) -> tuple[np.ndarray, np.ndarray]:
    """Y and x from a centre, over half the shorter side."""
    half = 0.5 * min(shape)
    rows, columns = ((np.arange(size) - (size - 1) / 2) / half - c for size, c in zip(shape, centre, strict=True))
    return np.broadcast_arrays(rows[:, None].astype(np.float32), columns[None, :].astype(np.float32))


def _clouds(shape, rng, slope: float) -> np.ndarray:
    """Noise whose amplitude falls with the frequency to the power of `slope`; mean 0, standard deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1]))
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.normal(size=shape)) / frequency**slope
    image = np.fft.irfft2(spectrum, s=shape).astype(np.float32)
    return image / image.std()
