"""Which user the database runs as, and what that user can reach.

An ordinary user runs it as himself. root may not (PostgreSQL refuses, rightly), so it runs as, in this order: the owner
of a database that exists, the user named by `TIANPING_DATABASE_USER`, the owner of the data directory if that is not
root, the user `tianping`, the user `nobody`.
"""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tianping.platform.supervisor.problems import NoUnprivilegedUser

LAUNCH = Path(__file__).with_name("launch.py")


class Account(msgspec.Struct, frozen=True):
    """A user to run a program as. `drop` is False when we are that user already."""

    uid: int
    gid: int
    drop: bool

    def launcher(self) -> list[str]:
        """How `launch.py` is called for this user; append its further options."""
        user = ["--user", f"{self.uid}:{self.gid}"] if self.drop else []
        return [sys.executable, "-I", "-S", str(LAUNCH), *user]

    def can_use(self, *places: Path) -> bool:
        """Tried as that user, so that closed parent directories, access lists and mounts all count."""
        asked = [*self.launcher(), "--can-use", *map(str, places)]
        return subprocess.run(asked, check=False, capture_output=True).returncode == 0

    def give(self, place: Path) -> None:
        """Make `place` the account's own."""
        if self.drop:
            try:
                os.chown(place, self.uid, self.gid)
            except OSError as error:
                raise NoUnprivilegedUser(reason=f"chown {place}: {error.strerror}") from error


def _candidates(data: Path, cluster: Path) -> Iterator[tuple[int, int]]:
    for place in (cluster, data):
        if place == data and (named := os.environ.get("TIANPING_DATABASE_USER")):
            entry = pwd.getpwnam(named)
            yield entry.pw_uid, entry.pw_gid
        if place.exists():
            found = place.stat()
            yield found.st_uid, found.st_gid
    for name in ("tianping", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        yield entry.pw_uid, entry.pw_gid


def database_account(data: Path, cluster: Path) -> Account:
    """Raises NoUnprivilegedUser when we are root and nobody else is there to run the database."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop=False)
    try:
        for uid, gid in _candidates(data, cluster):
            if uid != 0:
                pwd.getpwuid(uid)
                return Account(uid, gid, drop=True)
    except KeyError as unknown:
        raise NoUnprivilegedUser(reason=f"the user is not in the user list: {unknown.args[0]}") from unknown
    raise NoUnprivilegedUser(reason="neither `tianping` nor `nobody` is in the user list")
