"""What the process does that looks into one file and ends. Its errand and its answer are one open file."""

import ctypes
import os
import resource
import signal
from pathlib import Path
from typing import NoReturn

import msgspec

from tianping.engines.materials.errands import Errand
from tianping.engines.materials.inspection import inspect

ERRAND = 3
"""The descriptor of the errand, which the answer replaces."""

_PR_SET_PDEATHSIG = 1
_DESCRIPTORS = 64
_libc = ctypes.CDLL(None)


def look(errand: int, parent: int) -> NoReturn:
    """In a process just forked by `parent`: look into the file that descriptor `errand` names. Does not return."""
    status = 1
    try:
        _stand_alone(errand, parent)
        _answer()
        status = 0
    finally:
        # Nothing of the parent may run here on the way out, whatever went wrong.
        os._exit(status)


def _stand_alone(errand: int, parent: int) -> None:
    """A session of its own, nothing open that belongs to others, and gone when the parent is."""
    os.setsid()
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError(parent)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Standard input is the parent's way to the service.
    os.dup2(1, 0)
    if errand != ERRAND:
        os.dup2(errand, ERRAND)
    os.closerange(ERRAND + 1, _DESCRIPTORS)


def _answer() -> None:
    wanted = msgspec.json.decode(os.pread(ERRAND, os.fstat(ERRAND).st_size, 0), type=Errand)
    for what, limit in (
        (resource.RLIMIT_AS, wanted.memory),
        (resource.RLIMIT_CPU, wanted.cpu_s),
        (resource.RLIMIT_FSIZE, wanted.file_size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
    ):
        resource.setrlimit(what, (limit, limit))
    into = Path(wanted.into) if wanted.into else None
    inspection = inspect(Path(wanted.path), wanted.name, wanted.type, into=into, password=wanted.password)
    os.ftruncate(ERRAND, 0)
    os.pwrite(ERRAND, msgspec.json.encode(inspection), 0)
