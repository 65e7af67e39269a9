"""Made-up micrographs: what covers what, edges that shine, texture, pores and particles, without noise or blur.

A corpus of real images shows few materials. Dead leaves, shapes of all sizes that cover each other, have the statistics
of natural images at every scale (Lee, Mumford & Huang 2001, doi:10.1023/A:1011109015675), and networks taught with them
restore photographs nearly as well as those taught with photographs (Achddou, Gousseau & Ladjal 2021,
doi:10.1007/978-3-030-75549-2_27). Secondary electrons add what is special: edges shine, and slopes.
"""

from __future__ import annotations

import numpy as np
from scipy import fft, ndimage

#: Pixels along an edge of a pixel while drawing: edges come out as a sharp instrument would record them.
_FINE = 2
KINDS = ("leaves", "particles", "lamellae", "pores", "texture")


def scene(rng: np.random.Generator, size: int = 384, kind: str | None = None) -> np.ndarray:
    """A made-up micrograph, in focus.

    Parameters
    ----------
    rng : Generator
    size : int
        Rows and columns, px.
    kind : str, optional
        One of `KINDS`; left out, any.

    Returns
    -------
    (size, size) float32 array
        From 0 to 1.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    kind = kind or str(rng.choice(KINDS, p=(0.35, 0.25, 0.15, 0.15, 0.1)))
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}: expected one of {', '.join(KINDS)}")
    fine = _DRAWN[kind](rng, size * _FINE)
    image = fine.reshape(size, _FINE, size, _FINE).mean(axis=(1, 3))
    image = image + rng.uniform(0, 0.15) * _cloud(rng, size, 2.5)  # charging, shading
    low, high = np.percentile(image, (0.1, 99.9))
    return np.clip((image - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)


def _leaves(rng, size):
    """Shapes of all sizes that cover each other, each with its own grey, slope, texture and rim."""
    image = np.full((size, size), rng.random(), np.float32)
    texture = _cloud(rng, size, rng.uniform(0.8, 2))
    smallest, largest = rng.uniform(3, 10), size * rng.uniform(0.15, 0.5)
    for _ in range(int(rng.integers(150, 700))):
        # numbers that fall with the cube of the radius look the same at every scale
        chance = rng.random()
        radius = (smallest**-2 - chance * (smallest**-2 - largest**-2)) ** -0.5
        _cover(rng, image, texture, radius, rim=rng.uniform(0, 0.4))
    return image


def _particles(rng, size):
    """Balls or flakes on a film, one size or many, bright at their rims."""
    image = 0.15 + 0.1 * _cloud(rng, size, rng.uniform(1, 2.5))
    texture = _cloud(rng, size, rng.uniform(0.5, 2))
    middle, spread = np.exp(rng.uniform(np.log(5), np.log(size / 10))), rng.uniform(0.05, 0.6)
    number = int(min(rng.uniform(0.2, 2.0) * size**2 / (np.pi * middle**2), 1200))
    rim, dark = rng.uniform(0.1, 0.8), rng.random() < 0.2
    for radius in np.exp(rng.normal(np.log(middle), spread, number)):
        _cover(rng, image, texture, min(radius, size / 3), rim, 0.1 if dark else rng.uniform(0.4, 0.7))
    return image


def _lamellae(rng, size):
    """Two phases in a pattern of one period: precipitates, eutectics, fingerprints."""
    period, anisotropy, turned = rng.uniform(8, size / 8), rng.uniform(1, 3), rng.uniform(0, np.pi)
    y, x = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]
    along, across = x * np.cos(turned) + y * np.sin(turned), y * np.cos(turned) - x * np.sin(turned)
    radius = np.hypot(along * anisotropy, across / anisotropy)
    ring = np.exp(-(((radius * period - 1) / rng.uniform(0.15, 0.5)) ** 2) / 2)
    field = fft.irfft2(fft.rfft2(rng.standard_normal((size, size), dtype=np.float32)) * ring, (size, size))
    field /= field.std()
    phase = np.clip((field - rng.uniform(-0.7, 0.7)) * rng.uniform(2, 8) + 0.5, 0, 1).astype(np.float32)
    rim = np.hypot(*np.gradient(phase)) * rng.uniform(0, 2)
    return rng.uniform(0.3, 0.7) * phase + rim + rng.uniform(0, 0.15) * _cloud(rng, size, rng.uniform(0.5, 2))


def _pores(rng, size):
    """Holes with shining edges in a rough surface: height, its slope, and its shadow."""
    height = _cloud(rng, size, rng.uniform(2, 3.2))
    depth = np.clip(height - rng.uniform(-0.5, 1.0), 0, None) * rng.uniform(0.5, 3)
    down, right = np.gradient(height + depth)
    slope = np.hypot(down, right) * size / 20
    lit = (down * np.cos(1.0) + right * np.sin(1.0)) * size / 20
    return 0.5 + 0.4 * np.tanh(slope) + rng.uniform(0, 0.4) * np.tanh(lit) - 0.4 * np.tanh(depth)


def _texture(rng, size):
    """Roughness without shapes."""
    base = _cloud(rng, size, rng.uniform(0.6, 2.2))
    return np.tanh(base * rng.uniform(0.5, 2)) + rng.uniform(0, 0.5) * np.abs(_cloud(rng, size, rng.uniform(1, 2.5)))


def _cover(rng, image, texture, radius, rim, grey=None):
    """Draw a shape over what is there: ellipse or polygon, with its own slope and a bright rim."""
    size = len(image)
    reach = int(np.ceil(radius * 1.5)) + 1
    row, column = rng.uniform(0, size, 2)
    top, left = max(int(row) - reach, 0), max(int(column) - reach, 0)
    bottom, right = min(int(row) + reach + 1, size), min(int(column) + reach + 1, size)
    y, x = np.ogrid[top:bottom, left:right]
    y, x = y - row, x - column
    turned, stretch = rng.uniform(0, np.pi), rng.uniform(1, 1.8) if rng.random() < 0.5 else 1.0
    u = (x * np.cos(turned) + y * np.sin(turned)) / radius * np.sqrt(stretch)
    v = (y * np.cos(turned) - x * np.sin(turned)) / radius / np.sqrt(stretch)
    if rng.random() < 0.5:
        far = np.hypot(u, v)
    else:  # a convex polygon: the farthest of some half-planes
        sides = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
        far = np.max([u * np.cos(a) + v * np.sin(a) for a in sides], axis=0) * 1.2
        far = np.maximum(far, np.hypot(u, v) / 1.4)
    inside = far < 1
    slope = rng.uniform(-0.25, 0.25) * u + rng.uniform(-0.25, 0.25) * v
    grey = rng.random() if grey is None else grey + rng.uniform(-0.1, 0.1)
    shine = rim * np.clip(far, 0, 1) ** rng.uniform(2, 12)
    part = texture[top:bottom, left:right] * rng.uniform(0, 0.12)
    image[top:bottom, left:right][inside] = (grey + slope + shine + part)[inside]


def _cloud(rng, size, fall):
    """Random roughness whose amplitude falls with frequency to this power; mean 0, standard deviation 1."""
    y, x = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]
    amplitude = (np.hypot(x, y) + 2 / size) ** -fall
    amplitude[0, 0] = 0
    field = fft.irfft2(fft.rfft2(rng.standard_normal((size, size), dtype=np.float32)) * amplitude, (size, size))
    return ndimage.gaussian_filter((field / field.std()).astype(np.float32), 0.7)


_DRAWN = {
    "leaves": _leaves,
    "particles": _particles,
    "lamellae": _lamellae,
    "pores": _pores,
    "texture": _texture,
}
