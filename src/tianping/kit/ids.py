"""Identifiers: one distinct type a noun, all UUID version 7 (RFC 9562), so that they sort by time of making."""

import os
import time
from typing import NewType
from uuid import UUID

PersonId = NewType("PersonId", UUID)
OrganisationId = NewType("OrganisationId", UUID)
SessionId = NewType("SessionId", UUID)
MandateId = NewType("MandateId", UUID)
FilingId = NewType("FilingId", UUID)
CaseId = NewType("CaseId", UUID)
OrderId = NewType("OrderId", UUID)
DocumentId = NewType("DocumentId", UUID)
UploadId = NewType("UploadId", UUID)
EventId = NewType("EventId", UUID)


_TICKS = 4096
"""Steps of a millisecond: the twelve bits after the version (RFC 9562, 6.2 method 3)."""
_last = 0


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds and 12 of their fraction, then 62 random bits.

    Greater than any this process made before: within a step, or when the clock was set back, the next step is taken.
    """
    global _last
    now = time.time_ns() * _TICKS // 1_000_000
    _last = now = max(now, _last + 1)
    milliseconds, fraction = divmod(now, _TICKS)
    random = int.from_bytes(os.urandom(8), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= fraction << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return UUID(int=value)
