"""What scenes in focus are taken from: real micrographs at several magnifications, made-up ones, and other textures."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy import ndimage

from .scenes import scene
from .splits import micrographs

#: How much smaller than recorded the real images are seen, too: with less noise.
SMALLER = (1.4, 2.0)
#: How often a scene is real, as recorded or smaller, made up, or one of the other images.
SHARES = {"real": 0.55, "smaller": 0.12, "made": 0.23, "other": 0.1}
#: What "in focus" means, px: no micrograph is sharp to the pixel. Made-up ones, and smaller ones, are blurred by as
#: much as real ones at full size are, or a network could not tell those from made-up ones out of focus.
_OWN_BLUR = {"smaller": (0.3, 0.9), "made": (0.4, 1.2), "other": (0.3, 0.9)}
#: The same of their noise, as a fraction of the range: how the noise that an image had in focus was blurred tells the
#: width wherever else there is nothing to see.
_OWN_NOISE = (0.003, 0.05)
_MADE = 384  # rows and columns of the made-up ones


class Corpus:
    """Images in focus that scenes are cut from.

    Parameters
    ----------
    sources : dict
        Images (rows, columns) of values from 0 to 1, by name of their kind in `SHARES`; kinds that are not there are
        never drawn.
    """

    def __init__(self, sources: dict[str, list[np.ndarray]]):
        self._sources = {kind: images for kind, images in sources.items() if images}
        shares = np.array([SHARES[kind] for kind in self._sources])
        self._kinds, self._shares = list(self._sources), shares / shares.sum()
        self._sizes = {
            kind: np.array([image.size for image in images], float) ** 0.5 for kind, images in self._sources.items()
        }

    def scene(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """A square cut at random, mirrored and turned by quarters, of random contrast: (size, size) float32."""
        kind = self._kinds[rng.choice(len(self._kinds), p=self._shares)]
        sizes = self._sizes[kind] * (np.array([min(image.shape) for image in self._sources[kind]]) >= size)
        image = self._sources[kind][rng.choice(len(sizes), p=sizes / sizes.sum())]
        row, column = (int(rng.integers(0, n - size + 1)) for n in image.shape)
        cut = image[row : row + size, column : column + size].astype(np.float32)
        if image.dtype == np.uint8:
            cut /= 255
        if kind in _OWN_BLUR:
            cut = ndimage.gaussian_filter(cut, rng.uniform(*_OWN_BLUR[kind]))
            noise = np.exp(rng.uniform(*np.log(_OWN_NOISE))) * np.ptp(cut)
            cut += noise.astype(np.float32) * rng.standard_normal(cut.shape, dtype=np.float32)
        cut = np.rot90(cut if rng.random() < 0.5 else cut.T, rng.integers(4))
        if rng.random() < 0.25:
            cut = 1 - cut
        if rng.random() < 0.5:
            cut = np.clip(cut, 0, 1) ** np.exp(rng.uniform(-0.5, 0.5)).astype(np.float32)
        return np.ascontiguousarray(cut, np.float32)


def corpus(images: str | Path, split: str, folder: str | Path, made: int = 400, processes: int | None = None) -> Corpus:
    """Corpus of a split.

    Parameters
    ----------
    images : path
        Folder of micrographs in focus, split by their names.
    split : str
        "train", "validation" or "test"; only the first has other images beside micrographs.
    folder : path
        Where made-up ones are kept.
    made : int
        How many of them.
    processes : int, optional
        That make them; all cores when left out.
    """
    real = [one.image for one in micrographs(images, split)]
    sources = {"real": real, "smaller": [small for image in real for small in _smaller(image)]}
    sources["made"] = _made_up(Path(folder), split, made, processes)
    if split == "train":
        others = _others()
        sources["other"] = others + [small for image in others for small in _smaller(image)[:1]]
    return Corpus(sources)


def _smaller(image: np.ndarray) -> list[np.ndarray]:
    """The image at smaller sizes, each without what is finer than its pixels."""
    made = []
    for factor in SMALLER:
        finest = ndimage.gaussian_filter(image, 0.35 * factor)
        made.append(ndimage.zoom(finest, 1 / factor, order=1, grid_mode=True, mode="nearest"))
    return made


def _made_up(folder: Path, split: str, number: int, processes: int | None) -> list[np.ndarray]:
    file = folder / f"made-{split}-{number}.npy"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        seeds = [(number, ("train", "validation", "test").index(split), one) for one in range(number)]
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            np.save(file, np.stack(list(pool.map(_one_made_up, seeds, chunksize=8))))
    return list(np.load(file))


def _one_made_up(seed) -> np.ndarray:
    return np.round(scene(np.random.default_rng(seed), _MADE) * 255).astype(np.uint8)


def _others() -> list[np.ndarray]:
    """Photographs and textures that scikit-image ships: what covers what, and rough surfaces."""
    from skimage import color, data

    grey = [data.brick(), data.grass(), data.gravel(), data.camera(), data.coins(), data.moon(), data.cell()]
    coloured = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket(), data.hubble_deep_field()]
    return [one.astype(np.float32) / 255 for one in grey] + [color.rgb2gray(one).astype(np.float32) for one in coloured]
