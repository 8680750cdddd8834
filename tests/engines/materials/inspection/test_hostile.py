"""Hostile bytes: whatever comes, an inspection answers."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.materials.seen import ACCEPTED, HAZARDS

from tianping.engines.materials.inspection import inspect
from tianping.interfaces.materials import Inspection, Kind

WHOLE = [content for content, _, _ in ACCEPTED] + [content for content, _, _ in HAZARDS]


@given(st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_never_raises(tmp_path: Path, data: st.DataObject) -> None:
    """Cut, overwrite and repeat parts of real files: an inspection always answers, and its places are filled."""
    content = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, min(len(content), 3000) - 1)))
        how = data.draw(st.sampled_from(["cut", "overwrite", "insert", "drop"]))
        noise = data.draw(st.binary(max_size=16))
        if how == "cut":
            del content[at:]
        elif how == "drop":
            del content[at : at + len(noise)]
        elif how == "insert":
            content[at:at] = noise
        else:
            content[at : at + len(noise)] = noise
    _answers(tmp_path, bytes(content), data.draw(st.sampled_from(["a.pdf", "a.zip", "a.mp4", "a.txt", "a", "x.{y}"])))


@given(st.binary(max_size=2000), st.text(max_size=20))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_under_any_name_never_raise(tmp_path: Path, content: bytes, name: str) -> None:
    _answers(tmp_path, content, name)


MARKS = [b"PK\x03\x04", b"%PDF-1.4\n", b"\x1a\x45\xdf\xa3", b"RIFF\0\0\0\0WAVE", b"OggS", b"ID3", b"\xff\xfb\x90\0", b"BM",
         b"\0\0\0\x18ftypmp42", b"\0\0\0\x18ftypheic", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"fLaC", b"#!AMR\n", b"II*\0", b"\xff\xf1P\x80"]  # fmt: skip


@given(st.sampled_from(MARKS), st.binary(max_size=1500))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_true_mark_before_nonsense_never_raises(tmp_path: Path, mark: bytes, rest: bytes) -> None:
    _answers(tmp_path, mark + rest, "a")


def _answers(tmp_path: Path, content: bytes, name: str) -> None:
    path, into = tmp_path / "content", tmp_path / "into"
    path.write_bytes(content)
    into.mkdir(exist_ok=True)
    inspection = inspect(path, name, "", into=into)
    assert isinstance(inspection, Inspection)
    assert (inspection.kind is Kind.UNKNOWN) <= (inspection.refusal is not None)
    for copy in (inspection.thumbnail, inspection.view):
        assert copy is None or (into / copy).is_file()
