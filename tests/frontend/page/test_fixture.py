"""What Python packs, for the reader in the browser: the same file is read by fixture.test.ts.

After a change of the format, write it anew with ``python tests/frontend/page/test_fixture.py``.
"""

import base64
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from emwidgets.frontend.codecs import CODECS
from emwidgets.frontend.packing import Packer, Unpacker
from emwidgets.frontend.wire import array_payload

FIXTURE = Path(__file__).parent / "fixture.json"


def spectrum(rows, columns):
    """Whole numbers that are symmetric about the middle, with rings."""
    row, column = np.meshgrid(np.arange(rows) - rows // 2, np.arange(columns) - columns // 2, indexing="ij")
    opposite = np.where(row == -(rows / 2), 0, row), np.where(column == -(columns / 2), 0, column)
    rings = 30000 + 20000 * np.cos(np.hypot(*opposite)) / (1 + np.hypot(row, column))
    mates = rings[(-row + rows // 2) % rows, (-column + columns // 2) % columns]
    return np.maximum(rings, mates).round().astype(np.uint16)


def runs():
    """Rows of start, length and label, as of the masks of three domains."""
    row = np.arange(120)
    start = 64 * row + 20 + np.round(8 * np.sin(row / 6))
    return np.stack([start, 12 + row % 5, 1 + row // 40], axis=1).astype(np.uint32)


def traits():
    """Values of every kind that a trait can have."""
    table = {"columns": [{"name": "d_spacing", "unit": "nm", "help": "Lattice spacing"}] * 3, "rows": 2}
    smooth = np.add.outer(np.arange(24), 3 * np.arange(30))
    return {
        "image": array_payload((smooth % 256).astype(np.uint8)) | {"quantity": "intensity", "log": False},
        "spectrum": array_payload(spectrum(24, 30)),
        "odd": array_payload(spectrum(17, 21)),
        "runs": array_payload(runs()),
        "none": array_payload(np.zeros((0, 3), np.uint32)),
        "heights": array_payload(np.linspace(-1, 1, 50, dtype=np.float32)),
        "steps": array_payload(np.cumsum(np.arange(-40, 40) * 10**6, dtype=np.int32)),
        "bytes": bytes(range(0, 250, 10)),
        "peaks": table,
        "again": {"table": table},
        "odd keys": {"$": 1, "$b": [{"$d": 2}], "__proto__": 3, "": None},
        "title": "Twin boundary · 孪晶 \u202e </script><!-- \U0001f52c " + "long " * 20,
        "numbers": [0, -0.5, 1e-12, 2**53, True, None],
        "missing": float("nan"),
    }


def packed():
    packer = Packer()
    node = packer.pack(traits())
    stored = [base64.b64encode(each).decode() for each in packer.stored]
    return {"pool": packer.pool, "buffers": packer.buffers, "stored": stored, "node": node}


def expected(value):
    """The values once more, plain, with buffers in base64."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return [[key, expected(each)] for key, each in value.items()]
    if isinstance(value, list):
        return [expected(each) for each in value]
    return None if value != value else value


def test_python_packs_as_when_the_fixture_was_written():
    written, now = json.loads(FIXTURE.read_text(encoding="utf-8")), json.loads(json.dumps(packed()))
    for name in ("pool", "buffers", "node"):
        assert now[name] == written[name]
    assert list(map(_bytes, now["stored"])) == list(map(_bytes, written["stored"]))
    assert expected(traits()) == written["expected"]


def test_the_fixture_has_something_of_every_codec():
    used = {name for each in json.loads(FIXTURE.read_text(encoding="utf-8"))["buffers"] for name in each["codec"]}
    assert used == set(CODECS)


@pytest.mark.parametrize("name", ["image", "odd", "runs", "bytes", "odd keys", "title", "numbers"])
def test_python_reads_the_fixture(name):
    written = json.loads(FIXTURE.read_text(encoding="utf-8"))
    stored = [base64.b64decode(each) for each in written["stored"]]
    assert Unpacker(written["pool"], written["buffers"], stored).value(written["node"])[name] == traits()[name]


def _bytes(stored):
    return gzip.decompress(base64.b64decode(stored))


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps(packed() | {"expected": expected(traits())}, indent=1) + "\n", encoding="utf-8")
