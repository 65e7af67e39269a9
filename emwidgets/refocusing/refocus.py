"""What a signal would show in focus, and where it was out of focus, in one call."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np

from emwidgets import models
from emwidgets.signals import Calibration, Provenance, calibration, provenance
from emwidgets.signals.batches import flat_frames

from .alike import Likeness
from .frames import Found, restored_frame
from .refocused import Refocused
from .regions import box_of, in_unit
from .restore import NETWORKS, STRONGEST, TURNS, WIDTHS


def refocus(
    signal,
    network: str = "mrn",
    *,
    strength: float = 1.0,
    turns: int = 2,
    region=None,
    info_bar: str | int = "auto",
) -> Refocused:
    """Restore what an out-of-focus SEM image would show in focus, and leave alone what was sharp.

    As a network does it that was taught to tell what is sharp from what is not [1]_: here it chooses among, and cleans,
    what Wiener filters of several widths and restorations of least total variation make of the image. Up to a strength
    of 1 nothing is amplified beyond the frequency at which the spectrum of the image becomes noise.

    Parameters
    ----------
    signal : Signal2D
        An image, or a stack or scan of images, lazy or not, of any size from 1 × 1 px on and any type of numbers, or
        of colours, of which the luminance is refocused. In nm, or not calibrated and then measured in px.
    network : str
        "mrn" (discriminative: finds what is blurred, and how much), "mrn-blind" (takes all of it for blurred), "srn"
        (for one width of the blur, that of its card), or the path of the card of your own.
    strength : float
        How much of the change is made: 0 leaves the image as it is, 1 is what the network says, up to 1.5 goes beyond.
    turns : int
        Of how many flips and quarter turns the mean is taken: 1, 2, 4 or 8. The time goes with it; 1 knows no
        uncertainty.
    region : (x0, x1, y0, y1) or RectangularROI, optional
        Where alone it is refocused, in nm (px if not calibrated); a HyperSpy region in the units of the signal's axes.
    info_bar : "auto" or int
        Rows at the bottom that the microscope has written into, which stay as they are; "auto" looks for them, 0 says
        that there are none.

    Returns
    -------
    Refocused
        Its images have the type of the signal: integers are rounded and clipped to their range, bool becomes float32.
        Missing pixels (NaN, infinite, masked) are missing in it.

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images.
    emwidgets.signals.UncalibratedError
        If its axes are calibrated, but are no lengths.
    ValueError
        If the signal has no frame, or an argument is out of its range. An image that is constant or has no valid pixel
        is no error: see `Refocused.problems`.
    emwidgets.models.NetworkError
        If there is no such network, or its file is damaged.

    References
    ----------
    .. [1] J. Na et al., Acta Mater. 214 (2021) 116987, doi:10.1016/j.actamat.2021.116987

    Examples
    --------
    >>> from emwidgets import examples, refocusing
    >>> image = refocusing.defocus(examples.platinum_cobalt_particle(), 2.0, unit="px")
    >>> found = refocusing.refocus(image, turns=1)
    >>> found.image.data.shape == image.data.shape
    True
    """
    where = calibration(signal, smallest=1)
    if not len(where):
        raise ValueError(
            f"'{where.title or 'the signal'}' has no image: its navigation shape is {where.navigation_shape}; give a "
            "signal with at least one frame"
        )
    _check(network, strength, turns, info_bar)
    region = None if region is None else in_unit(region, signal, where)
    asked = {
        "network": network,
        "strength": float(strength),
        "turns": int(turns),
        "region": region,
        "info_bar": info_bar if info_bar == "auto" else int(info_bar),
    }
    digests_of(network)  # a missing or damaged file is said before the work
    function = _of_frame
    if where.lazy:
        import dask

        function = dask.delayed(_of_frame)
    box = None if region is None else box_of(region, where)
    frames = flat_frames(signal, where)
    found = tuple(function(frames[number], where.name_of(number), box, asked) for number in range(len(where)))
    return result_of(signal, where, found, asked)


def result_of(signal, where: Calibration, found: tuple, parameters: Mapping[str, Any], digest: str | None = None):
    """The result of what was found in the frames of a signal.

    Parameters
    ----------
    signal : Signal2D
    where : Calibration
        Of the signal.
    found : tuple of Found
        One for each frame, or dask objects that will be.
    parameters : mapping
        Of `refocus`; those that are left out have their default.
    digest : str, optional
        Of the pixels, where it is known.

    Returns
    -------
    Refocused
    """
    return Refocused(where, found, dict(parameters), made_from(signal, parameters, digest), Likeness.of(signal))


def made_from(signal, parameters: Mapping[str, Any], digest: str | None = None) -> Provenance:
    """Provenance of what `refocus` makes of a signal; `digest` where that of the pixels is known."""
    return provenance(
        signal,
        "emwidgets.refocusing.refocus",
        parameters,
        models=digests_of(parameters["network"]),
        digest=digest or not getattr(signal, "_lazy", False),
    )


def digests_of(network: str) -> dict[str, str]:
    """Digests of a network, and of that which tells it the widths, by their names, after their files were looked at.

    Raises
    ------
    emwidgets.models.NetworkError
        If there is no such network, or its file is damaged.
    """
    cards = [models.load_maps(f"refocusing/{network}" if network in NETWORKS else network).card]
    if cards[0].training.get("smooth"):
        cards.append(models.load_maps(WIDTHS).card)
    return {card.key: card.digests["onnx"] for card in cards}


def _of_frame(pixels, name: str, box, asked: Mapping[str, Any]) -> Found:
    restored = restored_frame(
        pixels, name, asked["network"], turns=asked["turns"], region=box, info_bar=asked["info_bar"]
    )
    return restored.at(asked["strength"])


def _check(network, strength, turns, info_bar) -> None:
    if not isinstance(network, str) and not hasattr(network, "__fspath__"):
        raise ValueError(f"network is {network!r}: expected one of {', '.join(NETWORKS)}, or the path of a card")
    if isinstance(strength, bool) or not isinstance(strength, Real) or not 0 <= strength <= STRONGEST:
        raise ValueError(f"strength is {strength!r}: expected 0 (as it was) to {STRONGEST}")
    if isinstance(turns, bool) or not isinstance(turns, Real) or turns not in TURNS:
        raise ValueError(f"turns is {turns!r}: expected one of {', '.join(map(str, TURNS))}")
    if isinstance(info_bar, str) and info_bar == "auto":
        return
    try:
        rows = -1 if isinstance(info_bar, bool | np.bool_) else operator.index(info_bar)
    except TypeError:
        rows = -1
    if rows < 0:
        raise ValueError(f"info_bar is {info_bar!r}: expected 'auto', or a number of rows at the bottom, 0 for none")
