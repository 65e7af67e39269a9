"""What was computed before and may be wanted again, as long as it does not take too much room."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

#: Bytes that are kept; the newest is kept however large it is.
ROOM = 512 * 2**20


class Memory:
    """Things by their key, those not asked for the longest given up first.

    Parameters
    ----------
    room : int
        Bytes that may be kept.
    """

    def __init__(self, room: int = ROOM):
        self._room = room
        self._kept: dict[Hashable, tuple[Any, int]] = {}

    def get(self, key: Hashable):
        """What was kept under a key, which is now the newest; None if nothing is."""
        if key not in self._kept:
            return None
        self._kept[key] = self._kept.pop(key)
        return self._kept[key][0]

    def put(self, key: Hashable, value, size: int) -> None:
        """Keep something of a size in bytes, and give up what there is no more room for."""
        self._kept.pop(key, None)
        self._kept[key] = value, size
        while len(self._kept) > 1 and sum(size for _, size in self._kept.values()) > self._room:
            self._kept.pop(next(iter(self._kept)))
