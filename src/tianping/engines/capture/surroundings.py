"""The machine at the time of a capture: system, and what its kernel says about its clock."""

import ctypes
import platform
import struct
import sys
import time
from datetime import UTC, datetime

_TIMEX = struct.Struct("@Iqqqqi")
_NOT_SYNCHRONISED = 0x0040
_IN_NANOSECONDS = 0x2000


def surroundings() -> dict[str, object]:
    return {
        "system": platform.system(), "release": platform.release(), "machine": platform.machine(),
        "python": platform.python_version(), "clock": clock(),
    }  # fmt: skip


def clock() -> dict[str, object]:
    """The clock, and how far the kernel believes it to be off: microseconds, None where it does not know."""
    now = datetime.now(UTC).isoformat()
    told: dict[str, object] = {"now": now, "monotonic_ns": time.monotonic_ns(), "synchronised": None, "offset_us": None}
    if sys.platform != "linux":
        return told
    # struct timex begins with modes, offset, freq, maxerror, esterror, status; the rest is not read here.
    buffer = ctypes.create_string_buffer(512)
    if ctypes.CDLL(None).adjtimex(buffer) < 0:
        return told
    _, offset, _, most, _, status = _TIMEX.unpack_from(buffer)
    synchronised = not status & _NOT_SYNCHRONISED
    offset_us = offset / 1000 if status & _IN_NANOSECONDS else offset
    return told | {
        "synchronised": synchronised,
        "offset_us": round(offset_us) if synchronised else None,
        "at_most_us": most if synchronised else None,
    }
