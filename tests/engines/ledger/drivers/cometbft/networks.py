"""Real networks for tests: made, watched and always stopped."""

import asyncio
import os
import signal
import time
from contextlib import contextmanager, suppress

import psutil

from tianping.engines.ledger.drivers.cometbft.consortium import Consortium
from tianping.engines.ledger.drivers.cometbft.engine import Running


@contextmanager
def network(place, found, *, up=True):
    """A consortium in `place`, founded by `found(consortium)`; stopped at the end whatever happens."""
    consortium = Consortium(place)
    found(consortium)
    try:
        if up:
            consortium.up()
        yield consortium
    finally:
        consortium.stop()


async def until_still(read, *, looks: int = 4, within_s: float = 60.0):
    """What `read` answers once it was the same at `looks` looks, half a second apart."""
    deadline = time.monotonic() + within_s
    seen, same = await read(), 1
    while same < looks:
        assert time.monotonic() < deadline, f"in {within_s:.0f} s it was never still: {seen}"
        await asyncio.sleep(0.5)
        now = await read()
        seen, same = now, same + 1 if now == seen else 1
    return seen


async def until(asked, what, within_s=60.0):
    """Wait until `asked()` (plain or awaitable) is true; its value."""
    deadline = time.monotonic() + within_s
    while True:
        value = asked()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return value
        assert time.monotonic() < deadline, f"in {within_s:.0f} s not: {what}"
        await asyncio.sleep(0.05)


def running(home):
    """(node process id, engine process id) as the node's records say."""
    node, engine = Running.read(home.run / "node.json"), Running.read(home.run / "engine.json")
    assert node and engine
    return node.pid, engine.pid


def kill(pid):
    """kill -9, and wait until the kernel has done it (a zombie is dead)."""
    with suppress(psutil.Error, ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        found = psutil.Process(pid)
        while found.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.005)
