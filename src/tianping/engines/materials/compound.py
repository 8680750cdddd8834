"""Compound files (MS-CFB, the container of Office 97 and of encrypted OOXML): the names of their streams."""

import struct
from typing import IO

from tianping.engines.materials import kinds as k

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
_MAX_SECTORS = 4_096


def stream_names(stream: IO[bytes]) -> list[str]:
    """Names in the directory, in order. Raises ValueError or struct.error for what is no compound file."""
    stream.seek(0)
    header = stream.read(512)
    if not header.startswith(MARK) or len(header) < 512:
        raise ValueError("not a compound file")
    shift = struct.unpack_from("<H", header, 30)[0]
    if shift not in (9, 12):
        raise ValueError("sector size")
    size = 1 << shift
    table = [number for number in struct.unpack_from("<109I", header, 76) if number < _END]

    def sector(number: int) -> bytes:
        stream.seek((number + 1) << shift)
        return stream.read(size)

    def following(number: int) -> int:
        index, offset = divmod(number, size // 4)
        if index >= len(table):
            raise ValueError("chain leaves the table")
        return struct.unpack_from("<I", sector(table[index]), offset * 4)[0]

    names: list[str] = []
    number = struct.unpack_from("<I", header, 48)[0]
    for _ in range(_MAX_SECTORS):
        if number >= _END:
            return names
        entries = sector(number)
        for at in range(0, len(entries) - 127, 128):
            length = struct.unpack_from("<H", entries, at + 64)[0]
            if 2 <= length <= 64 and entries[at + 66]:
                names.append(entries[at : at + length - 2].decode("utf-16-le", "replace"))
        number = following(number)
    raise ValueError("directory does not end")


def format_of(names: list[str]) -> k.Format | None:
    held = set(names)
    for form, marks in (
        (k.DOC, {"WordDocument"}),
        (k.XLS, {"Workbook", "Book"}),
        (k.PPT, {"PowerPoint Document"}),
        (k.MSG, {"__properties_version1.0"}),
    ):
        if held & marks:
            return form
    return None


def is_encrypted(names: list[str]) -> bool:
    return "EncryptedPackage" in names


def has_macros(names: list[str]) -> bool:
    return bool({"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA"} & set(names))
