"""Disks of a few megabytes that can be filled to the last byte."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

Disk = Callable[[int], Path]
MB = 1 << 20


@pytest.fixture
def disk() -> Iterator[Disk]:
    """Makes disks of so many MB. Skipped by name where a file system may not be mounted."""
    made: list[Path] = []

    def make(size_mb: int) -> Path:
        place = Path(tempfile.mkdtemp(prefix="tianping-disk-", dir="/tmp"))
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=755", "tmpfs", str(place)], check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        if mounted.returncode != 0:
            place.rmdir()
            pytest.skip(f"no right to mount a small disk: {mounted.stderr.strip()}")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


def fill(place: Path) -> Path:
    """Take all room that is left on a disk; remove the file to give it back."""
    filler = place / "filler"
    with filler.open("wb") as file, suppress(OSError):
        while True:
            file.write(b"\0" * MB)
            file.flush()
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    room = os.statvfs(place)
    assert room.f_bavail * room.f_frsize < 4096
    return filler
