"""A network in Keras, to train it on: from a file that can hold no code."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from emwidgets.models.card import Card, NetworkError, card, way_out
from emwidgets.models.verified import largest, verified

if TYPE_CHECKING:
    import keras

# Where the classes that a network is built of may come from. Keras refuses Lambda by itself (safe_mode), but it has had
# to learn about other ways to code (CVE-2025-1550, CVE-2025-8747, CVE-2025-49655): what is not known to be harmless
# stays out.
_MODULES = {
    "builtins",
    "emwidgets.models.layers",
    "keras",
    "keras.constraints",
    "keras.initializers",
    "keras.layers",
    "keras.losses",
    "keras.metrics",
    "keras.optimizers",
    "keras.optimizers.schedules",
    "keras.regularizers",
    "keras.src.models.functional",
    "keras.src.models.sequential",
}
_OPERATIONS = "keras.src.ops."
_HOLD_CODE = {"Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
_MEMBERS = {"config.json", "metadata.json", "model.weights.h5"}


def keras_model(network: str | os.PathLike) -> keras.Model:
    """A network in Keras: to train on, or to look into.

    Parameters
    ----------
    network : str or path
        As in `emwidgets.models.load`.

    Returns
    -------
    keras.Model
        Not compiled.

    Raises
    ------
    NetworkError
        If there is no such network, its file is damaged, or holds anything but layers of Keras and their weights.
    ModuleNotFoundError
        If Keras or its backend is not installed.
    """
    wanted = card(network)
    contents = verified(wanted, "keras")
    _refuse_code(contents, wanted)
    keras = _keras()
    with tempfile.TemporaryDirectory() as folder:
        # a copy of what was checked, not the file: it could have changed since
        copy = Path(folder) / f"{wanted.name}.keras"
        copy.write_bytes(contents)
        try:
            return keras.saving.load_model(copy, safe_mode=True, compile=False)
        except Exception as error:  # of many classes, with no common one, and a page long
            path, said = wanted.file("keras"), (str(error).splitlines() or [repr(error)])[0][:300]
            raise NetworkError(f"'{path}' is no network that Keras can load ({said}); {way_out(path)}") from error


def _keras():
    try:
        import keras
    except ImportError as error:
        raise ModuleNotFoundError(
            f"training needs Keras and one of its backends, and importing it failed ({error}): install them with "
            "pip install 'emwidgets[tensorflow]', or choose a backend that is installed by setting the environment "
            "variable KERAS_BACKEND to 'torch' or 'jax' before Python starts"
        ) from error
    return keras


def _refuse_code(contents: bytes, card: Card) -> None:
    """Raise unless the file is layers of Keras and their weights, of the size that they have."""
    path = card.file("keras")
    try:
        with zipfile.ZipFile(io.BytesIO(contents)) as archive:
            strange = {one.filename for one in archive.infolist()} - _MEMBERS
            if strange:
                raise NetworkError(f"'{path}' holds '{min(strange)}': expected {', '.join(sorted(_MEMBERS))} alone")
            size = sum(one.file_size for one in archive.infolist())
            if size > largest(card):
                raise NetworkError(
                    f"'{path}' unpacks to {size} bytes: expected at most {largest(card)} for {card.parameters} "
                    f"parameters; {way_out(path)}"
                )
            config = json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, RecursionError) as error:
        if isinstance(error, NetworkError):
            raise
        raise NetworkError(f"'{path}' is no Keras file ({error}); {way_out(path)}") from None
    for module, name in _classes(config):
        known = module in _MODULES or module.startswith(_OPERATIONS)
        if name in _HOLD_CODE or not known or (name == "function" and module != "builtins"):
            raise NetworkError(
                f"'{path}' holds '{name}' of '{module}', which can run code of its own: expected layers of Keras "
                "alone; build the network with them, or, if you know who made it, load it with keras.saving.load_model"
            )


def _classes(config):
    """Module and name of every class in a configuration, however deep."""
    waiting = [config]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "class_name" in one:
                yield str(one.get("module") or "builtins"), str(one["class_name"])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
