"""The state that transactions decide on: values by text key. A view reads what is kept, an overlay stages what is not yet."""

from typing import Protocol, TypeVar

from tianping.engines.ledger import codec

T = TypeVar("T")


class View(Protocol):
    def get(self, key: str) -> bytes | None:
        """The encoded value under a key, None where there is none."""
        ...

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin so, in their order. For the few: members, applications, contracts."""
        ...


class Overlay:
    """Changes over a view, thrown away or kept as one. What lies below must stand still meanwhile: it is asked once a key."""

    def __init__(self, below: View) -> None:
        self.below = below
        self.changes: dict[str, bytes | None] = {}
        self._asked: dict[str, bytes | None] = {}

    def get(self, key: str) -> bytes | None:
        if key in self.changes:
            return self.changes[key]
        if key not in self._asked:
            self._asked[key] = self.below.get(key)
        return self._asked[key]

    def keys(self, prefix: str) -> list[str]:
        staged = {key for key, value in self.changes.items() if key.startswith(prefix) and value is not None}
        gone = {key for key, value in self.changes.items() if value is None}
        return sorted((staged | set(self.below.keys(prefix))) - gone)

    def read(self, key: str, kind: type[T]) -> T | None:
        encoded = self.get(key)
        return None if encoded is None else codec.decode_own(encoded, kind)

    def write(self, key: str, value: object) -> None:
        self.changes[key] = codec.encode(value)

    def remove(self, key: str) -> None:
        self.changes[key] = None


class InMemory:
    """A view that lives in memory: for replaying a log and for tests."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.values if key.startswith(prefix))

    def apply(self, changes: dict[str, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self.values.pop(key, None)
            else:
                self.values[key] = value
