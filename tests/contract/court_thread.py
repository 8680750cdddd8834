"""A court that runs in a thread of its own, so that tests without an event loop can speak to it."""

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from tests.harness import RunningCourt, running_court

T = TypeVar("T")


class CourtThread:
    """`run` does a coroutine in the court's own loop and waits for what it gives."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stack = AsyncExitStack()
        self._environment = environment

    def __enter__(self) -> "CourtThread":
        self._thread.start()
        self.court: RunningCourt = self.run(self._stack.enter_async_context(running_court(self._environment)))
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)
