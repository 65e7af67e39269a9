"""Small pictures of the example images, for docs/examples.md: ``.venv/bin/python docs/pictures/thumbnails.py``."""

from pathlib import Path

import numpy as np
from PIL import Image

from emwidgets import examples

HERE = Path(__file__).parent / "examples"
SIDE = 180  # px


def thumbnail(signal) -> Image.Image:
    """An image from its 0.5th to its 99.5th percentile; of a diffraction pattern the logarithm."""
    data = signal.data.astype(float)
    if signal.axes_manager.signal_axes[0].units == "1/nm":
        data = np.log1p(data - data.min())
    low, high = np.percentile(data, (0.5, 99.5))
    grey = Image.fromarray((255 * np.clip((data - low) / (high - low), 0, 1)).astype(np.uint8))
    grey.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return grey


def main():
    """One picture a loader."""
    HERE.mkdir(exist_ok=True)
    for name in examples.__all__:
        if name != "sources":
            thumbnail(getattr(examples, name)()).save(HERE / f"{name}.webp", quality=70, method=6)


if __name__ == "__main__":
    main()
