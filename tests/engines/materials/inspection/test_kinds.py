"""Formats are known by their content; what cannot be taken is explained, signs of harm are named."""

import pytest
from tests.engines.materials import samples
from tests.engines.materials.seen import ACCEPTED, HAZARDS, codes

from tianping.engines.materials import findings as f
from tianping.engines.materials import kinds as k
from tianping.interfaces.materials import Finding, Kind


@pytest.mark.parametrize(("content", "name", "form"), ACCEPTED, ids=[name for _, name, _ in ACCEPTED])
def test_accepted_formats_are_known_by_their_content(look, content: bytes, name: str, form: k.Format) -> None:
    for declared in (name, "文件"):
        inspection = look(content, declared) if form is not k.CSV else look(content, name)
        assert inspection.refusal is None
        assert (inspection.kind, inspection.media_type) == (form.kind, form.media_type)
        assert not inspection.hazards
        assert "extension-mismatch" not in codes(inspection.warnings)


def test_a_wrong_extension_is_told_and_the_content_decides(look) -> None:
    inspection = look(samples.picture("PNG"), "发票.pdf")
    assert inspection.kind is Kind.IMAGE
    (told,) = inspection.warnings
    assert told.code == "extension-mismatch"
    assert ".pdf" in told.zh
    assert "PNG" in told.zh
    assert "PNG" in told.en


REFUSED = [
    (b"", "a.pdf", "empty"),
    (b"\x00\x01\x02\x03" * 100, "a.dat", "type-unknown"),
    (b"Rar!\x1a\x07\x01\x00" + b"\0" * 50, "a.rar", "archive-format"),
    (b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "a.7z", "archive-format"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg", "type-not-accepted"),
    (samples.compound("EncryptedPackage", "EncryptionInfo"), "a.docx", "office-encrypted"),
    (samples.picture("JPEG")[:4000], "a.jpg", "damaged"),
    (samples.heic()[:3000], "a.heic", "damaged"),
    (samples.pdf()[:60], "a.pdf", "damaged"),
    (b"%PDF-1.7\nnothing here\n%%EOF", "a.pdf", "damaged"),
    (samples.docx()[:-30], "a.docx", "damaged"),
    (samples.box(b"ftyp", b"isom\0\0\0\0") + samples.box(b"mdat", b"\0" * 500), "a.mp4", "damaged"),
    (b"RIFF\x10\0\0\0WAVEdata\x04\0\0\0abcd", "a.wav", "damaged"),
]


@pytest.mark.parametrize(("content", "name", "code"), REFUSED, ids=[f"{n}-{c}" for _, n, c in REFUSED])
def test_what_cannot_be_taken_is_explained_with_a_way_on(look, content: bytes, name: str, code: str) -> None:
    refusal = look(content, name).refusal
    assert refusal is not None
    assert refusal.code == code
    assert refusal.zh
    assert refusal.en
    assert refusal.way_on is not None
    assert "{" not in refusal.zh + refusal.en


@pytest.mark.parametrize(("content", "name", "expected"), HAZARDS, ids=[n for _, n, _ in HAZARDS])
def test_signs_of_harm_are_named(look, content: bytes, name: str, expected: set[str]) -> None:
    assert codes(look(content, name).hazards) == expected


def test_a_text_that_begins_like_a_program_is_a_text(look) -> None:
    assert look("MZ 是卖家的昵称\n".encode(), "a.txt").hazards == ()


def test_every_finding_speaks_both_languages_and_codes_are_unique() -> None:
    all_of_them = [value for value in vars(f).values() if isinstance(value, Finding)]
    assert len({finding.code for finding in all_of_them}) == len(all_of_them) > 30
    for finding in all_of_them:
        assert any("\u4e00" <= c <= "\u9fff" for c in finding.zh)
        assert not any("\u4e00" <= c <= "\u9fff" for c in finding.en)
