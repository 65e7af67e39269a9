"""Views of one particle, and what has been found out about them: each thing once, whoever asks for it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from emwidgets import models

from . import baseline
from .fit.decide import Decided
from .fit.fitted import Fitted, fit
from .networks import views
from .networks.framing import Frame, find, prepared
from .networks.outputs import split
from .orientation import tilts as rotations

#: The networks by their names in the catalogue; the first one also says where a fit begins.
NETWORK, TRANSFER = views.BACKBONE, "particles/transfer"


class Seen:
    """Views of one particle.

    Parameters
    ----------
    images : sequence of (rows, columns) arrays
        At any pixel size, the same for all.
    tilts : optional
        Of the holder in each view, as in `orientation.tilts`, if they are known.

    Raises
    ------
    ValueError
        If there is no image, or another number of tilts.
    """

    def __init__(self, images: Sequence[np.ndarray], tilts=None):
        self.images = [np.asarray(image) for image in images]
        if not self.images:
            raise ValueError("there is no image: expected at least one view of the particle")
        self.tilts = None if tilts is None else rotations(tilts)
        if self.tilts is not None and len(self.tilts) != len(self.images):
            raise ValueError(f"there are {len(self.tilts)} tilts for {len(self.images)} views: expected one for each")
        self._said: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._fits: list[tuple[Fitted, Decided]] | None = None

    def __len__(self) -> int:
        return len(self.images)

    @property
    def matrices(self) -> np.ndarray | None:
        """Of the tilts, (views, 3, 3); None where they are unknown."""
        return None if self.tilts is None else self.tilts.as_matrix()

    @cached_property
    def frames(self) -> list[Frame]:
        """Where the particle is in each view."""
        return [find(image) for image in self.images]

    @cached_property
    def described(self) -> np.ndarray:
        """Measured numbers of each view, as `baseline.described` gives them."""
        return baseline.described(self.images)

    def said(self, network: str) -> tuple[np.ndarray, np.ndarray]:
        """Outputs of a network and its last feature map, for all views."""
        if network not in self._said:
            shown = np.stack([prepared(*each) for each in zip(self.images, self.frames, strict=True)])
            self._said[network] = models.load(network).run(shown)
        return self._said[network]

    def fits(self, checkpoint: Callable[[], None]) -> list[tuple[Fitted, Decided]]:
        """The cuboid fitted to all views at once where their tilts are known, else one to each view."""
        if self._fits is None:
            poses = split(self.said(NETWORK)[0])["pose"]
            if self.tilts is not None:
                self._fits = [fit(self.images, self.frames, poses, self.matrices, checkpoint)]
            else:
                parts = [slice(number, number + 1) for number in range(len(self))]
                self._fits = [fit(self.images[p], self.frames[p], poses[p], None, checkpoint) for p in parts]
        return self._fits
