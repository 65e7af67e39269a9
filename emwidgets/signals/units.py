"""What the unit text of an axis means in nm or 1/nm.

Files spell one unit in many ways, and a general unit library reads some of them wrongly here: to pint, ``A`` is
an ampere and ``px`` is 1/96 inch, so that ``convert_to_units`` silently makes 13 229 nm of 0.05 px.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

# nanometres in one of each; keys are as `_plain` leaves them (µ is the Greek letter, Å one character)
_SYMBOLS = {"pm": 1e-3, "Å": 0.1, "A": 0.1, "nm": 1.0, "μm": 1e3, "um": 1e3, "mm": 1e6, "cm": 1e7, "m": 1e9}
_WORDS = {
    "picomet": 1e-3,
    "angstrom": 0.1,
    "ångstrom": 0.1,
    "ångström": 0.1,
    "nanomet": 1.0,
    "micromet": 1e3,
    "micron": 1e3,
    "millimet": 1e6,
    "centimet": 1e7,
    "met": 1e9,
}
_NOTHING = {"", "<undefined>", "undefined", "none", "unknown", "dimensionless", "unitless", "a.u."}
_PIXEL = {"px", "pix", "pixel", "pixels"}


class Unit(NamedTuple):
    """Meaning of a unit text.

    `kind` is "length", "reciprocal", None (nothing said) or "other" (something that is no length, as eV);
    `factor` is the size of one unit in nm or 1/nm, None where the unit is pixels or nothing.
    """

    kind: str | None
    factor: float | None


def parse(unit) -> Unit:
    """Meaning of the unit of an axis.

    Parameters
    ----------
    unit : str, None or traits' Undefined
        As found in ``axis.units``: ``"nm"``, ``"1 / nm"``, ``"nm^-1"``, ``"1/Å"``, ``"A"`` (angstrom), ``"px"``, ...
        pyxem's prefixes are read, too: ``"k_nm^-1"`` is 1/d, ``"q_nm^-1"`` is 2π/d and is divided by 2π.

    Examples
    --------
    >>> parse("1/Å")
    Unit(kind='reciprocal', factor=10.0)
    >>> parse("px")
    Unit(kind=None, factor=None)
    """
    text = _plain(unit)
    prefix = re.match(r"[kq]_(?=.)", text)
    inner = _reciprocal_of(text[2:] if prefix else text)
    if inner is None:
        return _length(text)
    base = _length(inner)
    if base.kind == "other":
        return base
    if base.factor is None:
        return Unit("reciprocal", None)
    per_cycle = 2 * math.pi if prefix and text[0] == "q" else 1.0
    return Unit("reciprocal", 1 / (base.factor * per_cycle))


def _plain(unit) -> str:
    """One spelling of every character: composed letters, Greek mu, ASCII minus, no LaTeX, no blanks."""
    text = unicodedata.normalize("NFKC", "" if unit is None else str(unit))
    for written, meant in (("\\AA", "Å"), ("\\mu", "μ"), ("\\mathrm", ""), ("\u2212", "-"), ("**", "^")):
        text = text.replace(written, meant)
    return re.sub(r"[\s${}()]", "", text)


def _reciprocal_of(text: str) -> str | None:
    """The unit of which `text` is the inverse, None when it is not an inverse."""
    found = re.fullmatch(r"1?/(?P<slash>[^/^]+)|(?P<power>[^/^]+?)\^?-1", text)
    return found and (found["slash"] or found["power"])


def _length(text: str) -> Unit:
    if text.lower() in _NOTHING | _PIXEL:
        return Unit(None, None)
    symbol = text.lower() if text.isupper() and len(text) > 1 else text  # some SEM files shout: NM, UM
    if symbol in _SYMBOLS:
        return Unit("length", _SYMBOLS[symbol])
    word = re.sub(r"(?<=met)(er|re)s?$|s$", "", text.lower())
    return Unit("length", _WORDS[word]) if word in _WORDS else Unit("other", None)
