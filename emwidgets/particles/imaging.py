"""What a STEM records of a particle: HAADF signal, probe, carbon film, drift, dose and detector.

An annular dark-field image is incoherent: to first order the signal of a pixel is the number of atoms under it times
what one of them scatters to the detector, which grows as Z^1.7 or so (Pennycook 1989,
doi:10.1016/0304-3991(89)90173-3; the power depends on the angles of the detector). Channelling along zone axes and
the loss of electrons in thick specimens are left out.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.spatial.transform import Rotation

from .orientation import Spin
from .scan import blurred_thickness
from .shapes import Shape

#: Part of the electrons that one nm of gold scatters to the detector, about what 60 to 200 mrad collect at 200 kV.
GOLD = 0.005

#: OpenBLAS multiplies matrices in one thread up to so many products of numbers (interface/gemm.c).
ONE_THREAD = 2**18

#: Rays of an image: 16384 × 16384 pixels of one each.
MOST_RAYS = 2**28

#: Lengths of the recording are at most so many times the longer side of the image.
FARTHEST = 10.0

#: Sides of images up to which the matrices of the film are kept, 4 MB each.
KEPT = 1024

#: Poisson numbers are drawn up to here.
MOST_COUNTS = 1e15


@dataclass(frozen=True)
class Imaging:
    """How an image is recorded.

    Attributes
    ----------
    shape : (int, int)
        Rows and columns.
    pixel_size : float
        In nm.
    probe : float
        Full width at half maximum of the probe (a Gaussian), nm; 0 for none.
    dose : float or None
        Electrons/nm²; None counts no electrons: the expected signal of one electron per pixel, without noise.
    brightest : float or None
        Counts expected in the brightest pixel: the dose is made whatever gives so many (and `dose` is not used).
    atomic_number, exponent : float
        Of the particle's element, and the power of the signal with it.
    film : float
        Mean signal of the carbon film in units of the mean signal of the particle within its outline.
    film_roughness, film_grain : float
        Standard deviation of the film's thickness in units of its mean (evaporated carbon: 0.5 to 1 nm of 20), and
        how far it is correlated, nm: its autocorrelation at a distance r is ``exp(-r² / (2 grain²))``.
    offset, gain : float
        Values of the detector: ``offset + gain * counts``.
    readout : float
        Standard deviation of the detector's own noise, counts.
    position : (x, y)
        Of the particle's origin from the middle of the image, nm.
    drift : (x, y)
        How far the particle moves in the time of one image, nm.
    line_jitter : float
        Standard deviation of the horizontal error of each line of the scan, nm; of the particle, as a film has no
        edges to show it.
    each_pixel : bool
        Whether the drift is applied pixel by pixel and not line by line.
    oversampling : int
        Rays in a pixel along each direction; their mean is taken. One is enough unless faces stand along the beam,
        whose edges then lie anywhere within a pixel.

    Raises
    ------
    ValueError
        If a number is out of its range, if a probe, a grain, a drift or a jitter is more than ten times as long as the
        image, or if there are more rays than memory; the message names it.
    """

    shape: tuple[int, int] = (128, 128)
    pixel_size: float = 0.25
    probe: float = 0.6
    dose: float | None = 10_000.0
    brightest: float | None = None
    atomic_number: float = 79
    exponent: float = 1.7
    film: float = 0.15
    film_roughness: float = 0.05
    film_grain: float = 2.0
    offset: float = 0.0
    gain: float = 1.0
    readout: float = 0.0
    position: tuple[float, float] = (0.0, 0.0)
    drift: tuple[float, float] = (0.0, 0.0)
    line_jitter: float = 0.0
    each_pixel: bool = False
    oversampling: int = 1

    def __post_init__(self):
        for name in ("pixel_size", "gain", "film_grain"):
            self._expect(name, "a positive number", lambda value: 0 < value < np.inf)
        self._expect("atomic_number", "that of an element, more than 0 and at most 118", lambda value: 0 < value <= 118)
        for name in ("dose", "brightest"):
            self._expect(name, "a positive number or None", lambda value: value is None or 0 < value < np.inf)
        for name in ("probe", "film", "film_roughness", "readout", "line_jitter"):
            self._expect(name, "0 or more", lambda value: 0 <= value < np.inf)
        for name in ("exponent", "offset"):
            self._expect(name, "a finite number", np.isfinite)
        for name in ("position", "drift"):
            self._expect(name, "(x, y) in nm", lambda value: len(value) == 2 and np.isfinite(value).all())
        self._expect("oversampling", "a whole number of rays, at least 1", lambda value: operator.index(value) >= 1)
        self._expect(
            "shape",
            "rows and columns, at least 1 each",
            lambda value: len(value) == 2 and min(map(operator.index, value)) > 0,
        )

        self._bound()

    def _bound(self) -> None:
        """Say which length or number of rays would take more memory or time than any image is worth."""
        rows, columns, fine = map(operator.index, (*self.shape, self.oversampling))
        rays = rows * columns * fine**2
        if rays > MOST_RAYS:
            raise ValueError(
                f"shape is {self.shape} and oversampling is {self.oversampling}: these are {rays:.3g} rays, expected "
                f"at most {MOST_RAYS:.3g}; make one of them smaller"
            )
        side = max(rows, columns) * self.pixel_size
        lengths = {"probe": self.probe, "line_jitter": self.line_jitter, "drift": max(map(abs, self.drift))}
        if self.film:
            lengths["film_grain"] = self.film_grain
        for name, length in lengths.items():
            if length > FARTHEST * side:
                raise ValueError(
                    f"{name} is {getattr(self, name)} nm: expected at most {FARTHEST:g} times the side of the image, "
                    f"which is {side:.3g} nm; make it smaller, or pixel_size ({self.pixel_size:g} nm) larger"
                )

    def _expect(self, name: str, expected: str, fits: Callable) -> None:
        value = getattr(self, name)
        try:
            right = not isinstance(value, (bool, np.bool_)) and bool(fits(value))
        except (TypeError, ValueError):
            right = False
        if not right:
            raise ValueError(f"{name} is {value!r}: expected {expected}")

    @property
    def scattered(self) -> float:
        """Part of the electrons that one nm of the particle scatters to the detector."""
        return GOLD * (self.atomic_number / 79) ** self.exponent


@dataclass(frozen=True, eq=False)
class Recorded:
    """An image and what went into it.

    Attributes
    ----------
    image : (rows, columns) float32 array
        Values of the detector.
    expected : (rows, columns) array
        Counts without noise; the film's are in it.
    dose : float
        Electrons/nm² it was taken with; NaN where none were counted.
    per_nm : float
        Counts for one nm of the particle, before gain and offset.
    film : float
        Mean counts of the film.
    """

    image: np.ndarray
    expected: np.ndarray
    dose: float
    per_nm: float
    film: float

    @property
    def counted(self) -> bool:
        """Whether the image is of counts, with their noise, and not the expected signal of one electron a pixel."""
        return not np.isnan(self.dose)


def record(
    shape: Shape, orientation: Rotation, imaging: Imaging, rng: np.random.Generator, spin: Spin | None = None
) -> Recorded:
    """Record one image of a particle.

    Parameters
    ----------
    shape : Shape
    orientation : Rotation
        From the particle to the microscope; with a spin, in the middle of the image.
    imaging : Imaging
    rng : numpy.random.Generator
        Of film, scan and noise.
    spin : Spin, optional
        How it turns meanwhile.

    Raises
    ------
    ValueError
        If the particle does not touch the image at all, so that no dose gives the `brightest` pixel and the film has
        no particle to be measured by; if there are more counts than can be drawn.
    """
    projected, outline = blurred_thickness(shape, orientation, imaging, rng, spin)
    mean = float(projected[outline].mean()) if outline.any() else 0.0
    total = projected
    if imaging.film:
        if not mean:
            raise ValueError(f"{_missed(imaging)}, or leave film at 0")
        total = projected + np.float32(imaging.film * mean) * film_pattern(imaging, rng)
    pixel = imaging.pixel_size**2
    dose = imaging.dose
    if imaging.brightest is not None:
        most = float(total.max())
        if not most > 0:
            raise ValueError(f"no dose makes a pixel as bright as brightest={imaging.brightest:g}: {_missed(imaging)}")
        dose = imaging.brightest / (most * imaging.scattered * pixel)
    per_nm = imaging.scattered * (1.0 if dose is None else dose * pixel)
    expected = total * np.float32(per_nm)
    if dose is not None and not expected.max() < MOST_COUNTS:
        raise ValueError(
            f"dose is {dose:g}: {expected.max():.3g} counts in a pixel, expected less than {MOST_COUNTS:g}"
        )
    counts = expected if dose is None else rng.poisson(expected).astype(np.float32)
    if imaging.readout:
        counts = counts + rng.standard_normal(counts.shape, dtype=np.float32) * np.float32(imaging.readout)
    image = counts if (imaging.gain, imaging.offset) == (1.0, 0.0) else imaging.offset + imaging.gain * counts
    return Recorded(
        image.astype(np.float32), expected, float("nan") if dose is None else dose, per_nm, imaging.film * mean * per_nm
    )


def _missed(imaging: Imaging) -> str:
    """Why no ray meets the particle."""
    sides = (size * imaging.pixel_size for size in reversed(imaging.shape))
    if all(abs(place) <= side / 2 for place, side in zip(imaging.position, sides, strict=True)):
        apart = imaging.pixel_size / imaging.oversampling
        return (
            f"the particle at {imaging.position} nm lies between the rays, which are {apart:g} nm apart: "
            f"raise oversampling (now {imaging.oversampling}), make pixel_size smaller"
        )
    return f"the particle at {imaging.position} nm is outside the image: move it"


def film_pattern(imaging: Imaging, rng) -> np.ndarray:
    """Thickness of an amorphous film in units of its mean: (rows, columns) float32, never negative."""
    white = rng.standard_normal(imaging.shape, dtype=np.float32)
    grain = imaging.film_grain / imaging.pixel_size
    made = {size: (_kept if size <= KEPT else _smoothing)(size, grain) for size in set(imaging.shape)}
    down, across = (made[size] for size in imaging.shape)
    return np.maximum(1 + np.float32(imaging.film_roughness) * _product(_product(down, white), across.T), 0)


def _product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """``first @ second``, piece by piece, so that BLAS takes one thread for each piece.

    With more, its last digits depend on how many there are, and threads of ours that wait for threads of its own make
    images a hundred times more slowly.
    """
    found = np.empty((len(first), second.shape[1]), np.float32)
    side = max(1, math.isqrt(ONE_THREAD // first.shape[1]))
    for top in range(0, found.shape[0], side):
        for left in range(0, found.shape[1], side):
            rows, columns = slice(top, top + side), slice(left, left + side)
            np.matmul(first[rows], second[:, columns], out=found[rows, columns])
    return found


def _smoothing(size: int, grain: float) -> np.ndarray:
    """Matrix (size, size) that correlates white noise along an axis over `grain` px and keeps its variance 1."""
    places = np.arange(size)
    weights = np.exp(-np.square((places[:, None] - places[None]) / grain))
    return (weights / np.linalg.norm(weights, axis=1, keepdims=True)).astype(np.float32)


_kept = lru_cache(maxsize=4)(_smoothing)
