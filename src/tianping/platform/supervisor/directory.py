"""The data directory: its rooms and their permissions, the lock that keeps a second start out, the status file."""

import fcntl
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from tianping.platform.supervisor.problems import AlreadyRunning, DirectoryNotOurs


class ChildStatus(msgspec.Struct, frozen=True):
    """One supervised process. `state`: waiting, starting, ready, backing-off, gave-up, stopped. Instants in UTC."""

    name: str
    state: str
    pid: int | None
    restarts: int
    since: datetime
    log: str


class Status(msgspec.Struct, frozen=True):
    """What is running on a data directory, as last written; `pid` and `started` name the supervisor's process.

    `started` is the kernel's start time of that process in seconds since 1970; with the pid it is never ambiguous.
    """

    pid: int
    started: float
    address: str | None
    children: tuple[ChildStatus, ...]


class DataDirectory:
    """One directory for all that an installation keeps. Rooms: `run`, `log`, `secrets`, `postgres`.

    Its own mode lets others pass through but not look (0711), because the database may run as another user; every room
    is closed (0700).
    """

    def __init__(self, place: Path) -> None:
        self.place = place.absolute()
        self.run = self.place / "run"
        self.log = self.place / "log"
        self.secrets = self.place / "secrets"
        self._lock: int | None = None

    def prepare(self) -> Self:
        """Make the rooms. Raises DirectoryNotOurs."""
        try:
            if not self.place.exists():
                self.place.mkdir(parents=True)
                self.place.chmod(0o711)
            for room in (self.run, self.log, self.secrets):
                room.mkdir(exist_ok=True, mode=0o700)
                os.utime(room)
        except OSError as error:
            raise DirectoryNotOurs(place=self.place, reason=error.strerror, user=os.geteuid()) from error
        return self

    def lock(self) -> None:
        """Hold the directory until `unlock` or the end of this process, however it ends. Raises AlreadyRunning."""
        handle = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 32).decode().strip() or "?"
            os.close(handle)
            raise AlreadyRunning(place=self.place, pid=holder) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._lock = handle

    def unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def locked(self) -> bool:
        """Whether some process, this one included, holds the directory."""
        if self._lock is not None:
            return True
        try:
            handle = os.open(self.run / "lock", os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def write_status(self, status: Status) -> None:
        write_private(self.run / "status.json", msgspec.json.encode(status))

    def read_status(self) -> Status | None:
        """What was last written, or None. Whether it still holds, `locked` says."""
        with suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode((self.run / "status.json").read_bytes(), type=Status)
        return None


def write_private(place: Path, content: bytes) -> None:
    """Replace a file in one step, readable by its owner only."""
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log, reading at most 64 KiB of it."""
    try:
        with log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 65536))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
