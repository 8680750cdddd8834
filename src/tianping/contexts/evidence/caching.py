"""Answers of the node kept for a second or so: many readers of the public pages are one reader to the node."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_MOST = 512


class Briefly:
    """Remembers answers for `seconds`; who asks while an answer is on its way waits for that one. Refusals are not remembered.

    `clock`: seconds, only differences count.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._known: dict[tuple[Any, ...], tuple[float, asyncio.Future[Any]]] = {}

    async def get(self, key: tuple[Any, ...], ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        now = self._clock()
        held = self._known.get(key)
        if held is None or now - held[0] >= self._seconds:
            if len(self._known) >= _MOST:
                self._known.clear()
            held = self._known[key] = (now, asyncio.ensure_future(ask()))
        try:
            # Who goes away does not take the answer from those that wait for it too.
            return await asyncio.shield(held[1])
        except BaseException:
            if held[1].done() and self._known.get(key) is held:
                del self._known[key]
            raise

    def forget(self) -> None:
        """This process changed something at the node: nothing remembered counts any more."""
        self._known.clear()
