"""How a result was made is kept with it, and says whether an input is the same."""

import json
from dataclasses import FrozenInstanceError, dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import dask.array as da
import hyperspy.api as hs
import numpy as np
import pytest

from emwidgets.signals import calibration, origin, pixel_digest, provenance


def test_everything_that_matters_is_written_down_and_goes_into_json(image):
    @dataclass(frozen=True)
    class Aperture:
        radius: float

    parameters = {
        "threshold": np.float32(0.5),
        "d_range": (0.1, 0.4),
        "centre": np.array([1.0, 2.0]),
        "spread": float("nan"),
        "aperture": Aperture(0.2),
        "reference": image,
        "path": Path("twin.dm3"),
        "method": np.median,
        "seed": np.int64(3),
        "eps": None,
        "log": True,
    }
    made = provenance(image, calibration, parameters, models={"densenet": "ab12"}).to_dict()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["function"] == "emwidgets.signals.axes.calibration"
    assert made["title"] == "fringes"
    assert made["digest"] == pixel_digest(image)
    assert made["parameters"] == {
        "threshold": 0.5,
        "d_range": [0.1, 0.4],
        "centre": [1.0, 2.0],
        "spread": "nan",
        "aperture": {"radius": 0.2},
        "reference": "Signal2D 'fringes'",
        "path": "twin.dm3",
        "method": "median",
        "seed": 3,
        "eps": None,
        "log": True,
    }
    assert made["models"] == {"densenet": "ab12"}
    assert made["versions"]["hyperspy"] == version("hyperspy")
    made_at = datetime.fromisoformat(made["date"])
    assert abs(datetime.now(made_at.tzinfo) - made_at) < timedelta(minutes=1)


def test_a_provenance_cannot_be_changed_afterwards(image):
    with pytest.raises(FrozenInstanceError):
        provenance(image, "segment").digest = "0"


def test_a_lazy_result_need_not_read_all_pixels(stack):
    def explode(block):
        raise AssertionError("a pixel was read")

    stack.data = da.from_array(stack.data).map_blocks(explode, dtype="f4", meta=np.empty((0,) * 4, "f4"))
    assert provenance(stack.as_lazy(), "segment", digest=False).digest is None


def test_equal_pixels_have_equal_digests_in_memory_lazy_and_in_either_byte_order(stack):
    digest = pixel_digest(stack)
    assert len(digest) == 64
    assert pixel_digest(stack.as_lazy()) == digest
    for chunks in [(1, 1, 24, 32), (2, 3, 5, 7)]:
        assert pixel_digest(hs.signals.Signal2D(da.from_array(stack.data, chunks=chunks)).as_lazy()) == digest
    assert pixel_digest(hs.signals.Signal2D(stack.data.astype(">f4"))) == digest
    assert pixel_digest(hs.signals.Signal2D(np.asfortranarray(stack.data))) == digest


def test_the_digest_does_not_depend_on_the_size_of_the_pieces(stack, monkeypatch):
    digest = pixel_digest(stack)
    for piece in (1, 24 * 32 * 4 * 2):
        monkeypatch.setattr(origin, "_PIECE", piece)
        assert pixel_digest(stack) == digest


def test_a_lazy_signal_is_never_read_as_a_whole(stack, monkeypatch):
    monkeypatch.setattr(origin, "_PIECE", 24 * 32 * 4)  # one frame
    sizes = []
    real_compute = da.Array.compute

    def noting(array, **options):
        sizes.append(array.nbytes)
        return real_compute(array, **options)

    monkeypatch.setattr(da.Array, "compute", noting)
    pixel_digest(stack.as_lazy())
    assert len(sizes) == 6
    assert max(sizes) == 24 * 32 * 4


def test_other_pixels_shapes_types_and_masks_have_other_digests(fringes):
    changed = fringes.copy()
    changed[3, 3] += 1
    mask = np.zeros(fringes.shape, bool)
    mask[0, 0] = True
    other_mask = mask[::-1]
    inputs = [
        fringes,
        changed,
        fringes.astype("f8"),
        fringes.reshape(32, 24),
        np.ma.array(fringes, mask=mask),
        np.ma.array(fringes, mask=other_mask),
    ]
    digests = [pixel_digest(hs.signals.Signal2D(pixels)) for pixels in inputs]
    assert len(set(digests)) == len(inputs)


def test_what_lies_under_a_mask_is_nobodys(fringes):
    mask = fringes > 105
    one, other = (np.ma.array(np.where(mask, fill, fringes), mask=mask) for fill in (0.0, 9.0))
    assert pixel_digest(hs.signals.Signal2D(one)) == pixel_digest(hs.signals.Signal2D(other))


def test_colour_images_have_digests_too():
    colours = np.zeros((2, 20, 20), np.dtype({"names": ["R", "G", "B"], "formats": ["u1"] * 3}))
    first = pixel_digest(hs.signals.Signal2D(colours))
    masked = np.ma.array(colours)
    masked[1, 2, 3] = np.ma.masked
    assert pixel_digest(hs.signals.Signal2D(masked)) != first
    colours["B"][1, 2, 3] = 1
    assert pixel_digest(hs.signals.Signal2D(colours)) != first
