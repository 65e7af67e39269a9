"""Polycrystalline HRTEM images whose crystalline domains are known: for teaching, tests and the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft, ndimage

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D


#: What parameters may be.
RANGES = {
    "coverage": (0, 1),
    "amorphous": (0, 1),
    "contrast_spread": (0, 1),
    "irregularity": (0, 0.5),
    "fringe_to_noise": (0, 1e6),
    "voltage": (1, 3000),
    "spread": (0, 1000),
}
#: The last grain, which fills up the area that was asked for, may be this much smaller than the smallest radius.
LEAST_GRAIN = 0.6


@dataclass(frozen=True)
class Grain:
    """One crystalline domain of a simulated image; lengths in nm, angle of its **k** in degrees."""

    label: int
    phase: str
    d_spacing: float
    angle: float
    centre: tuple[float, float]
    radius: float
    contrast: float


def electron_wavelength(voltage: float) -> float:
    """Relativistic wavelength of an electron.

    Parameters
    ----------
    voltage : float
        Acceleration voltage in kV.

    Returns
    -------
    float
        Wavelength in nm.

    References
    ----------
    .. [1] D. B. Williams, C. B. Carter, *Transmission Electron Microscopy*, 2nd ed., Springer (2009), eq. 1.6,
       doi:10.1007/978-0-387-76501-3
    """
    volts = 1e3 * voltage
    return 1.226426 / np.sqrt(volts * (1 + 0.978476e-6 * volts))


def contrast_transfer(
    k: np.ndarray, *, voltage: float, defocus: float, spherical_aberration: float, spread: float
) -> np.ndarray:
    """Phase-contrast transfer of a weak phase object, with the envelope of partial temporal coherence.

    Parameters
    ----------
    k : array
        Spatial frequency in 1/nm.
    voltage : float
        Acceleration voltage in kV.
    defocus : float
        Defocus in nm, positive for underfocus.
    spherical_aberration : float
        Cs in mm.
    spread : float
        Focal spread in nm (standard deviation).

    Returns
    -------
    array
        sin χ(k) times the envelope, of the shape of `k`.

    References
    ----------
    .. [1] E. J. Kirkland, *Advanced Computing in Electron Microscopy*, 3rd ed., Springer (2020), ch. 3,
       doi:10.1007/978-3-030-33260-0
    """
    wavelength = electron_wavelength(voltage)
    square = np.square(k)
    aberration = np.pi * wavelength * square * (0.5 * spherical_aberration * 1e6 * wavelength**2 * square - defocus)
    envelope = np.exp(-0.5 * (np.pi * wavelength * spread * square) ** 2)
    return np.sin(aberration) * envelope


def simulate_array(
    shape: tuple[int, int] = (512, 512),
    *,
    pixel_size: float = 0.026,
    phases: dict[str, tuple[float, ...]] | None = None,
    coverage: float = 0.4,
    grain_radius: tuple[float, float] = (1.2, 3.2),
    irregularity: float = 0.15,
    contrast_spread: float = 0.0,
    fringe_to_noise: float = 0.6,
    amorphous: float = 0.5,
    voltage: float = 200.0,
    defocus: float = 60.0,
    spherical_aberration: float = 0.5,
    focal_spread: float = 4.0,
    dose: float | None = None,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray, list[Grain]]:
    """As `simulate`, in plain arrays: image (float32), labels (int32, 0 = amorphous) and the list of grains."""
    phases = {"gold": (0.2355, 0.2039)} if phases is None else phases
    optics = {
        "voltage": voltage,
        "defocus": defocus,
        "spherical_aberration": spherical_aberration,
        "spread": focal_spread,
    }
    numbers = {"fringe_to_noise": fringe_to_noise, "amorphous": amorphous, "irregularity": irregularity}
    _check(shape, pixel_size, phases, coverage, grain_radius, numbers | {"contrast_spread": contrast_spread} | optics)
    if dose is not None and not (np.isfinite(dose) and dose > 0):
        raise ValueError(f"dose is {dose}: expected a positive number of electrons per nm², or None for no counts")
    rng = np.random.default_rng(seed)
    labels, grains = _grow_grains(rng, shape, pixel_size, phases, coverage, grain_radius, irregularity, contrast_spread)
    noise = _matrix(rng, shape, pixel_size, amorphous, optics)
    image = noise + fringe_to_noise * _fringes(rng, labels, grains, pixel_size)
    if dose is not None:
        # 10 % is a usual phase contrast of a thin foil; the counts then carry Poisson noise on top of the matrix
        expected = dose * pixel_size**2 * np.clip(1 + 0.1 * image, 0, None)
        image = rng.poisson(expected)
    return image.astype(np.float32), labels, grains


def simulate(shape: tuple[int, int] = (512, 512), *, pixel_size: float = 0.026, **options) -> tuple[Signal2D, Signal2D]:
    """Simulate an HRTEM image of crystalline grains in an amorphous matrix, with the true domains.

    Each grain is a patch of lattice fringes of one plane of one phase, in a random direction; the matrix is random
    phase contrast through the transfer function of the microscope plus white noise. It is made for
    what the analysis needs to be tested on (where are which spacings, and how much of the image do they cover), not
    as a multislice calculation.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns.
    pixel_size : float
        In nm.
    phases : dict of str to tuple of float, optional
        d-spacings in nm that a grain of each phase may show; gold {111} and {200} if left out.
    coverage : float
        Crystalline fraction of the area, 0 (amorphous image) to 1.
    grain_radius : (float, float)
        Smallest and largest radius in nm.
    irregularity : float
        How far outlines depart from circles (standard deviation as a fraction of the radius).
    contrast_spread : float
        Relative spread of the fringe contrast from grain to grain (half width of a uniform distribution).
    fringe_to_noise : float
        Standard deviation of the fringes in a grain over that of the matrix.
    amorphous : float
        Share of the matrix variance that went through the transfer function, 0 (all white) to 1.
    voltage, defocus, spherical_aberration, focal_spread : float
        Microscope: kV, nm (positive for underfocus), mm, nm.
    dose : float, optional
        Electrons per nm²; if given, the image is Poisson counts.
    seed : int
        The same seed gives the same image.

    Returns
    -------
    image, labels : Signal2D
        Both calibrated in nm; labels are 0 in the matrix and 1, 2, ... in the grains. The grains stand in
        ``labels.metadata.emwidgets.grains``.

    Raises
    ------
    ValueError
        If a parameter is outside its range; the message names it.

    Examples
    --------
    >>> from emwidgets import domains
    >>> image, labels = domains.simulate((256, 256), coverage=0.3, seed=1)
    >>> image.axes_manager.signal_axes[0].units
    'nm'
    """
    from dataclasses import asdict

    from hyperspy.signals import Signal2D

    image, labels, grains = simulate_array(shape, pixel_size=pixel_size, **options)
    axes = [{"name": name, "size": n, "scale": pixel_size, "units": "nm"} for name, n in zip("yx", shape, strict=True)]
    signals = []
    for data, title, quantity in ((image, "Simulated HRTEM image", "Intensity"), (labels, "True domains", "Label")):
        signal = Signal2D(data, axes=axes)
        signal.metadata.General.title = title
        signal.metadata.set_item("Signal.quantity", quantity)
        described = {key: list(value) if isinstance(value, tuple) else value for key, value in options.items()}
        signal.metadata.set_item("emwidgets.function", "emwidgets.domains.simulate")
        signal.metadata.set_item("emwidgets.parameters", {"pixel_size": pixel_size, **described})
        signals.append(signal)
    signals[1].metadata.set_item("emwidgets.grains", [asdict(grain) for grain in grains])
    return signals[0], signals[1]


def _check(shape, pixel_size, phases, coverage, grain_radius, numbers):
    if len(shape) != 2 or min(shape) < 32:
        raise ValueError(f"shape is {tuple(shape)}: expected two sizes of at least 32 px")
    if not (np.isfinite(pixel_size) and pixel_size > 0):
        raise ValueError(f"pixel_size is {pixel_size}: expected a positive length in nm")
    if not 0 < grain_radius[0] <= grain_radius[1] < np.inf:
        raise ValueError(f"grain_radius is {grain_radius}: expected (smallest, largest) in nm, both positive")
    for name, value in {"coverage": coverage, **numbers}.items():
        low, high = RANGES.get(name, (-np.inf, np.inf))
        if not (np.isfinite(value) and low <= value <= high):
            raise ValueError(f"{name} is {value}: expected a number from {low:g} to {high:g}")
    if not phases or not all(phases.values()):
        raise ValueError(f"phases is {phases}: expected at least one phase, each with at least one d-spacing in nm")
    for name, spacings in phases.items():
        if min(spacings) <= 2 * pixel_size:
            raise ValueError(
                f"phase {name!r} has d-spacings {tuple(spacings)}: all must exceed two pixels ({2 * pixel_size:g} nm), "
                "or the image cannot carry the fringes"
            )
    smallest = np.pi * (LEAST_GRAIN * grain_radius[0]) ** 2
    area = shape[0] * shape[1] * pixel_size**2
    if 0 < coverage * area < smallest:
        raise ValueError(
            f"coverage is {coverage}, {coverage * area:.3g} nm² of this image: expected 0, or room for one grain "
            f"({smallest:.3g} nm²); ask for smaller grains or a larger image"
        )


def _grow_grains(rng, shape, pixel_size, phases, coverage, grain_radius, irregularity, contrast_spread):
    """Place grains at random, later ones only where nothing grows yet, until the wanted area is covered."""
    labels = np.zeros(shape, np.int32)
    grains: list[Grain] = []
    wanted, covered = coverage * labels.size, 0
    names = list(phases)
    for _ in range(4000):
        if covered >= wanted:
            break
        radius = rng.uniform(*grain_radius)
        remaining = np.sqrt((wanted - covered) / np.pi) * pixel_size
        if remaining < LEAST_GRAIN * grain_radius[0]:
            break
        radius = min(radius, remaining)
        centre = rng.uniform((0, 0), np.multiply(shape, pixel_size))
        box, inside = _outline(rng, shape, pixel_size, centre, radius, irregularity)
        free = inside & (labels[box] == 0)
        if free.sum() < 0.7 * inside.sum():
            # a sliver left over between others is not a grain anyone could see
            if covered < 0.6 * labels.size or free.sum() < 0.4 * inside.sum():
                continue
        phase = names[len(grains) % len(names)]
        labels[box][free] = len(grains) + 1
        covered += int(free.sum())
        grains.append(
            Grain(
                label=len(grains) + 1,
                phase=phase,
                d_spacing=float(rng.choice(phases[phase])),
                angle=float(rng.uniform(0, 180)),
                centre=(float(centre[1]), float(centre[0])),
                radius=float(radius),
                contrast=float(1 + contrast_spread * rng.uniform(-1, 1)),
            )
        )
    return labels, grains


def _outline(rng, shape, pixel_size, centre, radius, irregularity):
    """Row and column slices of a box, and the mask of a round-ish grain in it."""
    modes = [(order, rng.normal(scale=irregularity / np.sqrt(3)), rng.uniform(0, 2 * np.pi)) for order in (2, 3, 4)]
    reach = radius * (1 + sum(abs(amplitude) for _, amplitude, _ in modes))
    low = np.maximum(np.floor((np.asarray(centre) - reach) / pixel_size).astype(int), 0)
    high = np.minimum(np.ceil((np.asarray(centre) + reach) / pixel_size).astype(int), shape)
    y = (np.arange(low[0], high[0]) + 0.5)[:, None] * pixel_size - centre[0]
    x = (np.arange(low[1], high[1]) + 0.5)[None, :] * pixel_size - centre[1]
    polar = np.arctan2(y, x)
    # the lowest shape modes: elongated, triangular, square
    edge = radius * (1 + sum(amplitude * np.cos(order * polar + phase) for order, amplitude, phase in modes))
    return (slice(low[0], high[0]), slice(low[1], high[1])), np.hypot(y, x) < edge


def _fringes(rng, labels, grains, pixel_size):
    """Fringes of unit standard deviation inside each grain of contrast 1."""
    fringes = np.zeros(labels.shape)
    for grain, box in zip(grains, ndimage.find_objects(labels), strict=True):
        rows, columns = np.nonzero(labels[box] == grain.label)
        rows, columns = rows + box[0].start, columns + box[1].start
        angle = np.deg2rad(grain.angle)
        along = (columns * np.cos(angle) + rows * np.sin(angle)) * pixel_size
        phase = 2 * np.pi * along / grain.d_spacing + rng.uniform(0, 2 * np.pi)
        fringes[rows, columns] = grain.contrast * np.sqrt(2) * np.cos(phase)
    return fringes


def _matrix(rng, shape, pixel_size, amorphous, optics):
    """Amorphous matrix of unit standard deviation: random atoms through the microscope, plus white noise."""
    white = rng.normal(size=shape)
    if amorphous == 0:
        return white
    ky = fft.fftfreq(shape[0], pixel_size)[:, None]
    kx = fft.rfftfreq(shape[1], pixel_size)[None, :]
    k = np.hypot(ky, kx)
    # scattering falls off with k; a Gaussian of 0.08 nm is the width of an atom's potential, near enough for texture
    transfer = contrast_transfer(k, **optics) * np.exp(-2 * (np.pi * k * 0.04) ** 2)
    texture = fft.irfft2(fft.rfft2(rng.normal(size=shape)) * transfer, s=shape)
    return np.sqrt(amorphous) * texture / texture.std() + np.sqrt(1 - amorphous) * white
