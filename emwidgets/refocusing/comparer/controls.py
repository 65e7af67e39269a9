"""The controls of the comparer as traits: how an image is refocused, which, and how it is blurred first."""

from __future__ import annotations

import math
from typing import Any

import traitlets
from traitlets import Bool, Enum, Float, Int, List

from emwidgets.frontend.widget import control

from ..restore import NETWORKS, STRONGEST, TURNS
from .blur import SHAPES, WHERE

#: Widest blur, px, and strongest noise, of the range of the image.
WIDEST, NOISIEST = 8.0, 0.1


class Controls(traitlets.HasTraits):
    """Traits of the `RefocusComparer`; those of `refocus` have its names and defaults."""

    network = control(
        Enum(NETWORKS, NETWORKS[0], help="Which network restores the image"),
        label="Network",
        stage=1,
    )
    strength = control(
        Float(1.0, min=0, max=STRONGEST, help="How much of the change is made: 0 none, 1 all, more than 1 too much"),
        label="Strength",
        stage=2,
        min=0,
        max=STRONGEST,
        step=0.05,
    )
    turns = control(
        Enum(TURNS, 2, help="How many flips and quarter turns are averaged: 1 is fastest, and knows no uncertainty"),
        label="Averaged orientations",
        stage=1,
    )
    frame = control(Int(0, min=0, help="Image of the stack"), label="Image", stage=0)
    region = control(
        List(Float(), help="Where alone it is refocused: x from, x to, y from, y to; empty for everywhere"),
        label="Region",
        stage=1,
    )
    blur = control(Bool(False, help="Blur the image first, so that the truth is known"), label="Blur it first", stage=0)
    blur_sigma = control(
        Float(2.5, min=0, max=WIDEST, help="Standard deviation of the point spread, largest where it differs"),
        label="Blur width",
        stage=0,
        unit="px",
        min=0,
        max=WIDEST,
        step=0.1,
    )
    blur_shape = control(Enum(SHAPES, SHAPES[0], help="How a point is imaged"), label="Point spread", stage=0)
    blur_where = control(Enum(WHERE, WHERE[0], help="Where it is out of focus"), label="Blurred part", stage=0)
    blur_noise = control(
        Float(0.01, min=0, max=NOISIEST, help="Noise after the blur: its standard deviation, of the image's range"),
        label="Noise",
        stage=0,
        min=0,
        max=NOISIEST,
        step=0.005,
    )
    blur_seed = control(
        Int(0, min=0, max=2**32 - 1, help="The same seed gives the same noise and the same parts"),
        label="Chance",
        stage=0,
    )

    @traitlets.validate("strength", "blur_sigma", "blur_noise")
    def _finite(self, proposal):
        if not math.isfinite(proposal["value"]):
            raise traitlets.TraitError(f"{proposal['trait'].name} is {proposal['value']}: expected a finite number")
        return proposal["value"]

    @traitlets.validate("turns")
    def _whole(self, proposal):
        if isinstance(proposal["value"], bool):  # True is 1 to Python
            raise traitlets.TraitError(f"turns is {proposal['value']}: expected one of {', '.join(map(str, TURNS))}")
        return int(proposal["value"])  # 4.0 is 4 to an Enum

    @traitlets.validate("region")
    def _inside(self, proposal):
        value = proposal["value"]
        if value:
            finite = len(value) == 4 and all(map(math.isfinite, value))
            if not (finite and value[0] < value[1] and value[2] < value[3]):
                raise traitlets.TraitError(
                    f"region is {value}: expected x from, x to, y from, y to in the unit of the image's axes, or "
                    "nothing for all of it"
                )
            try:
                self.check_region(value)
            except ValueError as error:
                raise traitlets.TraitError(str(error)) from error
        return [float(each) for each in value]

    def check_region(self, region: list[float]) -> None:
        """Raise a ValueError unless the region is in the image."""


def plain_controls(given: dict[str, Any]) -> dict[str, Any]:
    """Values for the traits from what a user has: NumPy's numbers and arrays, tuples, a HyperSpy ROI."""
    plain = {
        name: list(value) if isinstance(value, tuple) else value.tolist() if hasattr(value, "tolist") else value
        for name, value in given.items()
    }
    if hasattr(plain.get("region"), "left"):
        roi = plain["region"]
        plain["region"] = [roi.left, roi.right, roi.top, roi.bottom]
    if plain.get("region", ...) is None:
        plain["region"] = []
    return plain
