"""Answers of the node kept for a second or so: many readers of the public pages are one reader to the node."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")

_MOST = 512


class Briefly:
    """Remembers answers for `seconds`. `clock`: seconds, only differences count. Refusals are not remembered."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._known: dict[tuple[Any, ...], tuple[float, Any]] = {}

    async def get(self, key: tuple[Any, ...], ask: Callable[[], Awaitable[T]]) -> T:
        now = self._clock()
        held = self._known.get(key)
        if held is not None and now - held[0] < self._seconds:
            return held[1]
        answer = await ask()
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (now, answer)
        return answer

    def forget(self) -> None:
        """This process changed something at the node: nothing remembered counts any more."""
        self._known.clear()
