"""Files that are either there whole or not at all, also after kill -9 or a loss of power."""

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write or replace a file: readers see the old one or the new one. On disk when it returns."""
    fresh = _written(path, content, mode)
    try:
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _settle_folder(path.parent)


def write_once(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file that must not be there yet. Raises FileExistsError, also against another process."""
    fresh = _written(path, content, mode)
    try:
        os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    _settle_folder(path.parent)


def _written(path: Path, content: bytes, mode: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _settle_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
