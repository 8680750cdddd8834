"""Archives: too many, too large, within one another, leading outside, locked."""

import struct
import zipfile

import pytest
from tests.engines.materials import samples

from tianping.engines.materials import zips


def test_archives_with_too_many_members(look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_MEMBERS", 10)
    assert look(samples.packed({f"{n}.txt": b"x" for n in range(11)})).refusal.code == "zip-too-many"
    assert look(samples.packed({f"{n}.txt": b"x" for n in range(10)})).refusal is None


def test_archives_that_would_expand_too_far(look, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = samples.packed({"a.txt": b"\0" * (65 << 20)})
    assert len(bomb) < 100_000
    assert look(bomb).refusal.code == "zip-bomb"
    monkeypatch.setattr(zips, "MAX_EXPANDED", 1 << 20)
    assert look(bomb).refusal.code == "zip-too-big"


def test_members_that_share_packed_bytes_are_a_bomb(look) -> None:
    """The overlapping kind: many names in the directory point at one packed member."""
    content = samples.packed({"a.txt": bytes(range(256)) * 200}, zipfile.ZIP_STORED)
    start = content.rindex(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry, tail = content[start:end], bytearray(content[end:])
    struct.pack_into("<HHII", tail, 8, 50, 50, len(entry) * 50, start)
    assert look(content[:start] + entry * 50 + bytes(tail)).refusal.code == "zip-bomb"


def test_archives_within_archives(look) -> None:
    one = samples.packed({"a.txt": b"x"})
    two = samples.packed({"one.zip": one})
    three = samples.packed({"two.zip": two})
    assert look(two).refusal is None
    assert look(three).refusal.code == "zip-nested"
    assert look(samples.packed({"a.zip": b"no archive"})).refusal.code == "damaged"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\b", "C:\\windows\\x"])
def test_paths_that_lead_outside(look, name: str) -> None:
    assert look(samples.packed({name: b"x"})).refusal.code == "zip-path"


def test_locked_archives(look) -> None:
    content = bytearray(samples.packed({"a.txt": b"secret"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    refusal = look(bytes(content)).refusal
    assert refusal.code == "zip-encrypted"
    assert refusal.way_on
