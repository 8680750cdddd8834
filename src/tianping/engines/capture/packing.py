"""The package: a zip that is the same, byte for byte, for the same contents, with a manifest of every file's digests."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tianping.kit.digests import canonical, sm3

MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Canonical JSON: name, size, SM3 and SHA-256 of each file."""
    listed = [
        {"name": name, "size": len(content), "sm3": sm3(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    ]
    return canonical({"format": "tianping-capture/1", "files": listed})


def pack(files: Mapping[str, bytes], target: Path) -> None:
    """Stored, not compressed: what a compressor writes depends on its version."""
    everything = {**files, MANIFEST: manifest_of(files)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(everything):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, everything[name])


def pretty(value: object) -> bytes:
    """JSON for people to read, the same for the same value."""
    return msgspec.json.format(canonical(value), indent=2) + b"\n"
