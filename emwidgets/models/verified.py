"""The bytes of a network's file, if they are those that its card describes."""

from __future__ import annotations

import hashlib

from emwidgets.models.card import Card, NetworkError, way_out

# A weight takes four bytes, and a file saved while training has two moments of it beside: 12 a parameter, and the graph
_BYTES_A_PARAMETER = 16
_GRAPH = 8 * 2**20
_LARGEST = 2**31  # what ONNX can hold in one file


def verified(card: Card, kind: str) -> bytes:
    """Contents of the "onnx" or "keras" file of a network.

    They are handed on as bytes, not as a path: what was checked is what is loaded, even if the file changes meanwhile.

    Raises
    ------
    NetworkError
        If the file is not there, is larger than a network of this card can be, or has another digest.
    """
    path = card.file(kind)
    if kind not in card.digests:
        raise NetworkError(f"the card of '{card.key}' has no {kind} file: expected its sha256 in 'digests'")
    limit = largest(card)
    try:
        with path.open("rb") as file:
            contents = file.read(limit + 1)
    except OSError as error:
        raise NetworkError(f"'{path}' cannot be read ({error.strerror or error}): {way_out(path)}") from None
    if len(contents) > limit:
        raise NetworkError(
            f"'{path}' is larger than {limit} bytes: expected at most that for {card.parameters} parameters; "
            + way_out(path)
        )
    found = f"sha256:{hashlib.sha256(contents).hexdigest()}"
    if found != card.digests[kind]:
        raise NetworkError(
            f"'{path}' is not the file that its card describes: expected {card.digests[kind]}, found {found} "
            f"({len(contents)} bytes). It is damaged or was replaced, and is not loaded; {way_out(path)}"
        )
    return contents


def largest(card: Card) -> int:
    """Bytes that a file of this network can have."""
    return min(card.parameters * _BYTES_A_PARAMETER + _GRAPH, _LARGEST)
