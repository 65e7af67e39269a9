"""STEM images of nanoparticles as HyperSpy signals, every parameter and label with them: teaching, tests, training."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from .arguments import whole
from .imaging import Imaging, Recorded, record
from .orientation import Spin, rotation
from .shapes import Shape
from .tasks import labels

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D


def simulate(
    shape: Shape, orientation=None, spin: Spin | None = None, imaging: Imaging | None = None, *, seed: int = 0
) -> Signal2D:
    """Simulate the STEM image of a nanoparticle.

    Its exact thickness along the beam, blurred by the probe, over a carbon film, counted electron by electron: see
    `projection` and `imaging`.

    Parameters
    ----------
    shape : Shape
        Of `cuboid`, `triangular_pyramid`, `octahedron`, `truncated_octahedron`, `polyhedron`, `sphere`, `ellipsoid`;
        cut its corners with `deform`.
    orientation : Rotation or (x, y, z, w), optional
        From the particle to the microscope: a scipy Rotation or a unit quaternion with its scalar last; left out, the
        particle's axes are those of the microscope (x right, y down, z along the beam).
    spin : Spin, optional
        How it turns while it is scanned; `orientation` is then that in the middle of the image.
    imaging : Imaging, optional
        How the image is recorded; as `Imaging` is, if left out.
    seed : int
        Of film, scan and noise: the same seed gives the same image.

    Returns
    -------
    Signal2D
        In nm from the first pixel. ``metadata.emwidgets`` has the ``parameters`` (shape, orientation, spin, imaging,
        seed) and the truth: ``labels`` by task, ``volume`` in nm³, ``dose`` in electrons/nm² (absent where none are
        counted), ``counts_per_nm`` of the particle and ``film_counts``, both before gain and offset.

    Raises
    ------
    TypeError
        If the shape, the spin or the imaging is something else.
    ValueError
        If the orientation is no unit quaternion, the seed no whole number from 0 on, or the particle is outside the
        image where that leaves the dose or the film unknown.

    Examples
    --------
    >>> from emwidgets import particles
    >>> particle = particles.cuboid(12, 13, 14).deform([0, 7], depth=0.4)
    >>> image = particles.simulate(particle, orientation=(0.5, 0.5, 0.5, 0.5), seed=1)
    >>> image
    <Signal2D, title: Simulated STEM image of a cuboid without corners 0 and 7, dimensions: (|128, 128)>
    >>> image.metadata.emwidgets.labels.arrangement
    'body'
    """
    for name, value, kind in (("shape", shape, Shape), ("spin", spin, Spin), ("imaging", imaging, Imaging)):
        if not isinstance(value, kind) and (value is not None or kind is Shape):
            raise TypeError(f"{name} is {value!r}: expected what particles.{_MAKERS[name]} makes")
    pose, seed = rotation(orientation), whole("seed", seed, 0)
    imaging = imaging or Imaging()
    recorded = record(shape, pose, imaging, np.random.default_rng(seed), spin)
    parameters = {
        "shape": _described(shape),
        "orientation": pose.as_quat().tolist(),
        "spin": asdict(spin) if spin else None,
        "imaging": asdict(imaging),
        "seed": seed,
    }
    return _signal(recorded, shape, imaging, parameters)


#: What makes each argument.
_MAKERS = {"shape": "cuboid, sphere or another shape", "spin": "Spin", "imaging": "Imaging"}


def _signal(recorded: Recorded, shape: Shape, imaging: Imaging, parameters):
    """A calibrated signal with the truth and how it was made."""
    from hyperspy.signals import Signal2D

    from emwidgets.signals import provenance

    axes = [
        {"name": name, "size": size, "scale": imaging.pixel_size, "offset": 0.0, "units": "nm"}
        for name, size in zip("yx", recorded.image.shape, strict=True)
    ]
    signal = Signal2D(recorded.image, axes=axes)
    signal.metadata.General.title = f"Simulated STEM image of {_title(shape)}"
    signal.metadata.set_item("Signal.quantity", "Counts" if recorded.counted else "Intensity")
    made = provenance(signal, "emwidgets.particles.simulate", parameters, digest=False)
    truth = {
        "labels": labels(shape),
        "volume": shape.volume,
        "counts_per_nm": recorded.per_nm,
        "film_counts": recorded.film,
    }
    if recorded.counted:
        truth["dose"] = recorded.dose
    signal.metadata.add_dictionary({"emwidgets": {**made.to_dict(), **truth}})
    return signal


def _described(shape: Shape) -> dict:
    """A shape so that it can be made again: its name, what it was made from, and its cuts, nm."""
    cuts = getattr(shape, "cuts", {})
    return {
        "name": shape.name,
        **shape.parameters,
        "corners": list(cuts),
        "depths": [list(depths) for depths in cuts.values()],
    }


def _title(shape: Shape) -> str:
    cuts = [str(corner) for corner in getattr(shape, "cuts", {})]
    article = "an" if shape.name[0] in "aeiou" else "a"
    if not cuts:
        return f"{article} {shape.name}"
    numbers = " and ".join([", ".join(cuts[:-1]), cuts[-1]]) if len(cuts) > 1 else cuts[0]
    return f"{article} {shape.name} without corner{'s' if len(cuts) > 1 else ''} {numbers}"
