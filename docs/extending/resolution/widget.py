"""`measure` with sliders: how fine the detail is, frame by frame."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from traitlets import Dict, Float, Int

from emwidgets import signals
from emwidgets.frontend.widget import STATIC, AnalysisWidget, control

from .measure import THRESHOLD, Resolution, of_frames

_OWN = Path(__file__).parent / "static"


class ResolutionMeter(AnalysisWidget):
    """How fine the detail of a series of frames is, and how many frames it is worth summing.

    Parameters
    ----------
    signal : Signal2D
        Frames of one place, aligned.
    **controls
        Keyword arguments of `measure`, with the same names and defaults.
    """

    front_end = "resolution"
    _esm = (_OWN / "resolution.js").read_text(encoding="utf-8")  # in emwidgets: _esm, _css = bundle(front_end)
    _css = (STATIC / "emwidgets.css").read_text(encoding="utf-8")
    call = "resolution.measure"

    frames = control(
        Int(None, allow_none=True, help="How many frames of the series, from the first; an even number"),
        label="Frames",
        stage=0,
        min=2,
        step=2,
    )
    threshold = control(
        Float(THRESHOLD, help="Correlation from which detail counts; 1/7 where the sum is half true"),
        label="Threshold",
        stage=1,
        min=0.05,
        max=0.95,
        step=0.01,
    )
    curve = Dict(help="frequency, correlation and chance of each ring, with the unit").tag(sync=True)
    totals = Dict(help="limit and finest period, and a sentence").tag(sync=True)

    def __init__(self, signal, **controls):
        self._signal = signal
        self._frames = signals.calibrated_frames(signal)
        self._digest = signals.pixel_digest(signal)
        super().__init__(provenance={"title": self._frames.title}, **controls)

    def analyse(self, parameters, checkpoint):
        """Compare the halves."""
        checkpoint("comparing", 0.0)
        return of_frames(self._frames, self._signal, **parameters, digest=self._digest)

    def present(self, result: Resolution):
        """The curve, and the two numbers; what is no number goes as None, which JSON knows."""
        table = result.to_dataframe()
        numbers = {name: getattr(result, name) for name in ("limit", "finest")}
        return {
            "curve": {name: table[name].round(6).tolist() for name in table} | {"unit": f"1/{result.where.unit}"},
            "totals": {name: value if value == value else None for name, value in numbers.items()}
            | {"unit": result.where.unit, "says": str(result)},
        }

    def in_force(self, result):
        """Number of frames where none was chosen."""
        return {"frames": result.frames}

    def describe(self, result):
        """As many frames as there are."""
        return {"frames": {"max": len(self._frames) - len(self._frames) % 2}}

    def admit(self, parameters):
        """An odd number has no halves, and there are not more frames than there are."""
        frames = parameters["frames"]
        if frames is not None and not (2 <= frames <= len(self._frames) and frames % 2 == 0):
            raise ValueError(f"frames is {frames}: expected an even number from 2 to {len(self._frames)}")

    def made(self, result):
        """Provenance of the public result."""
        return result.provenance.to_dict()

    def origin(self):
        """Title and digest of the series."""
        return {"title": self._frames.title, "digest": self._digest}

    def picture(self, result):
        """The curve, for `save_png`."""
        from matplotlib.figure import Figure

        table, file = result.to_dataframe(), io.BytesIO()
        figure = Figure(figsize=(6, 4), layout="constrained")
        axes = figure.subplots()
        axes.plot(table["frequency"], table["correlation"])
        axes.axhline(result.threshold, linestyle="--", color="gray")
        axes.set(xlabel=f"frequency / {result.where.unit}$^{{-1}}$", ylabel="correlation", title=str(result))
        figure.savefig(file, dpi=150)
        return Image.open(file).convert("RGB")
