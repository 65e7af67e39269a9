"""What the network makes of an image, kept at strength 1; any strength of it, and what is measured of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emwidgets.frontend.wire import plain
from emwidgets.signals import Calibration, Provenance

from ..recorded import recorded
from ..regions import box_of
from ..width import NONE, Width, sentence
from .beside import beside
from .measures import Judged, measure_rows, spectra_payload
from .scene import Scene, payload

if TYPE_CHECKING:
    from ..frames import Found, RestoredFrame
    from ..refocused import Refocused

#: Rows and columns that the maps have in the browser: they are smooth.
COARSE = 1024

Checkpoint = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """What the network is asked: those controls that need it anew."""

    network: str
    turns: int
    box: tuple[int, int, int, int] | None  # row0, row1, column0, column1
    region: tuple[float, ...]

    @classmethod
    def of(cls, controls: Mapping[str, Any], where: Calibration) -> Asked:
        """As the controls say."""
        region = tuple(controls["region"])
        return cls(controls["network"], controls["turns"], box_of(region, where) if region else None, region)

    def parameters(self, strength: float) -> dict[str, Any]:
        """Arguments of `refocus`."""
        return {
            "network": self.network,
            "strength": strength,
            "turns": self.turns,
            "region": self.region or None,
            "info_bar": "auto",
        }


@dataclass(frozen=True, eq=False)
class Restoration:
    """An image and what the network made of it.

    Attributes
    ----------
    scene : Scene
    asked : Asked
    frame : RestoredFrame
    """

    scene: Scene
    asked: Asked
    frame: RestoredFrame

    @cached_property
    def images(self) -> dict[str, dict]:
        """Wire forms of the image at strength 1 and of the maps; {} for what there is not."""
        made, scene = self.frame.restored, self.scene
        if made is None:
            return {"after": scene.before, "defocus": {}, "uncertainty": {}}
        return {
            "after": payload(made.image, scene.where, scene.quantity),
            "defocus": payload(made.defocus, scene.where, "blur width / px", COARSE),
            "uncertainty": payload(made.uncertainty, scene.where, scene.quantity, COARSE)
            if self.asked.turns > 1
            else {},
        }

    @cached_property
    def summary(self) -> str:
        """What was found, in a sentence or two."""
        if self.frame.problem:
            return f"Left as it is: {self.frame.problem}."
        said = [sentence(self.frame.width, self.scene.where, "region" if self.asked.box else "image")]
        if self.scene.true_width is not None:
            row0, row1, column0, column1 = self.frame.box
            truth = Width.of(self.scene.true_width[row0:row1, column0:column1])
            some = f"{100 * truth.share:.0f} % was, by {truth.middle:.1f} px"
            said.append(f"In truth {some if truth.share >= NONE else 'none of it was'}.")
        if self.scene.shift is not None and any(self.scene.shift):
            down, right = self.scene.shift
            said.append(f"The reference was moved by {right:+.2f} px in x and {down:+.2f} px in y.")
        return " ".join([*said, *([self.scene.note] if self.scene.note else [])])

    @cached_property
    def judged(self) -> Judged:
        """What the image and its truth are by themselves, whatever the strength."""
        return Judged.of(self.scene, self.frame)

    @property
    def size(self) -> int:
        """Bytes that it takes, about: two images and three maps as numbers, and as they go over the wire."""
        return 48 * self.scene.seen.size


@dataclass(frozen=True, eq=False)
class Shown:
    """A restoration at some strength, as it is shown.

    Attributes
    ----------
    restoration : Restoration
    strength : float
    refocused : Refocused
        The same as `refocus` gives.
    traits : dict
        Wire forms.
    """

    restoration: Restoration
    strength: float
    refocused: Refocused
    traits: dict[str, Any]

    @property
    def provenance(self) -> Provenance:
        """How it was made."""
        return self.refocused.provenance


def restored(scene: Scene, asked: Asked, checkpoint: Checkpoint) -> Restoration:
    """Ask the network, in a thread of its own.

    Parameters
    ----------
    scene : Scene
    asked : Asked
    checkpoint : callable
        ``checkpoint(stage, fraction)``; what it raises ends the work.
    """

    def work(pace):
        from ..frames import restored_frame

        frame = restored_frame(
            scene.pixels,
            scene.where.name_of(0),
            asked.network,
            turns=asked.turns,
            region=asked.box,
            progress=pace.progress,
            cancelled=pace.cancelled,
        )
        made = Restoration(scene, asked, frame)
        _ = made.images, scene.digest  # here, beside whoever waits
        return made

    return beside(work, "Refocusing", checkpoint)


def shown(restoration: Restoration, strength: float, checkpoint: Checkpoint) -> Shown:
    """A restoration at a strength, and what is measured of it.

    Parameters
    ----------
    restoration : Restoration
    strength : float
        From 0, as it was, over 1 to 1.5.
    checkpoint : callable
        As for `restored`.
    """
    return beside(lambda pace: _shown(restoration, strength), "Measuring", checkpoint)


def _shown(restoration: Restoration, strength: float) -> Shown:
    from ..refocus import result_of

    scene, asked = restoration.scene, restoration.asked
    found: Found = restoration.frame.at(strength)
    refocused = result_of(scene.signal, scene.where, (found,), asked.parameters(strength), digest=scene.digest)
    after = recorded(found.image).real
    rows = measure_rows(restoration.judged, after, found, scene.where)
    traits = {
        **restoration.images,
        "measures": plain({"rows": rows}),
        "spectra": plain(spectra_payload(restoration.judged, found, scene.where)),
        "summary": restoration.summary,
    }
    return Shown(restoration, strength, refocused, traits)
