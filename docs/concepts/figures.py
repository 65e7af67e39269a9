"""Makes the figures of the pages on concepts, each as an SVG in ``figures/``; `python docs/concepts/figures.py`.

They are drawn by the functions that the pages talk about, from shipped or simulated images.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from scipy.special import j1

FOLDER = Path(__file__).parent / "figures"
#: Seen on light and on dark pages alike.
STYLE = {
    "svg.hashsalt": "emwidgets",
    "svg.fonttype": "none",
    "font.size": 9,
    "savefig.transparent": False,
    "savefig.facecolor": "white",
}


def mixture() -> Figure:
    """Candidate peaks of a simulated image of two phases in two of the three features, by their probability."""
    from emwidgets import domains

    image, _ = domains.simulate((512, 512), phases={"gold": (0.2355,), "magnetite": (0.2967,)}, coverage=0.2, seed=4)
    peaks = domains.segment(image).peaks
    peaks = peaks[peaks["physical"]]
    figure = Figure(figsize=(5, 3.3), layout="constrained")
    axes = figure.subplots()
    drawn = axes.scatter(
        peaks["sharpness"],
        peaks["excess"],
        c=peaks["probability"],
        cmap="viridis",
        vmin=0,
        vmax=1,
        s=22,
        edgecolors="black",
        linewidths=0.4,
    )
    axes.set(xscale="log", yscale="log", xlabel="sharpness", ylabel="excess over the noise")
    figure.colorbar(drawn, label="probability to be crystalline")
    return figure


def handedness() -> Figure:
    """A particle, its mirror twin in the mirrored pose, and their difference: in one view, and tilted by 30°."""
    images = twins()
    figure = Figure(figsize=(5.4, 3.7), layout="constrained")
    rows = figure.subplots(2, 3)
    for line, (tilt, (own, twin)) in zip(rows, images.items(), strict=True):
        most = max(own.max(), twin.max())
        for axes, image, limits, title in zip(
            line,
            (own, twin, own - twin),
            ((0, most), (0, most), (-most, most)),
            ("particle", "mirror twin", "difference"),
            strict=True,
        ):
            axes.imshow(image, cmap="gray" if title != "difference" else "RdBu", vmin=limits[0], vmax=limits[1])
            axes.set(xticks=[], yticks=[])
            if tilt == 0:
                axes.set_title(title, fontsize=9)
        line[0].set_ylabel("one view" if tilt == 0 else f"tilted by {tilt}°")
    return figure


def twins(tilt: float = 30) -> dict[float, tuple[np.ndarray, np.ndarray]]:
    """Thickness of a chiral particle and of its twin that lies mirrored, in one view and tilted alike from there."""
    from scipy.spatial.transform import Rotation

    from emwidgets import particles
    from emwidgets.particles.projection import thickness

    edges, corners = (9, 12, 15), (0, 1, 4)
    pose = Rotation.from_euler("xyz", (35, 25, 10), degrees=True).as_matrix()
    mirror = np.diag([1.0, 1.0, -1.0])
    # mirrored in its own z, corner i is corner i with the third bit turned; mirror · pose · mirror is a rotation again
    lying = {corners: pose, tuple(corner ^ 4 for corner in corners): mirror @ pose @ mirror}
    x = (np.arange(96) - 47.5) * 0.25
    found = {}
    for angle in (0, tilt):
        turned = Rotation.from_euler("x", angle, degrees=True).as_matrix()
        found[angle] = tuple(
            thickness(particles.cuboid(*edges).deform(corners=list(cut), depth=0.4), turned @ matrix, x, x[:, None])
            for cut, matrix in lying.items()
        )
    return found


def refocusing() -> Figure:
    """What a Gaussian and a disc of one width pass of each frequency, and what is lost in noise."""
    k = np.linspace(1e-4, 0.5, 500)
    sigma, noise = 2.0, 0.02
    gauss = np.exp(-2 * np.pi**2 * sigma**2 * k**2)
    x = 2 * np.pi * 2 * sigma * k
    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = figure.subplots()
    axes.plot(k, gauss, label=f"Gaussian, σ = {sigma:g} px")
    axes.plot(k, 2 * j1(x) / x, label=f"disc, radius {2 * sigma:g} px", linestyle="--")
    axes.axhline(0, color="black", linewidth=0.6)
    axes.axhspan(-noise, noise, color="gray", alpha=0.35, label=f"noise of {noise:.0%}")
    axes.set(xlabel="spatial frequency / px$^{-1}$", ylabel="share that is passed", xlim=(0, 0.5))
    axes.legend(frameon=False)
    return figure


FIGURES = {"mixture": mixture, "handedness": handedness, "refocusing": refocusing}


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in FIGURES.items():
        with mpl.rc_context(STYLE):
            draw().savefig(FOLDER / f"{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
