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


_RANDOM_BITS = 74
_last = (0, 0)


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits; greater than any this process made before.

    Within a millisecond the random part grows by a random step (RFC 9562, 6.2 method 2).
    """
    global _last
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big") >> (80 - _RANDOM_BITS)
    before, counted = _last
    if milliseconds <= before:
        milliseconds = before
        random = counted + 1 + (random & 0xFFFFFFFF)
        if random >> _RANDOM_BITS:
            milliseconds, random = before + 1, random & 0xFFFFFFFF
    _last = (milliseconds, random)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (random >> 62) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return UUID(int=value)
