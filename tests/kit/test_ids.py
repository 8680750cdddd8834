"""Identifiers sort by the time of making, also within one millisecond. RFC 9562."""

import time

from tianping.kit import ids
from tianping.kit.ids import new_id


def test_version_variant_and_time():
    made, now = new_id(), time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert abs((made.int >> 80) - now) < 60_000


def test_what_is_made_later_is_greater(monkeypatch):
    frozen = time.time_ns() + 10**9
    monkeypatch.setattr(ids.time, "time_ns", lambda: frozen)
    many = [new_id() for _ in range(5_000)]
    assert many == sorted(many)
    assert len(set(many)) == len(many)
    monkeypatch.setattr(ids.time, "time_ns", lambda: frozen - 5_000_000_000)
    assert new_id() > many[-1], "a clock that was set back makes no earlier id"


def test_what_is_cut_off_stays_apart(monkeypatch):
    """References at a gateway take the first 24 digits only."""
    frozen = time.time_ns()
    monkeypatch.setattr(ids.time, "time_ns", lambda: frozen)
    assert len({new_id().hex[:24] for _ in range(5_000)}) == 5_000
