"""The headers of tus 1.0, and of ranges."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.kit.digests import sm3
from tianping.platform.uploads import tus
from tianping.platform.uploads.content import read_range
from tianping.platform.uploads.model import ChecksumMismatch, ContentTypeWrong, ProtocolMisused, VersionUnknown

KEYS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_-", min_size=1, max_size=12)


@given(st.dictionaries(KEYS, st.text(min_size=1, max_size=40), max_size=6))
def test_metadata_comes_back_as_it_went(pairs: dict[str, str]) -> None:
    assert tus.read_metadata(tus.write_metadata(pairs)) == pairs


@given(st.text(max_size=200))
def test_any_metadata_is_read_or_refused(text: str) -> None:
    try:
        tus.read_metadata(text)
    except ProtocolMisused as refused:
        assert refused.explanation.zh


def test_metadata_with_keys_alone() -> None:
    assert tus.read_metadata("is_confidential,filename d29ybGQucGRm") == {
        "is_confidential": "",
        "filename": "world.pdf",
    }
    assert tus.read_metadata("") == {}


@pytest.mark.parametrize("text", ["a !!!", "a eA==,a eA==", "文件 eA==", "a " + "A" * 9000])
def test_broken_metadata(text: str) -> None:
    with pytest.raises(ProtocolMisused):
        tus.read_metadata(text)


@pytest.mark.parametrize("value", ["", "-1", "1.5", "x", "１", "9" * 20, " 5"])
def test_lengths_are_whole_numbers(value: str) -> None:
    with pytest.raises(ProtocolMisused):
        tus.whole_number({"upload-length": value}, "Upload-Length")
    assert tus.whole_number({"upload-length": "42"}, "Upload-Length") == 42


def test_versions_and_types() -> None:
    tus.check_version({"tus-resumable": "1.0.0"})
    for version in ({}, {"tus-resumable": "1.0"}):
        with pytest.raises(VersionUnknown):
            tus.check_version(version)
    tus.check_chunk_type({"content-type": "application/offset+octet-stream; x=y"})
    with pytest.raises(ContentTypeWrong):
        tus.check_chunk_type({"content-type": "text/plain"})


def test_checksums_are_verified_over_all_blocks() -> None:
    encoded = base64.b64encode(bytes.fromhex(sm3(b"court"))).decode()
    for blocks, right in ((("co", "urt"), True), (("co", "Urt"), False)):
        checksum = tus.read_checksum({"upload-checksum": f"sm3 {encoded}"})
        for block in blocks:
            checksum.update(block.encode())
        if right:
            checksum.verify()
        else:
            with pytest.raises(ChecksumMismatch):
                checksum.verify()
    assert tus.read_checksum({}) is None
    for wrong in ("md5 eA==", "sha1", "sha1 !!", ""):
        if wrong == "sha1":
            with pytest.raises(ChecksumMismatch):
                tus.read_checksum({"upload-checksum": wrong}).verify()
        else:
            with pytest.raises(ProtocolMisused):
                tus.read_checksum({"upload-checksum": wrong})


@given(st.text(alphabet="bytes=0123456789-, ", max_size=20), st.integers(0, 1000))
def test_a_range_lies_within_the_content(text: str, size: int) -> None:
    try:
        found = read_range(text, size)
    except ValueError:
        return
    if found:
        start, end = found
        assert 0 <= start < end <= size
