"""Small real images for learning, documentation and tests, each with its source and licence.

`sources` lists them; the licence texts are in ``LICENCES.md`` beside the files. HyperSpy is loaded on first use.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperspy.signals import Signal2D
    from pandas import DataFrame

__all__ = [
    "brain_in_focus",
    "brain_out_of_focus",
    "cdte_twin",
    "gold_grain_boundary",
    "gold_on_carbon",
    "gold_rings",
    "graphite_spots",
    "platinum_cobalt_particle",
    "silicon_110",
    "sources",
]


def cdte_twin() -> Signal2D:
    """CdTe along [110] with twin domains, HAADF-STEM, 512 × 512 px, calibrated.

    A native DigitalMicrograph file, read as HyperSpy reads it: 0.0202 nm per pixel, 200 kV. Expect {111} at
    0.374 nm and {220} at 0.229 nm; the twins differ in the direction of {111}. Scan distortion makes the image read up
    to 4 % less, least along the plane that the twins share.

    References
    ----------
    .. [1] J. Guo et al., *Appl. Phys. Lett.* 115, 153901 (2019).
    """
    signal = _load("cdte_twin.dm3")
    signal.metadata.General.title = "CdTe twin"
    return signal


def gold_grain_boundary(calibrated: bool = True) -> Signal2D:
    """Two gold grains and the boundary between them along [111], HAADF-STEM, 512 × 512 px.

    Single reflections of the two grains lie 17° to 29° from each other, as scan distortion stretches the rings by up to
    10 %; the lattices are turned by 26° ± 4° (the mean over all six reflections).

    Parameters
    ----------
    calibrated : bool
        The file states no pixel size. True gives the axes the 0.0082 nm that follow if the rings are Au {220}
        (17.6 px = 0.1442 nm), and says so in ``metadata.General.notes``; a spacing measured here is therefore no
        evidence that this is gold. False leaves the image in pixels, as the file has it.

    References
    ----------
    .. [1] R. Lin et al., *Sci. Rep.* 11, 5386 (2021), doi:10.1038/s41598-021-84499-w.
    """
    signal = _load("gold_grain_boundary.png")
    signal.metadata.General.title = "Gold grain boundary"
    return _calibrate(signal) if calibrated else signal


def silicon_110(calibrated: bool = False) -> Signal2D:
    """Silicon along [110], one crystal, HAADF-STEM, 512 × 512 px, in pixels as the file has it.

    For calibrating by hand: its {111} planes lie 0.3135 nm apart, about 35 px.

    Parameters
    ----------
    calibrated : bool
        Give the axes the 0.0089 nm that follow from the lattice of silicon, and say so in
        ``metadata.General.notes``.

    References
    ----------
    .. [1] R. Lin et al., *Sci. Rep.* 11, 5386 (2021), doi:10.1038/s41598-021-84499-w.
    """
    signal = _load("silicon_110.png")
    signal.metadata.General.title = "Silicon [110]"
    return _calibrate(signal) if calibrated else signal


def gold_rings() -> Signal2D:
    """Diffraction rings of gold nanoparticles, with a beam stop, 382 × 382 px: a ring pattern.

    Grey values of a published picture, not counts. The file states no scale; the axes have the 0.0641 1/nm that follow
    if the rings are those of gold, and ``metadata.General.notes`` says so. {111} lies at 4.25 1/nm, {220} at 6.93 1/nm.
    """
    signal = _load("gold_rings.png")
    signal.metadata.General.title = "Gold rings"
    return _calibrate(signal)


def graphite_spots() -> Signal2D:
    """Diffraction spots of a graphite flake along [001], with a beam stop, 1024 × 1024 px: a spot pattern.

    Counts of an ultrafast electron diffraction instrument. The file states no scale; the axes have the 0.0286 1/nm that
    follow from the lattice of graphite, and ``metadata.General.notes`` says so. {100} lies at 4.69 1/nm.
    """
    signal = _load("graphite_spots.tif")
    signal.metadata.General.title = "Graphite spots"
    return _calibrate(signal)


def platinum_cobalt_particle() -> Signal2D:
    """One nearly round Pt-Co nanoparticle on carbon, HAADF-STEM, 96 × 96 px, in pixels as the file has it.

    Grey values of a published picture, not counts. Nobody knows its pixel size; a form can be asked for all the same,
    and this one is none that the particle analysis has learnt: no cuboid, and no perfect sphere either.
    """
    signal = _load("platinum_cobalt_particle.png")
    signal.metadata.General.title = "Pt-Co particle"
    return signal


def gold_on_carbon() -> Signal2D:
    """Gold islands on carbon, secondary electrons (SEM), in focus, 384 × 384 px, in pixels as the file has it.

    The specimen that microscopes are focused and tested on: islands of all sizes with hard edges. Nobody knows the
    pixel size of this image. It carries noise of a twentieth of its range. No network of `emwidgets.refocusing` was
    taught or chosen by it.
    """
    signal = _load("gold_on_carbon.png")
    signal.metadata.General.title = "Gold on carbon"
    return signal


def brain_out_of_focus() -> Signal2D:
    """Stained brain tissue, block face in the SEM, out of focus and astigmatic, 384 × 384 px, in pixels.

    Really out of focus, not made so: `brain_in_focus` is the same field of view, recorded with the working distance
    5 µm longer. Nobody knows the point spread, nor the pixel size.

    References
    ----------
    .. [1] P. J. Schubert, R. Saxena, J. Kornfeld (2023), doi:10.48550/arXiv.2305.04977.
    """
    signal = _load("brain_out_of_focus.png")
    signal.metadata.General.title = "Brain tissue, out of focus"
    return signal


def brain_in_focus() -> Signal2D:
    """The field of view of `brain_out_of_focus`, nearly in focus, 384 × 384 px, in pixels.

    The field had moved by 9 px between the two; that is cut away, and a tenth of a pixel is left. This is another
    recording with noise, and brightness and contrast, of its own: the best reference there is, but not the truth.

    References
    ----------
    .. [1] P. J. Schubert, R. Saxena, J. Kornfeld (2023), doi:10.48550/arXiv.2305.04977.
    """
    signal = _load("brain_in_focus.png")
    signal.metadata.General.title = "Brain tissue, nearly in focus"
    return signal


def sources() -> DataFrame:
    """What each example shows, and where it comes from.

    Returns
    -------
    DataFrame
        One row a file: shows, material, pixel size with its unit and where that is from, repository, path and commit of
        the original, licence, changes, and sha256 of the file.
    """
    import pandas as pd

    with resources.as_file(_folder() / "SOURCES.csv") as path:
        return pd.read_csv(path, index_col="file")


def _folder():
    return resources.files(__name__)


def _load(file: str) -> Signal2D:
    import hyperspy.api as hs

    with resources.as_file(_folder() / file) as path:
        signal = hs.load(str(path))
    source = sources().loc[file]
    signal.metadata.set_item("General.notes", f"From {source.source} ({source.licence}).")
    signal.metadata.set_item("Sample.description", f"{source.material}, {source.shows}")
    return signal


def _calibrate(signal: Signal2D) -> Signal2D:
    """Give an image the pixel size of its row in `sources`, and say where that is from."""
    source = sources().loc[signal.metadata.General.original_filename]
    for name, axis in zip("xy", signal.axes_manager.signal_axes, strict=True):
        axis.name, axis.scale, axis.offset, axis.units = name, float(source.pixel_size), 0.0, source.unit
    signal.metadata.General.notes += f" Pixel size {source.pixel_size} {source.unit}: {source.pixel_size_from}."
    return signal
