"""The headers of tus 1.0, read and written. Nothing here touches disk or database."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from typing import Protocol

from tianping.kit.digests import Sm3, same
from tianping.platform.uploads.model import (
    ChecksumMismatch,
    ContentTypeWrong,
    ProtocolMisused,
    VersionUnknown,
)

VERSION = "1.0.0"
CHUNK_TYPE = "application/offset+octet-stream"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
_MAX_METADATA = 8 << 10


class Hash(Protocol):
    def update(self, block: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


ALGORITHMS: Mapping[str, Callable[[], Hash]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sm3": Sm3,
}


class Checksum:
    """What the client says about the bytes of one request."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self._hash = ALGORITHMS[algorithm]()
        self._expected = expected

    def update(self, block: bytes) -> None:
        self._hash.update(block)

    def verify(self) -> None:
        """Raises ChecksumMismatch."""
        if not same(self._hash.digest(), self._expected):
            raise ChecksumMismatch


def misused(zh: str, en: str) -> ProtocolMisused:
    return ProtocolMisused(zh=zh, en=en)


def check_version(headers: Mapping[str, str]) -> None:
    """Raises VersionUnknown."""
    if headers.get("tus-resumable") != VERSION:
        raise VersionUnknown


def check_chunk_type(headers: Mapping[str, str]) -> None:
    """Raises ContentTypeWrong."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != CHUNK_TYPE:
        raise ContentTypeWrong


def whole_number(headers: Mapping[str, str], name: str) -> int:
    """A count of bytes in a header. Raises ProtocolMisused."""
    text = headers.get(name.lower(), "")
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise misused(f"{name} 须为非负整数", f"{name} must be a whole number of bytes")
    return int(text)


def read_checksum(headers: Mapping[str, str]) -> Checksum | None:
    """Raises ProtocolMisused for an unknown algorithm, as the checksum extension asks for (400)."""
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise misused(
            f"校验算法须为 {'、'.join(ALGORITHMS)}", f"The checksum algorithm is one of {', '.join(ALGORITHMS)}"
        )
    return Checksum(algorithm, _decoded(encoded.strip(), "Upload-Checksum"))


def read_metadata(text: str) -> dict[str, str]:
    """`key base64, key base64, key`. Raises ProtocolMisused."""
    if len(text) > _MAX_METADATA:
        raise misused("Upload-Metadata 过长", "Upload-Metadata is too long")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, encoded = pair.partition(" ")
        if key in found or not key.isascii():
            raise misused(
                "Upload-Metadata 的键重复或含非 ASCII 字符", "A key of Upload-Metadata is repeated or not ASCII"
            )
        found[key] = _decoded(encoded.strip(), "Upload-Metadata").decode("utf-8", "replace")
    return found


def write_metadata(pairs: Mapping[str, str]) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items() if value)


def _decoded(text: str, header: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise misused(f"{header} 的值须为 Base64", f"The value in {header} must be Base64") from None
