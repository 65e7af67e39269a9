"""Kinds of instruments, each a recipe to draw one at random: what networks train on, and what they are tested with.

==================  ====================================================================================
``ccd``             camera of a transmission electron microscope, beam stop or strong direct beam
``film``            scanned negative: grain, scratches, dust, uneven development, often inverted
``hybrid``          counting pixel detector: few electrons, few pixels, seams, no blur (4D-STEM)
``ultrafast``       diffraction camera behind a beam block or a hole, broad spots, noisy
``microed``         off-centre, large saturated direct beam, small weak spots, few electrons
``figure``          what ends up in a paper, a notebook or on a screen: drawn over, rescaled, compressed
``filtered``        background taken away, black ground
``imaging_plate``   *validation only*: logarithmic scale, granular, scan lines
``phosphor``        *test only*: fibre-optic screen with a lens or taper, honeycomb, wide tails, vignetting
==================  ====================================================================================

All brightnesses are relative to the diffracted features and drawn alike for ring and for spot patterns, so that nothing
of the instrument gives the answer away.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from . import annotation, beam, detector, record, stops
from .chance import either, log_uniform, sometimes
from .instrument import Instrument, Optics

#: Families by split, and how often each is drawn; networks see instruments of the first split only.
FAMILIES = MappingProxyType(
    {
        "train": {
            "ccd": 0.24,
            "film": 0.12,
            "hybrid": 0.17,
            "ultrafast": 0.12,
            "microed": 0.1,
            "figure": 0.17,
            "filtered": 0.08,
        },
        "validation": {"imaging_plate": 1.0},
        "test": {"phosphor": 1.0},
    }
)


def random_family(rng: np.random.Generator, split: str = "train") -> str:
    """Name of a family of a split.

    Raises
    ------
    ValueError
        If there is no such split.
    """
    if split not in FAMILIES:
        raise ValueError(f"split is {split!r}: expected one of {', '.join(FAMILIES)}")
    return str(rng.choice(list(FAMILIES[split]), p=list(FAMILIES[split].values())))


def random_instrument(rng: np.random.Generator, family: str | None = None, split: str = "train") -> Instrument:
    """Draw an instrument.

    Parameters
    ----------
    rng : numpy Generator
    family : str, optional
        One of the families above; any of the split if left out.
    split : str
        "train", "validation" or "test".

    Returns
    -------
    Instrument

    Raises
    ------
    ValueError
        If there is no such family or split.
    """
    family = random_family(rng, split) if family is None else family
    if family not in _RECIPES:
        raise ValueError(f"family is {family!r}: expected one of {', '.join(_RECIPES)}")
    optics, effects = _RECIPES[family](rng)
    return Instrument(optics, tuple(effects), family)


def _ccd(rng):
    background = _background(rng)
    return _optics(rng), [
        *background,
        *_direct_beam(rng, stop=0.55),
        *_uneven(rng, 0.15),
        detector.PointSpread(rng.uniform(0.3, 1.6), either(rng, 0.5, rng.uniform(0.02, 0.2), 0.0), rng.uniform(4, 16)),
        detector.Electrons(_counts(rng, 15, 5e4, background)),
        *sometimes(rng, 0.6, detector.GainVariation(log_uniform(rng, 0.005, 0.06), either(rng, 0.2, 0.02, 0.0))),
        *sometimes(rng, 0.5, detector.ReadoutNoise(log_uniform(rng, 0.002, 0.08), log_uniform(rng, 0.002, 0.2))),
        detector.Saturation(log_uniform(rng, 1.0, 100), either(rng, 0.12, rng.uniform(0.1, 0.8), 0.0)),
        *sometimes(rng, 0.25, detector.HotPixels(log_uniform(rng, 1e-5, 1e-3), 1e-4, rng.uniform(0.5, 6))),
        *sometimes(rng, 0.07, _dead_lines(rng)),
        *_shown(rng),
    ]


def _film(rng):
    background = _background(rng)
    return _optics(rng), [
        *background,
        *_direct_beam(rng, stop=0.35),
        *_uneven(rng, 0.5),
        detector.PointSpread(rng.uniform(0.3, 1.2)),
        detector.Electrons(_counts(rng, 30, 3e4, background)),
        detector.FilmGrain(log_uniform(rng, 0.02, 0.35), rng.uniform(0.2, 1.4)),
        detector.Saturation(log_uniform(rng, 0.8, 8)),
        *sometimes(rng, 0.4, detector.Scratches(rng.integers(0, 5), rng.integers(0, 25), rng.uniform(0.5, 2))),
        *sometimes(rng, 0.3, stops.RoundAperture(rng.uniform(0.8, 1.35), tuple(rng.normal(scale=0.05, size=2)))),
        *_shown(rng, always=True, inverted=0.35),
    ]


def _hybrid(rng):
    background = _background(rng)
    return _optics(rng, disk=0.4), [
        *background,
        *_direct_beam(rng, stop=0.15),
        *sometimes(rng, 0.3, detector.PointSpread(rng.uniform(0.2, 0.7))),
        detector.Electrons(_counts(rng, 3, 5e3, background)),
        *sometimes(rng, 0.4, _panel_gaps(rng)),
        *sometimes(
            rng,
            0.3,
            detector.HotPixels(log_uniform(rng, 1e-5, 1e-3), log_uniform(rng, 1e-5, 1e-3), rng.uniform(0.5, 10)),
        ),
        *sometimes(rng, 0.2, _dead_lines(rng)),
        *sometimes(rng, 0.25, record.LowResolution(int(rng.integers(48, 160)), bool(rng.random() < 0.5))),
        *_shown(rng),
    ]


def _ultrafast(rng):
    background = _background(rng)
    block = stops.BeamStop(
        str(rng.choice(["bar", "bar", "wire", "disk", "disk", "paddle"])),
        rng.uniform(0.03, 0.13),
        rng.choice([0, 90, 180, 270]) + rng.normal(scale=3),
        tuple(rng.normal(scale=0.03, size=2)),
        either(rng, 0.3, rng.uniform(0.02, 0.15), 0.0),
        log_uniform(rng, 0.002, 0.03),
    )
    return _optics(rng, blur=(0.006, 0.03)), [
        *background,
        _strong_beam(rng),
        block,
        detector.PointSpread(rng.uniform(0.5, 1.8), rng.uniform(0, 0.15), rng.uniform(4, 16)),
        detector.Electrons(_counts(rng, 6, 3e3, background)),
        detector.ReadoutNoise(log_uniform(rng, 0.01, 0.2), log_uniform(rng, 0.02, 0.5)),
        detector.Saturation(log_uniform(rng, 1.0, 20), either(rng, 0.1, rng.uniform(0.1, 0.5), 0.0)),
        *sometimes(rng, 0.3, detector.HotPixels(log_uniform(rng, 1e-5, 1e-3), 1e-4, rng.uniform(0.5, 4))),
        *sometimes(rng, 0.25, stops.RoundAperture(rng.uniform(0.85, 1.3), tuple(rng.normal(scale=0.05, size=2)))),
        *_shown(rng),
    ]


def _microed(rng):
    background = _background(rng, diffuse=1.0)
    wide = beam.CentralBeam(
        log_uniform(rng, 30, 3000),
        log_uniform(rng, 0.04, 0.3),
        rng.uniform(0.01, 0.05),
        log_uniform(rng, 0.2, 3),
        rng.uniform(0.1, 0.4),
    )
    return _optics(rng, shift=0.2, blur=(0.003, 0.009)), [
        *background,
        wide,
        *sometimes(rng, 0.25, _stop(rng)),
        *sometimes(rng, 0.2, _shadow(rng)),
        *sometimes(rng, 0.5, detector.PointSpread(rng.uniform(0.3, 1.0))),
        detector.Electrons(_counts(rng, 6, 1e3, background)),
        detector.Saturation(log_uniform(rng, 1.0, 10)),
        *sometimes(rng, 0.3, _panel_gaps(rng)),
        *sometimes(rng, 0.3, detector.HotPixels(log_uniform(rng, 1e-5, 5e-4), 1e-4, rng.uniform(0.5, 3))),
        *_shown(rng),
    ]


def _figure(rng):
    optics, effects = (_ccd, _film, _hybrid, _ultrafast)[rng.integers(4)](rng)
    marks = [
        *sometimes(rng, 0.4, annotation.ScaleBar(rng.uniform(0.12, 0.35), *(rng.random(4) < (0.3, 0.2, 0.3, 0.2)))),
        *sometimes(rng, 0.3, _caption(rng)),
        *sometimes(rng, 0.2, annotation.IndexLabels(int(rng.integers(1, 6)), rng.random() < 0.4, rng.random() < 0.2)),
        *sometimes(rng, 0.12, _ring_markers(rng)),
        *sometimes(rng, 0.08, annotation.Crosses(int(rng.choice([0, 0, 6, 20])), rng.uniform(0.02, 0.06))),
        *sometimes(rng, 0.12, annotation.Margin(*rng.uniform(0.01, 0.12, 4), rng.random() < 0.3)),
    ]
    after = [
        *sometimes(rng, 0.3, record.LowResolution(int(rng.integers(64, 256)), rng.random() < 0.7)),
        *sometimes(rng, 0.25, record.EightBit(int(rng.integers(6, 48)))),
        *sometimes(rng, 0.5, record.Jpeg(int(rng.integers(15, 95)))),
    ]
    return optics, [*effects, *_shown(rng, always=True, crop=0.0), *marks, *after]


def _filtered(rng):
    optics, effects = (_ccd, _hybrid, _ultrafast)[rng.integers(3)](rng)
    removed = record.BackgroundRemoved(rng.uniform(0.04, 0.25), rng.uniform(0.8, 1.3))
    return optics, [*effects, removed, *_shown(rng, always=True, inverted=0.03)]


def _imaging_plate(rng):
    background = _background(rng)
    lines = detector.GainVariation(log_uniform(rng, 0.01, 0.08), rng.uniform(0.01, 0.06))
    return _optics(rng), [
        *background,
        *_direct_beam(rng, stop=0.4),
        *_uneven(rng, 0.4),
        detector.PointSpread(rng.uniform(0.5, 1.5), rng.uniform(0.02, 0.1), rng.uniform(3, 10)),
        detector.Electrons(_counts(rng, 10, 1e4, background)),
        detector.FilmGrain(log_uniform(rng, 0.05, 0.3), rng.uniform(0.3, 0.9)),
        lines,
        *sometimes(rng, 0.5, stops.EdgeShadow(rng.choice([0, 90, 180, 270]), rng.uniform(0.75, 0.95), 0.01, 0.1)),
        record.Display(rng.uniform(0, 2), rng.uniform(99, 100), 1.0, log_uniform(rng, 10, 3000)),
        *sometimes(rng, 0.5, record.Inverted()),
        record.EightBit(int(rng.choice([256, 64, 32]))),
    ]


def _phosphor(rng):
    background = _background(rng)
    fibres = detector.GainVariation(
        log_uniform(rng, 0.01, 0.05), either(rng, 0.3, 0.02, 0.0), rng.uniform(0.03, 0.2), rng.uniform(3, 9)
    )
    return _optics(rng, blur=(0.005, 0.02)), [
        *background,
        *_direct_beam(rng, stop=0.4),
        stops.Illumination(rng.uniform(0, 0.3), rng.uniform(0, 360), rng.uniform(0.2, 0.8)),
        detector.PointSpread(rng.uniform(0.8, 1.8), rng.uniform(0.1, 0.4), rng.uniform(5, 25)),
        fibres,
        detector.Electrons(_counts(rng, 10, 1e4, background)),
        detector.ReadoutNoise(log_uniform(rng, 0.005, 0.08), log_uniform(rng, 0.01, 0.2)),
        detector.Saturation(log_uniform(rng, 1.0, 10)),
        *sometimes(rng, 0.5, stops.RoundAperture(rng.uniform(0.85, 1.1), tuple(rng.normal(scale=0.08, size=2)), 0.02)),
        *sometimes(rng, 0.5, record.Jpeg(int(rng.integers(30, 90)))),
        record.Display(rng.uniform(0, 2), rng.uniform(98.5, 100), rng.uniform(0.4, 1.2)),
        record.EightBit(),
    ]


_RECIPES = {
    "ccd": _ccd,
    "film": _film,
    "hybrid": _hybrid,
    "ultrafast": _ultrafast,
    "microed": _microed,
    "figure": _figure,
    "filtered": _filtered,
    "imaging_plate": _imaging_plate,
    "phosphor": _phosphor,
}


def _optics(rng, shift: float = 0.06, blur=(0.004, 0.014), disk: float = 0.15) -> Optics:
    return Optics(
        tuple(np.clip(rng.normal(scale=either(rng, 0.2, 3, 1) * shift, size=2), -0.6, 0.6)),
        1 + either(rng, 0.5, rng.uniform(0, 0.06), 0.0),
        rng.uniform(0, 180),
        log_uniform(rng, *blur),
        either(rng, disk, log_uniform(rng, 0.008, 0.06), 0.0),
    )


def _background(rng, diffuse: float = 0.85) -> list:
    """Diffuse light, amorphous film, Kikuchi lines: in this order, some of them."""
    even = either(rng, 0.5, log_uniform(rng, 1e-3, 0.3), 0.0)
    return [
        *sometimes(
            rng,
            diffuse,
            beam.DiffuseBackground(log_uniform(rng, 0.004, 3), rng.uniform(0.12, 1.2), rng.uniform(0.6, 2), even),
        ),
        *sometimes(
            rng,
            0.35,
            beam.AmorphousFilm(
                log_uniform(rng, 0.02, 0.6), rng.uniform(2.2, 5.2), rng.uniform(0.1, 0.22), rng.uniform(0, 0.6)
            ),
        ),
        *sometimes(
            rng,
            0.3,
            beam.KikuchiPattern(log_uniform(rng, 0.05, 0.6), rng.uniform(0.004, 0.02), log_uniform(rng, 0.02, 0.5)),
        ),
    ]


def _direct_beam(rng, stop: float) -> list:
    """A strong direct beam, behind a stop or not; a weak one; or none."""
    if rng.random() < stop:
        return [_strong_beam(rng), _stop(rng)]
    kind = rng.choice(["strong", "weak", "none"], p=[0.7, 0.22, 0.08])
    if kind == "none":
        return []
    if kind == "strong":
        return [_strong_beam(rng)]
    return [beam.CentralBeam(log_uniform(rng, 0.5, 20), rng.uniform(0.0, 0.03), rng.uniform(0.005, 0.02), 0.05, 0.05)]


def _strong_beam(rng) -> beam.CentralBeam:
    return beam.CentralBeam(
        log_uniform(rng, 10, 5000),
        log_uniform(rng, 0.008, 0.1),
        log_uniform(rng, 0.003, 0.03),
        log_uniform(rng, 0.05, 6),
        log_uniform(rng, 0.03, 0.25),
    )


def _stop(rng) -> stops.BeamStop:
    return stops.BeamStop(
        str(rng.choice(stops.STOPS)),
        log_uniform(rng, 0.03, 0.16),
        rng.uniform(0, 360),
        tuple(rng.normal(scale=0.03, size=2)),
        either(rng, 0.25, rng.uniform(0.01, 0.2), 0.0),
        log_uniform(rng, 0.002, 0.05),
    )


def _shadow(rng) -> stops.EdgeShadow:
    return stops.EdgeShadow(
        rng.uniform(0, 360), rng.uniform(0.4, 0.95), log_uniform(rng, 0.01, 0.3), rng.uniform(0.1, 0.7)
    )


def _uneven(rng, probability: float) -> list:
    return [
        *sometimes(
            rng,
            probability,
            stops.Illumination(rng.uniform(0, 0.4), rng.uniform(0, 360), rng.uniform(0, 0.6)),
        ),
        *sometimes(rng, 0.05, _shadow(rng)),
        *sometimes(
            rng,
            0.12,
            stops.RoundAperture(
                rng.uniform(0.75, 1.3), tuple(rng.normal(scale=0.06, size=2)), log_uniform(rng, 0.002, 0.05), 0.0
            ),
        ),
    ]


def _counts(rng, low: float, high: float, background: list) -> float:
    """Electrons a pixel in the brightest features, enough for them to rise over the noise of the background."""
    over = sum(0.5 * getattr(effect, "level", 0.0) + 2 * getattr(effect, "floor", 0.0) for effect in background)
    return max(log_uniform(rng, low, high), 6 * (1 + over))


def _panel_gaps(rng) -> detector.PanelGaps:
    panels = [(2, 2), (2, 2), (1, 2), (2, 4), (4, 2)][rng.integers(5)]
    return detector.PanelGaps(panels, int(rng.integers(1, 4)), either(rng, 0.7, 0.0, rng.uniform(1.5, 3)))


def _dead_lines(rng) -> detector.DeadLines:
    return detector.DeadLines(
        int(rng.integers(0, 3)), int(rng.integers(0, 3)), either(rng, 0.7, 0.0, rng.uniform(0.5, 2)), rng.random() < 0.4
    )


def _caption(rng) -> annotation.Caption:
    text = str(rng.choice(["[001]", "[110]", "[111]", "[2-10]", "(a)", "SAED", "200 kV", "TEM", "0.5 s", "x 120"]))
    return annotation.Caption(text, rng.choice([0.03, 0.9]), rng.choice([0.03, 0.6]), rng.random() < 0.2)


def _ring_markers(rng) -> annotation.RingMarkers:
    radii = tuple(rng.uniform(0.05, 0.95, rng.integers(1, 4)))
    return annotation.RingMarkers(
        radii, int(either(rng, 0.5, rng.integers(8, 40), 0)), either(rng, 0.7, 360, rng.uniform(30, 180))
    )


def _shown(rng, always: bool = False, inverted: float = 0.04, crop: float = 0.15) -> list:
    """From counts to a picture file; or left as counts."""
    cut = sometimes(rng, crop, record.Crop(rng.uniform(0.6, 0.95), rng.random(), rng.random()))
    if not always and rng.random() < 0.25:
        return cut
    scale = rng.choice(["linear", "gamma", "logarithm"], p=[0.4, 0.3, 0.3])
    return [
        *cut,
        record.Display(
            rng.uniform(0, 5),
            100 - log_uniform(rng, 0.02, 4),
            either(rng, scale == "gamma", rng.uniform(0.25, 1.3), 1.0),
            either(rng, scale == "logarithm", log_uniform(rng, 5, 5000), 0.0),
        ),
        *sometimes(rng, inverted, record.Inverted()),
        record.EightBit(int(either(rng, 0.08, rng.integers(8, 64), 256))),
    ]
