"""Diffraction patterns of real crystals, from one grain to smooth rings: for teaching, training and tests."""

from __future__ import annotations

import os
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING

import gemmi
import numpy as np
from scipy.spatial.transform import Rotation

from .beam import HALOS, AmorphousFilm
from .drawing import SpotShape, draw
from .foreign import halo_frame
from .frame import Geometry
from .instrument import Instrument
from .kikuchi import kikuchi_lines
from .kinematic import Beam
from .orientation import from_user
from .reflections import reflections
from .specimen import illuminate
from .truth import Truth

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D

#: A spot of the plain pattern (standard deviation), px.
PLAIN_BLUR = 0.7


def simulate_array(
    structure,
    grains: float = 1,
    *,
    shape: tuple[int, int] = (512, 512),
    pixel_size: float = 0.06,
    voltage: float = 200.0,
    thickness: float = 10.0,
    precession: float = 0.0,
    two_beam: bool = False,
    orientation=None,
    texture=None,
    grain_spread: float = 0.0,
    crystallite_size: float | None = None,
    instrument: Instrument | None = None,
    seed: int = 0,
) -> tuple[np.ndarray, Truth, Geometry]:
    """As `simulate`, in plain arrays: image (float32), the truth, and where the pixels lie."""
    rng = np.random.default_rng(seed)
    beam = Beam(
        voltage, thickness if crystallite_size is None else min(thickness, crystallite_size), precession, two_beam
    )
    geometry = (Instrument() if instrument is None else instrument).optics.geometry(shape, pixel_size)
    found = reflections(structure, geometry.reach)
    first = from_user(orientation, structure, rng)
    diffracted = illuminate(found, beam, grains, first, texture, rng, grain_spread=grain_spread, resolution=pixel_size)
    if instrument is None:
        image = draw(diffracted.spots, geometry, SpotShape(PLAIN_BLUR, crystallite_size=crystallite_size))
        return image, diffracted.truth, geometry
    lines = kikuchi_lines(found, diffracted.orientation, voltage, geometry.reach) if grains == 1 else None
    frame = instrument.record(diffracted.spots, shape, pixel_size, rng, crystallite_size=crystallite_size, lines=lines)
    return frame.image, diffracted.truth, frame.geometry


def simulate(structure, grains: float = 1, **options) -> Signal2D:
    """Simulate the diffraction pattern of a crystalline specimen.

    Reflections, their spacings and their electron structure factors come from the crystal structure, their excitation
    from the Ewald construction; see `reflections` and `kinematic`. With few grains every reflection of every grain
    is a spot; with more, spots line up in rings.

    Parameters
    ----------
    structure : str, path or gemmi.SmallStructure
        A name of the catalogue (``diffraction.structures.names()``), a CIF file, or a structure of your own.
    grains : int or inf
        Number of crystals in the beam; ``numpy.inf`` for smooth rings.
    shape : (int, int)
        Rows and columns.
    pixel_size : float
        In 1/nm.
    voltage : float
        Acceleration voltage in kV.
    thickness : float
        Of the crystals along the beam in nm.
    precession : float
        Half angle of a precessing beam in degrees.
    two_beam : bool
        Take intensities from the two-beam dynamical solution instead of the kinematic one.
    orientation : Rotation or (u, v, w), optional
        Of the first grain: a scipy Rotation from the crystal to the microscope, or the zone axis along the beam;
        random if left out.
    texture : Uniform, Mosaic or Fibre, optional
        How many grains lie; at random if left out. What a mosaic crystal lies about is `orientation`, and so is which
        direction of the crystal a fibre has: ``zone_axis(structure, (1, 1, 1), fibre.direction)`` for [111].
    grain_spread : float
        How unequal the grains are: standard deviation of the logarithm of their shares of the beam.
    crystallite_size : float, optional
        In nm; broadens the spots, and limits the thickness.
    instrument : Instrument, optional
        What the microscope and its camera do to the pattern. Left out, the pattern is that of the diffracted beams
        alone: no direct beam, no noise, intensities of the incident beam.
    seed : int
        The same seed gives the same pattern.

    Returns
    -------
    Signal2D
        In 1/nm from the direct beam. ``metadata.emwidgets`` has the parameters and the truth: ``label`` ("ring",
        "spot", or "spotty" for what is in between, see `truth`), ``grains`` and ``coverage``.

    Raises
    ------
    ValueError
        If the structure is not known or a parameter is out of its range; the message names it.

    Examples
    --------
    >>> from emwidgets.diffraction import simulate
    >>> pattern = simulate("gold", 1, orientation=(0, 0, 1), shape=(256, 256), pixel_size=0.12)
    >>> pattern.metadata.emwidgets.label
    'spot'
    >>> simulate("gold", 5000, shape=(256, 256), pixel_size=0.12).metadata.emwidgets.label
    'ring'
    """
    image, truth, geometry = simulate_array(structure, grains, **options)
    name = _name(structure)
    title = f"Simulated diffraction pattern of {name}, {grains:g} grain{'' if grains == 1 else 's'}"
    described = {"structure": name, "grains": grains, **{key: _written(value) for key, value in options.items()}}
    quantity = "Intensity" if options.get("instrument") is None else "Counts"
    return _signal(image, geometry, title, quantity, simulate, described, truth)


def simulate_amorphous(
    material: str | float = "carbon",
    *,
    shape: tuple[int, int] = (512, 512),
    pixel_size: float = 0.06,
    width: float = 0.13,
    second: float = 0.4,
    speckle: float = 0.0,
    instrument: Instrument | None = None,
    seed: int = 0,
) -> Signal2D:
    """Simulate the halos of an amorphous specimen: neither ring nor spot.

    Parameters
    ----------
    material : str or float
        One of ``beam.HALOS``, or the radius of the first halo in 1/nm.
    shape, pixel_size, instrument, seed
        As in `simulate`.
    width, second, speckle : float
        As in `beam.AmorphousFilm`: relative width of the halo, brightness of the second, granularity.

    Returns
    -------
    Signal2D
        In 1/nm; the label in ``metadata.emwidgets`` is "amorphous".

    Raises
    ------
    ValueError
        If the material is not known.
    """
    if isinstance(material, str) and material not in HALOS:
        raise ValueError(f"material is {material!r}: expected one of {', '.join(HALOS)}, or a radius in 1/nm")
    first = HALOS[material] if isinstance(material, str) else float(material)
    halo = AmorphousFilm(1.0, first, width, second, speckle)
    rng = np.random.default_rng(seed)
    frame = halo_frame(halo, instrument or Instrument(), shape, pixel_size, rng)
    options = {"shape": shape, "pixel_size": pixel_size, "width": width, "second": second, "speckle": speckle}
    described = {"material": material, **options, "instrument": _written(instrument), "seed": seed}
    truth = Truth("amorphous", 0.0, 1.0)
    title = f"Simulated diffraction pattern of amorphous {material}"
    return _signal(frame.image, frame.geometry, title, "Intensity", simulate_amorphous, described, truth)


def _signal(image, geometry: Geometry, title, quantity, function, parameters, truth: Truth):
    """A calibrated signal with the truth and how it was made."""
    from hyperspy.signals import Signal2D

    from emwidgets.signals import provenance

    axes = [
        {"name": name, "size": size, "scale": geometry.pixel_size, "offset": -c * geometry.pixel_size, "units": "1/nm"}
        for name, size, c in zip(("ky", "kx"), image.shape, geometry.centre, strict=True)
    ]
    signal = Signal2D(image, axes=axes)
    signal.metadata.General.title = title
    signal.metadata.set_item("Signal.quantity", quantity)
    made = provenance(signal, f"emwidgets.diffraction.{function.__name__}", parameters, digest=False)
    signal.metadata.add_dictionary({"emwidgets": {**made.to_dict(), **asdict(truth)}})
    return signal


def _written(value):
    """An option so that it can be read back from a file."""
    if isinstance(value, Rotation):
        return {"quaternion (x, y, z, w)": value.as_quat().tolist()}
    return repr(value) if is_dataclass(value) else value


def _name(structure) -> str:
    if isinstance(structure, gemmi.SmallStructure):
        return structure.name or "a structure"
    text = os.fspath(structure)
    return os.path.basename(text) if os.path.isfile(text) else text
