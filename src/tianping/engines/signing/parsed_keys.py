"""A bounded memory of parsed keys: the least recently used goes first."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")


class ParsedKeys(Generic[K]):
    """From the bytes of a key to its parsed form. Safe in several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._keys: OrderedDict[bytes, K] = OrderedDict()
        self._lock = Lock()

    def get(self, key: bytes) -> K | None:
        with self._lock:
            found = self._keys.get(key)
            if found is not None:
                self._keys.move_to_end(key)
            return found

    def keep(self, key: bytes, parsed: K) -> K:
        """Remember, and give back what was given."""
        with self._lock:
            self._keys[key] = parsed
            self._keys.move_to_end(key)
            while len(self._keys) > self._limit:
                self._keys.popitem(last=False)
        return parsed

    def __len__(self) -> int:
        return len(self._keys)
