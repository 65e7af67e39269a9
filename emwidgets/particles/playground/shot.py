"""An image that is looked at, simulated or a user's, and what each method has said of it so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from emwidgets.frontend.status import message_of
from emwidgets.frontend.wire import pixels_payload
from emwidgets.models import NetworkError
from emwidgets.signals import Calibration
from emwidgets.signals.reading import readable, some

from ..asking import digests, of_views
from ..imaging import Recorded
from ..shapes import Ellipsoid
from ..verdict import Answers
from .kinds import solid_payload, uncut
from .needed import Conditions
from .scene import Scene
from .truth import truth_of

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: Rows and columns that an image has in the browser; a larger one is binned.
SHOWN = 2048


@dataclass(frozen=True, eq=False)
class Shot:
    """An image and what is known of it.

    Attributes
    ----------
    pixels : (rows, columns) array
        As they are in the signal.
    where : Calibration
        Of this image alone.
    image : dict
        Its wire form.
    controls : dict
        Of a simulated image; {} for a user's.
    scene, recorded
        Of a simulated image.
    number : int
        Of a user's image in its stack.
    problem : str
        Why nothing can be read from it; "" if something can.
    date : str
        When it was made or read, in UTC.
    answers, failures : dict
        By (task, method): what was said, or why nothing was.
    models : dict
        Digests of the networks that were asked, by name.
    """

    pixels: np.ndarray
    where: Calibration
    image: dict
    controls: Mapping[str, Any] = field(default_factory=dict)
    scene: Scene | None = None
    recorded: Recorded | None = None
    number: int = 0
    problem: str = ""
    date: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    answers: dict[tuple[str, str], Answers] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    _kept: dict = field(default_factory=dict, repr=False)  # what the next who is asked need not find out again

    def heard(self, task: str, method: str) -> bool:
        """Whether a method has been asked, with or without success."""
        return (task, method) in self.answers or (task, method) in self.failures

    def ask(self, task: str, method: str, checkpoint: Callable[[], None]) -> None:
        """Ask a method, and keep what it says, or what went wrong.

        `checkpoint` is called now and then; what it raises ends the asking.
        """
        try:
            self.models.update(digests(task, method))
            self.answers[task, method] = of_views(
                self.pixels[None], 0, task, method, self.where, checkpoint=checkpoint, kept=self._kept
            )
        except (NetworkError, ValueError, ArithmeticError) as error:  # the others can still answer
            self.failures[task, method] = message_of(error)

    @cached_property
    def solid(self) -> dict:
        """The particle as the browser turns it; {} of a user's image."""
        return solid_payload(self.scene.shape, self.controls) if self.scene else {}

    @cached_property
    def truth(self) -> dict:
        """What the particle is; {} of a user's image."""
        if not self.scene:
            return {}
        return truth_of(self.scene.shape, uncut(self.controls), self.controls["corners"], self.recorded)

    @cached_property
    def projection(self) -> dict:
        """How thickness becomes a value of this image, for the picture that follows a hand; {} of a user's image."""
        if not self.scene:
            return {}
        imaging, same = self.scene.imaging, ("turn", "spin_axis", "drift", "probe", "pixel_size", "size", "dose")
        return {
            "orientation": list(self.scene.orientation),
            "per_nm": imaging.gain * self.recorded.per_nm,
            "background": imaging.offset + imaging.gain * self.recorded.film,
            "film": imaging.film,
            "offset": imaging.offset,
            "gain": imaging.gain,
            "position": list(imaging.position),
            "noise": self.recorded.counted,
            **{name: self.controls[name] for name in same},
        }

    @property
    def conditions(self) -> Conditions | None:
        """How the image was recorded, where that is known."""
        if not self.scene:
            return None
        shape = self.scene.shape
        points = np.diag(shape.semi_axes) if isinstance(shape, Ellipsoid) else shape.vertices
        width = np.ptp(np.vstack([points, -points]), axis=0).min()
        brightest = float(self.recorded.expected.max())
        return Conditions(brightest, self.controls["turn"], self.scene.imaging.probe / width)


def simulated(controls: Mapping[str, Any]) -> Shot:
    """The image that these controls give.

    Raises
    ------
    ValueError
        If there is no such particle, or its image cannot be recorded so.
    """
    scene = Scene.of(controls)
    recorded = scene.record()
    scale = (scene.imaging.pixel_size,) * 2
    where = Calibration(
        scale=scale,
        offset=(0.0, 0.0),
        unit="nm",
        calibrated=True,
        title=scene.title,
        frame_shape=recorded.image.shape,
        navigation_shape=(),
        axis_names=("y", "x"),
        navigation_axes=(),
        lazy=False,
    )
    image = pixels_payload(recorded.image, scale=scale, unit="nm", quantity="counts")
    return Shot(recorded.image, where, image, dict(controls), scene, recorded)


def measured(signal: Signal2D, where: Calibration, number: int) -> Shot:
    """An image of a user's signal.

    Parameters
    ----------
    signal : Signal2D
        Lazy or not.
    where : Calibration
        Of the signal.
    number : int
        Flat index of the image.
    """
    ((_, pixels),) = some(signal, where, [number])
    own = replace(where, navigation_shape=(), navigation_axes=(), lazy=False)
    seen, problem = readable(pixels, where.name_of(number))
    quantity = sendable(signal.metadata.get_item("Signal.quantity", "")) or "intensity"
    return Shot(pixels, own, payload(seen, own, quantity, SHOWN), number=number, problem=problem)


def payload(seen: np.ndarray, where: Calibration, quantity: str, longest: int) -> dict:
    """Wire form of a user's image without missing pixels, binned to at most so many rows and columns."""
    options = {"scale": where.scale, "offset": where.offset, "unit": where.unit, "quantity": quantity}
    return pixels_payload(seen, max_size=longest, **options)


def sendable(text) -> str:
    """Text of a file as it can be sent to a browser; "" where there is none."""
    text = "" if text is None or str(text) == "<undefined>" else str(text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character cannot be
