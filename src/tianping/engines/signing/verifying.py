"""Many signatures at once, over all cores: libcrypto runs without the GIL."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from tianping.interfaces.signing import SignatureCheck, Sm2

# Fewer checks than this are not worth a hand-over to another thread (about 0.1 ms against 0.4 ms a check).
_SMALLEST_SHARE = 2


def _cores() -> int:
    """The cores this process may use, where the system says; else all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ThreadedVerifying:
    """`interfaces.signing.Verifying`. `threads` is the number of cores where it is not given. `close` when done."""

    def __init__(self, sm2: Sm2, *, threads: int | None = None) -> None:
        self._sm2 = sm2
        self._threads = threads or _cores()
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="sm2")

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        return self._sm2.verify(public_key, message, signature)

    async def verify_all(self, checks: Sequence[SignatureCheck]) -> list[bool]:
        """One answer a check, in their order. The event loop goes on meanwhile."""
        shares = [asyncio.wrap_future(share) for share in self._shares(checks)]
        return [answer for share in await asyncio.gather(*shares) for answer in share]

    def verify_many(self, checks: Sequence[SignatureCheck]) -> list[bool]:
        """The same for a caller without an event loop."""
        return [answer for share in self._shares(checks) for answer in share.result()]

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _shares(self, checks: Sequence[SignatureCheck]) -> list[Future[list[bool]]]:
        # Two shares a thread: the last one to finish leaves the others idle for half as long.
        size = max(_SMALLEST_SHARE, -(-len(checks) // (2 * self._threads)))
        return [self._pool.submit(self._check, checks[at : at + size]) for at in range(0, len(checks), size)]

    def _check(self, share: Sequence[SignatureCheck]) -> list[bool]:
        return [self._sm2.verify(check.public_key, check.message, check.signature) for check in share]
