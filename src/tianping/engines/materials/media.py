"""Sound and moving pictures: length, picture size and whether the end is missing, read from the container's own records.

Nothing is decoded. Times are seconds, sizes pixels.
"""

import io
import struct
from collections.abc import Iterator
from typing import IO

import msgspec


class Recording(msgspec.Struct):
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    has_picture: bool = False
    has_sound: bool = False
    complete: bool = True


class Unreadable(ValueError):
    """The records that say what is in the container are missing or contradict each other."""


_MAX_ELEMENTS = 4_000_000
_MAX_RECORD = 1 << 20


def _size(stream: IO[bytes]) -> int:
    return stream.seek(0, io.SEEK_END)


def _at(stream: IO[bytes], offset: int, count: int) -> bytes:
    stream.seek(offset)
    return stream.read(min(count, _MAX_RECORD))


# --- ISO base media (ISO/IEC 14496-12): MP4, MOV, M4A, 3GP ----------------------------------------------------------


def _boxes(stream: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of content, end as declared) of the boxes in a range."""
    at = start
    for _ in range(_MAX_ELEMENTS):
        if at + 8 > end:
            return
        header = _at(stream, at, 16)
        length, name = struct.unpack_from(">I4s", header)
        body = at + 8
        if length == 1 and len(header) == 16:
            length, body = struct.unpack_from(">Q", header, 8)[0], at + 16
        elif length == 0:
            length = end - at
        if length < body - at:
            raise Unreadable("box shorter than its header")
        yield name, body, at + length
        at += length


def iso_media(stream: IO[bytes]) -> Recording:
    """Raises Unreadable if there is no movie header: such a recording was never finished and cannot be played."""
    size = _size(stream)
    found = Recording()
    header = False
    for name, body, end in _boxes(stream, 0, size):
        if end > size:
            found.complete = False
        if name == b"moov":
            header = True
            _movie(stream, body, min(end, size), found)
    if not header:
        raise Unreadable("no movie header")
    return found


def _movie(stream: IO[bytes], start: int, end: int, found: Recording) -> None:
    scale = 0
    for name, body, stop in _boxes(stream, start, end):
        if name == b"mvhd":
            record = _at(stream, body, 32)
            scale, length = (
                struct.unpack_from(">IQ", record, 20) if record[0] == 1 else struct.unpack_from(">II", record, 12)
            )
            if scale and length not in (0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF):
                found.duration_s = length / scale
        elif name == b"mvex":
            for inner, at, _ in _boxes(stream, body, min(stop, end)):
                if inner == b"mehd" and scale:
                    record = _at(stream, at, 12)
                    length = struct.unpack_from(">Q" if record[0] == 1 else ">I", record, 4)[0]
                    found.duration_s = found.duration_s or length / scale or None
        elif name == b"trak":
            _track(stream, body, min(stop, end), found)


def _track(stream: IO[bytes], start: int, end: int, found: Recording) -> None:
    width = height = 0
    handler = b""
    for name, body, stop in _boxes(stream, start, end):
        if name == b"tkhd":
            record = _at(stream, body, 96)
            at = 88 if record[0] == 1 else 76
            matrix = struct.unpack_from(">2i", record, at - 36)
            width, height = (value >> 16 for value in struct.unpack_from(">II", record, at))
            # A quarter turn has zeros on the diagonal of the matrix: a phone held upright.
            if matrix[0] == 0 and matrix[1] != 0:
                width, height = height, width
        elif name == b"mdia":
            for inner, at, _ in _boxes(stream, body, min(stop, end)):
                if inner == b"hdlr":
                    handler = _at(stream, at + 8, 4)
    if handler == b"vide":
        found.has_picture = True
        if width and height and not found.width:
            found.width, found.height = width, height
    elif handler == b"soun":
        found.has_sound = True


# --- EBML (RFC 8794, RFC 9559): WebM, Matroska -----------------------------------------------------------------------

_SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_TOP = {_INFO, _TRACKS, _CLUSTER, 0x114D9B74, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367}


def _number(stream: IO[bytes], at: int, *, keep_mark: bool) -> tuple[int, int, bool]:
    """A variable-length number: value, length in bytes, whether it means "unknown"."""
    first = _at(stream, at, 1)
    if not first or not first[0]:
        raise Unreadable("element number")
    length = 9 - first[0].bit_length()
    raw = _at(stream, at, length)
    if len(raw) < length:
        raise Unreadable("element cut off")
    value = int.from_bytes(raw, "big")
    ones = (1 << (7 * length)) - 1
    return (value if keep_mark else value & ones), length, (value & ones) == ones


def _elements(stream: IO[bytes], start: int, end: int) -> Iterator[tuple[int, int, int, bool]]:
    """(id, start of content, end, end unknown). One of unknown length is entered: its children follow."""
    at = start
    for _ in range(_MAX_ELEMENTS):
        if at >= end:
            return
        try:
            name, n, _ = _number(stream, at, keep_mark=True)
            length, m, unknown = _number(stream, at + n, keep_mark=False)
        except Unreadable:
            return
        body = at + n + m
        stop = end if unknown else body + length
        yield name, body, stop, unknown
        at = body if unknown else stop


def _unsigned(stream: IO[bytes], body: int, stop: int) -> int:
    return int.from_bytes(_at(stream, body, min(stop - body, 8)), "big")


def ebml(stream: IO[bytes]) -> tuple[str, Recording]:
    """The document type (`webm`, `matroska`) and what it holds. A recorder in a browser writes no length: it is then
    that of the last cluster."""
    size = _size(stream)
    found, kind = Recording(), ""
    scale, last = 1_000_000, 0
    cluster = 0
    for name, body, stop, unknown in _flat(stream, size):
        if stop > size and not unknown:
            found.complete = False
        stop = min(stop, size)
        if name == 0x1A45DFA3:
            for inner, at, end, _ in _elements(stream, body, stop):
                if inner == 0x4282:
                    kind = _at(stream, at, min(end - at, 32)).rstrip(b"\0").decode("ascii", "replace")
        elif name == _INFO:
            length = 0.0
            for inner, at, end, _ in _elements(stream, body, stop):
                if inner == 0x2AD7B1:
                    scale = _unsigned(stream, at, end) or scale
                elif inner == 0x4489 and end - at in (4, 8):
                    length = struct.unpack(">f" if end - at == 4 else ">d", _at(stream, at, end - at))[0]
            if 0 < length < 1e12:
                found.duration_s = length * scale / 1e9
        elif name == _TRACKS:
            _ebml_tracks(stream, body, stop, found)
        elif name == _CLUSTER and not unknown:
            for inner, at, end, _ in _elements(stream, body, stop):
                if inner == 0xE7:
                    cluster = _unsigned(stream, at, end)
                    last = max(last, cluster)
                else:
                    last = max(last, _block_time(stream, inner, at, end, cluster))
        elif name == 0xE7:
            cluster = _unsigned(stream, body, stop)
            last = max(last, cluster)
        else:
            last = max(last, _block_time(stream, name, body, stop, cluster))
    if not kind:
        raise Unreadable("no document type")
    if found.duration_s is None and last:
        found.duration_s = last * scale / 1e9
    return kind, found


def _flat(stream: IO[bytes], size: int) -> Iterator[tuple[int, int, int, bool]]:
    for name, body, stop, unknown in _elements(stream, 0, size):
        if name == _SEGMENT and not unknown:
            yield name, body, stop, False
            yield from _elements(stream, body, min(stop, size))
        else:
            yield name, body, stop, unknown


def _block_time(stream: IO[bytes], name: int, body: int, stop: int, cluster: int) -> int:
    if name == 0xA0:
        for inner, at, end, _ in _elements(stream, body, stop):
            if inner == 0xA1:
                return _block_time(stream, 0xA3, at, end, cluster)
    if name != 0xA3:
        return 0
    try:
        _, n, _ = _number(stream, body, keep_mark=False)
    except Unreadable:
        return 0
    raw = _at(stream, body + n, 2)
    return cluster + struct.unpack(">h", raw)[0] if len(raw) == 2 else 0


def _ebml_tracks(stream: IO[bytes], body: int, stop: int, found: Recording) -> None:
    for name, at, end, _ in _elements(stream, body, stop):
        if name != 0xAE:
            continue
        for inner, start, finish, _ in _elements(stream, at, min(end, stop)):
            if inner == 0x83:
                kind = _unsigned(stream, start, finish)
                found.has_picture |= kind == 1
                found.has_sound |= kind == 2
            elif inner == 0xE0:
                for leaf, first, final, _ in _elements(stream, start, finish):
                    if leaf == 0xB0:
                        found.width = _unsigned(stream, first, final) or None
                    elif leaf == 0xBA:
                        found.height = _unsigned(stream, first, final) or None


# --- RIFF: WAV, AVI --------------------------------------------------------------------------------------------------


def _chunks(stream: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    at = start
    for _ in range(_MAX_ELEMENTS):
        if at + 8 > end:
            return
        name, length = struct.unpack("<4sI", _at(stream, at, 8))
        yield name, at + 8, at + 8 + length
        at += 8 + length + (length & 1)


def wav(stream: IO[bytes]) -> Recording:
    """Raises Unreadable without a format chunk."""
    size, rate = _size(stream), 0
    found = Recording(has_sound=True)
    for name, body, end in _chunks(stream, 12, size):
        if name == b"fmt ":
            rate = struct.unpack_from("<I", _at(stream, body, 16), 8)[0]
        elif name == b"data" and rate:
            found.complete = end <= size
            found.duration_s = (min(end, size) - body) / rate
    if not rate:
        raise Unreadable("no format")
    return found


def avi(stream: IO[bytes]) -> Recording:
    """Raises Unreadable without a main header."""
    size = _size(stream)
    for name, body, end in _chunks(stream, 12, size):
        if name == b"LIST" and _at(stream, body, 4) == b"hdrl":
            for inner, at, _ in _chunks(stream, body + 4, min(end, size)):
                if inner == b"avih":
                    record = struct.unpack("<10I", _at(stream, at, 40))
                    length = record[0] * record[4] / 1e6
                    return Recording(length or None, record[8] or None, record[9] or None, has_picture=True)
    raise Unreadable("no main header")
