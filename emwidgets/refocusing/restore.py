"""One image refocused: by a network, piece by piece, never beyond what its own spectrum shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from emwidgets.models.maps import MapNetwork, load_maps

from .holding import held_within
from .networks.bank import noise_of, scaled
from .networks.given import given, guessing
from .networks.widths import enlarged, width
from .radial import FAINTEST, NYQUIST, noise_cutoff
from .tiles import MARGIN, Tile, padded, tiles

#: Networks by name: discriminative (what is sharp is left alone), blind, and for one known width of blur.
NETWORKS = ("mrn", "mrn-blind", "srn")
#: The network that tells the widths of the blur, before others clean what was restored with them.
WIDTHS = "refocusing/widths"
#: How many of the eight mirrored and turned copies of an image can be averaged.
TURNS = (1, 2, 4, 8)
#: Mirrored (or not) and turned by so many quarters, so that few of them differ as much as they can.
_COPIES = ((False, 0), (True, 1), (False, 2), (True, 3), (True, 0), (False, 1), (True, 2), (False, 3))
STRONGEST = 1.5
FEATHER = 8  # px; over which a region passes into what is left as it was


class Cancelled(Exception):
    """Refocusing was stopped by who asked for it."""


@dataclass(frozen=True, eq=False)
class Restored:
    """An image refocused.

    Attributes
    ----------
    image : (rows, columns) float32 array
        In the units of what was given.
    defocus : (rows, columns) float32 array
        Estimated width of the blur (standard deviation), px; 0 where it is sharp.
    uncertainty : (rows, columns) float32 array
        Standard deviation over the mirrored and turned copies, in the units of the image; 0 if there was but one.
    cutoff : float
        1/px: frequency above which the image showed hardly anything but noise, and nothing was amplified.
    """

    image: np.ndarray
    defocus: np.ndarray
    uncertainty: np.ndarray
    cutoff: float


def restore(
    image: np.ndarray,
    network: str = "mrn",
    *,
    strength: float = 1.0,
    turns: int = 2,
    tile: int = 512,
    region: tuple[int, int, int, int] | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Restored:
    """Refocus an image.

    Parameters
    ----------
    image : (rows, columns) array
        Finite, of any size and scale.
    network : str
        One of `NETWORKS`, or the path of the card of your own.
    strength : float
        0 leaves the image as it was, 1 is what the network says, up to 1.5 goes beyond it.
    turns : int
        How many mirrored and turned copies are restored and averaged: 1, 2, 4 or 8.
    tile : int
        Rows and columns that are computed at a time, at least 192; more need more memory.
    region : (row0, row1, column0, column1), optional
        Only there something is changed; the rest is neither changed nor computed.
    progress : callable, optional
        Called with the number of steps done, and of all: a copy of a piece each.
    cancelled : callable, optional
        Asked before each step; True stops.

    Returns
    -------
    Restored

    Raises
    ------
    ValueError
        If the image is not one finite image, or an argument is out of its range.
    Cancelled
        If `cancelled` said so.
    emwidgets.models.NetworkError
        If there is no such network or its file is damaged.

    Notes
    -----
    Beyond the frequency from which the image's own spectrum is noise, the restored image has at most the power that was
    there before: what is shown there would be invented. A strength above 1 goes beyond that, too.
    """
    image = _checked(image, strength, turns, tile)
    rows, columns = _region(region, image.shape)
    model = load_maps(f"refocusing/{network}" if network in NETWORKS else network)
    whole, _, span = scaled(image)
    part = _Part(model, padded(whole), noise_of(whole), _COPIES[:turns])
    pieces = [one for one in tiles(image.shape, tile) if _meet(one.at, rows, columns)]
    mean, square, sigma = (np.zeros(image.shape, np.float32) for _ in range(3))
    for done, (piece, copy) in enumerate(product(pieces, _COPIES[:turns]), 1):
        if cancelled is not None and cancelled():
            raise Cancelled(f"stopped after {done - 1} of {len(pieces) * turns} steps")
        restored, blur = part.restored(piece, copy)
        weight = piece.weight / turns
        mean[piece.at] += weight * restored
        square[piece.at] += weight * restored**2
        sigma[piece.at] += weight * blur
        if progress is not None:
            progress(done, len(pieces) * turns)
    inside = _feathered(image.shape, rows, columns)
    change = np.where(inside > 0, mean - whole, 0) * inside
    cutoff = noise_cutoff(image, FAINTEST) if min(image.shape) >= 16 else NYQUIST
    change = held_within(whole, change, cutoff)
    uncertainty = np.sqrt(np.maximum(square - mean**2, 0)) * (inside > 0)
    return Restored(
        image=(image + strength * span * change).astype(np.float32),
        defocus=np.where(inside > 0, sigma, 0).astype(np.float32),
        uncertainty=(span * uncertainty).astype(np.float32),
        cutoff=float(cutoff),
    )


class _Part:
    """A network and the image that it is shown pieces of."""

    def __init__(self, model: MapNetwork, image: np.ndarray, noise: float, copies):
        self._model, self._image, self._noise, self._copies = model, image, noise, copies
        training = model.card.training
        self._levels = tuple(training["levels"])
        self._told = guessing(load_maps(WIDTHS)) if training.get("smooth") else None
        self._piece: Tile | None = None

    def restored(self, piece: Tile, copy: tuple[bool, int]) -> tuple[np.ndarray, np.ndarray]:
        """What the network makes of a piece, shown to it mirrored and turned: image, and width of the blur."""
        if self._piece is not piece:
            guess = self._guess if self._told else None
            self._bank = given(self._image[piece.window], self._noise, self._levels, guess)
            self._piece = piece
        said = self._model.run(_turned(self._bank, *copy)[None])
        image = _turned_back(said["restored"][0, ..., 0], *copy)
        if "widths" not in said:  # of one known width
            return image[piece.inside], np.full(piece.weight.shape, self._levels[0], np.float32)
        coarse = _turned_back(width(said["widths"][0, ..., :-1], self._levels), *copy)
        return image[piece.inside], enlarged(coarse)[piece.inside]

    def _guess(self, plain: np.ndarray) -> np.ndarray:
        """What is told of the widths: the mean over the copies, or the answer would depend on how an image lies."""
        return np.mean([_turned_back(self._told(_turned(plain, *copy)), *copy) for copy in self._copies], axis=0)


def _turned(array: np.ndarray, mirrored: bool, quarters: int) -> np.ndarray:
    return np.rot90(array[:, ::-1] if mirrored else array, quarters)


def _turned_back(array: np.ndarray, mirrored: bool, quarters: int) -> np.ndarray:
    back = np.rot90(array, -quarters)
    return back[:, ::-1] if mirrored else back


def _checked(image, strength, turns, tile) -> np.ndarray:
    image = np.asarray(image)
    if image.ndim != 2 or not image.size:
        raise ValueError(f"image has the shape {image.shape}: expected one of (rows, columns)")
    if not np.issubdtype(image.dtype, np.number) or np.iscomplexobj(image):
        raise ValueError(f"image has the type {image.dtype}: expected real numbers")
    if not np.isfinite(image).all():
        raise ValueError("image has NaN or infinite pixels: fill them first, or use emwidgets.refocusing.refocus")
    if not 0 <= strength <= STRONGEST:
        raise ValueError(f"strength is {strength}: expected 0 (as it was) to {STRONGEST}")
    if turns not in TURNS:
        raise ValueError(f"turns is {turns}: expected one of {', '.join(map(str, TURNS))}")
    if tile < 3 * MARGIN:
        raise ValueError(f"tile is {tile}: expected at least {3 * MARGIN} px, of which {2 * MARGIN} are margin")
    return image


def _region(region, shape) -> tuple[slice, slice]:
    if region is None:
        return slice(0, shape[0]), slice(0, shape[1])
    row0, row1, column0, column1 = (int(one) for one in region)
    if not (0 <= row0 < row1 <= shape[0] and 0 <= column0 < column1 <= shape[1]):
        raise ValueError(
            f"region is {tuple(region)}: expected (row0, row1, column0, column1) within {shape[0]} rows and {shape[1]} "
            "columns"
        )
    return slice(row0, row1), slice(column0, column1)


def _meet(at, rows: slice, columns: slice) -> bool:
    return all(
        one.start < other.stop and other.start < one.stop for one, other in zip(at, (rows, columns), strict=True)
    )


def _feathered(shape, rows: slice, columns: slice) -> np.ndarray:
    """How far each pixel is changed: 1 inside a region, falling to 0 at its borders, but not at those of the image."""
    edges = []
    for length, span in zip(shape, (rows, columns), strict=True):
        place = np.arange(length)
        below = np.inf if span.start == 0 else place - span.start + 1
        above = np.inf if span.stop == length else span.stop - place
        edges.append(np.clip(np.minimum(below, above) / FEATHER, 0, 1) * np.ones(length))
    return (edges[0][:, None] * edges[1][None, :]).astype(np.float32)
