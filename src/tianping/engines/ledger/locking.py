"""One process at a time writes a ledger: a lock that the kernel lets go of however its holder ends."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from tianping.kit.problems import Conflict, Text


class Taken(Conflict):
    """Another process writes there. `pid`: which."""

    code = "ledger-taken"
    title = Text("另一进程正在使用该账本目录", "Another process is using this ledger")
    detail = Text("{place}（进程 {pid}）", "{place} (process {pid})")
    shown = ("pid",)


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock. `address`: where its HTTP API answers, empty where it has none."""

    pid: int
    address: str


class Lock:
    """Held from `take` to `release`, or to the end of the process, kill -9 included. The file says who holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, address: str = "") -> None:
        """Raises Taken."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            known = holder(self.path)
            raise Taken(place=self.path, pid=known.pid if known else "?") from None
        self._handle = handle
        self.say(address)

    def say(self, address: str) -> None:
        """Write who holds it, for others to find."""
        if self._handle is None:
            return
        text = msgspec.json.encode(Holder(os.getpid(), address))
        # A full disk must not keep a node from starting: who holds the lock is then unknown, that it is held is not.
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, text, 0)

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def holder(path: Path) -> Holder | None:
    """Who holds a lock now; None where nobody does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            return msgspec.json.decode(os.pread(handle, 4096, 0), type=Holder)
        except msgspec.MsgspecError:
            return Holder(0, "")
    finally:
        os.close(handle)
    return None
