"""What a signal of particles shows, in one call: each frame a particle, or all frames views of one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from numbers import Real

from scipy.spatial.transform import Rotation

from emwidgets.signals import Calibration, Provenance, calibration, provenance
from emwidgets.signals.batches import flat_frames
from emwidgets.signals.runs import Run, in_runs

from .answers import CERTAINTY, chosen
from .asking import digests, of_each, of_views
from .classification import Classification
from .orientation import tilts as rotations
from .verdict import gathered


def classify(
    signal,
    task: str = "count",
    views: bool = False,
    tilts=None,
    *,
    method: str | None = None,
    certainty: float = CERTAINTY,
) -> Classification:
    """Say how each particle is deformed, or what it is, how surely, and when it cannot be told.

    Parameters
    ----------
    signal : Signal2D
        STEM images of bright particles on a darker background, one particle in each (of several the largest is taken),
        lazy or not. Any pixel size; it need not be known, as form knows no nanometres: lengths of an uncalibrated
        signal are in px.
    task : str
        The question. "deformed": is any corner cut; "count": how many corners of a cuboid are; "arrangement": how two
        cut corners lie; "shape": cuboid, pyramid or sphere; "handedness": left or right.
    views : bool
        Whether the frames are views of one particle, in any order and number, instead of a particle each.
    tilts : Rotation, (n,) or (n, 2) array, optional
        How the holder was tilted in each view, in degrees, as in `emwidgets.particles.tilts`: positive is right-handed
        about the image's x axis, y down and z along the beam. Without it the views may be from anywhere; a hand then
        cannot be told. With angles of the other sign, or images mirrored left to right, the other hand is.
    method : str, optional
        "fit": a model of the cuboid is fitted to the image (all tasks but "shape", and the only one for "handedness");
        "network": ours, trained end to end; "transfer": a frozen backbone with a last layer of its own; "features":
        scikit-learn on `emwidgets.particles.features`. Left out, the best of them for the task.
    certainty : float
        From 0 to 1: answers of a lower probability are uncertain. So are, whatever is asked for, particles unlike
        anything learnt, and what no image can tell: the hand of a particle that is seen from one side.

    Returns
    -------
    Classification

    Raises
    ------
    TypeError
        If `signal` is not a HyperSpy signal of images.
    emwidgets.signals.UncalibratedError
        If its axes are calibrated, but are no lengths.
    ValueError
        If the signal has no frame, complex or other than numbers, smaller than 16 × 16 px; if views of one particle lie
        on two navigation axes or more, or there is not a tilt for each; or if an argument is out of its range. A single
        frame that cannot be read is no error: see `Classification.problems`.
    emwidgets.models.NetworkError
        If a network's file is damaged.

    Examples
    --------
    >>> from emwidgets import particles
    >>> image = particles.simulate(particles.cuboid(12, 13, 14), orientation=(0, 0, 0, 1))
    >>> particles.classify(image, "handedness").why
    array('not identifiable from one view', dtype='<U30')
    """
    where = calibration(signal, "length")
    method = chosen(task, method)
    _check(where, views, certainty)
    turned = _tilts(tilts, views, len(where))
    models = digests(task, method, len(where) if views else 1)  # a damaged file is said before the work
    asked = {"task": task, "views": views, "tilts": _written(tilts), "method": method, "certainty": certainty}
    made = _made_from(signal, asked, models)
    if not views:
        found = in_runs(partial(of_each, task=task, method=method, where=where), signal, where, gathered)
        return Classification(where, found, task, method, certainty, made)
    found = _of_one(signal, where, partial(of_views, task=task, method=method, where=where, tilts=turned))
    one = replace(where, navigation_shape=(), navigation_axes=())
    return Classification(one, found, task, method, certainty, made, views=len(where))


def _of_one(signal, where: Calibration, function) -> tuple[Run]:
    frames = flat_frames(signal, where)
    if where.lazy:
        import dask

        return (Run(0, 1, dask.delayed(function)(frames, 0)),)
    return (Run(0, 1, function(frames, 0)),)


def _made_from(signal, asked: dict, models: dict[str, str]) -> Provenance:
    lazy = getattr(signal, "_lazy", False)
    return provenance(signal, "emwidgets.particles.classify", asked, models=models, digest=not lazy)


def _tilts(tilts, views: bool, frames: int) -> Rotation | None:
    if tilts is None:
        return None
    if not views:
        raise ValueError("tilts are given, but views is False: say views=True if the frames are views of one particle")
    turned = rotations(tilts)
    if len(turned) != frames:
        raise ValueError(f"there are {len(turned)} tilts, but {frames} views: expected one for each")
    return turned


def _check(where: Calibration, views, certainty) -> None:
    named = f"'{where.title or 'the signal'}'"
    shape = where.navigation_shape
    if not len(where):
        raise ValueError(f"{named} has no frame: its navigation shape is {shape}; give a signal with at least one")
    if not isinstance(views, bool):
        raise ValueError(f"views is {views!r}: expected True (all frames are views of one particle) or False")
    if views and len(shape) > 1:
        raise ValueError(
            f"{named} has the navigation shape {shape}: expected one navigation axis along which the views of one "
            "particle follow each other; choose it with signal.inav, or classify without views"
        )
    if isinstance(certainty, bool) or not isinstance(certainty, Real) or not 0 <= certainty <= 1:
        raise ValueError(f"certainty is {certainty!r}: expected a probability from 0 to 1")


def _written(tilts):
    """Tilts as provenance keeps them: as they were given, rotations as quaternions."""
    return tilts.as_quat() if isinstance(tilts, Rotation) else tilts
