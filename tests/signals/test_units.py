"""What files write for a unit, and what it means."""

import math

import pytest
from traits.api import Undefined

from emwidgets.signals.units import parse


@pytest.mark.parametrize(
    ("text", "nanometres"),
    [
        ("nm", 1),
        ("A", 0.1),  # an ampere to pint
        ("\u00c5", 0.1),  # Å, one letter
        ("\u212b", 0.1),  # Å, the angstrom sign
        ("A\u030a", 0.1),  # Å, letter and ring
        ("Angstrom", 0.1),
        ("angstroms", 0.1),
        ("Ångström", 0.1),
        ("\u00b5m", 1e3),  # µ, the micro sign
        ("\u03bcm", 1e3),  # μ, the Greek letter
        ("um", 1e3),
        (r"$\mu$m", 1e3),
        ("micron", 1e3),
        ("microns", 1e3),
        ("micrometer", 1e3),
        ("pm", 1e-3),
        ("mm", 1e6),
        ("cm", 1e7),
        ("m", 1e9),
        ("metre", 1e9),
        ("meters", 1e9),
        ("nanometer", 1),
        ("Nanometres", 1),
        ("NM", 1),
        (" nm ", 1),
    ],
)
def test_a_length_is_read_in_every_spelling(text, nanometres):
    unit = parse(text)
    assert unit.kind == "length"
    assert unit.factor == pytest.approx(nanometres)


@pytest.mark.parametrize(
    ("text", "per_nanometre"),
    [
        ("1 / nm", 1),
        ("1/nm", 1),
        ("/nm", 1),
        ("nm^-1", 1),
        ("nm-1", 1),
        ("nm**-1", 1),
        ("nm^(-1)", 1),
        ("nm⁻¹", 1),
        ("$nm^{-1}$", 1),
        ("1 / nanometer", 1),
        ("1/Å", 10),
        ("1/\u212b", 10),
        ("A^-1", 10),
        ("1/A", 10),
        ("Å⁻¹", 10),
        ("$A^{-1}$", 10),
        (r"$\AA^{-1}$", 10),
        ("Angstrom^-1", 10),
        ("1/m", 1e-9),
        ("m^-1", 1e-9),
        ("1/µm", 1e-3),
        ("1/pm", 1e3),
        ("k_nm^-1", 1),
        ("k_A^-1", 10),
        ("q_nm^-1", 1 / (2 * math.pi)),
        ("q_A^-1", 10 / (2 * math.pi)),
    ],
)
def test_a_reciprocal_length_is_read_in_every_spelling(text, per_nanometre):
    unit = parse(text)
    assert unit.kind == "reciprocal"
    assert unit.factor == pytest.approx(per_nanometre)


@pytest.mark.parametrize(
    "text", [None, "", " ", Undefined, "<undefined>", "px", "PX", "pixel", "Pixels", "dimensionless"]
)
def test_no_unit_and_pixels_are_uncalibrated(text):
    assert parse(text) == (None, None)


def test_one_over_pixels_is_reciprocal_and_uncalibrated():
    assert parse("1/px") == ("reciprocal", None)
    assert parse("px^-1") == ("reciprocal", None)


@pytest.mark.parametrize(
    "text", ["eV", "s", "mrad", "2th_deg", "nm^2", "1/nm^2", "1/eV", "Mm", "M", "a", "nm/s", "1/1/nm", "<b>nm</b>"]
)
def test_what_is_no_length_is_not_taken_for_one(text):
    assert parse(text).kind == "other"


def test_pint_would_have_read_some_of_these_wrongly():
    # the reason why this module exists; should pint ever change, so may the module
    import pint

    registry = pint.UnitRegistry()
    assert registry("px").to("nm").magnitude == pytest.approx(25.4e6 / 96)
    assert registry("A").dimensionality == registry("ampere").dimensionality
