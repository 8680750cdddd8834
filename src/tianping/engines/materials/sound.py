"""Plain sound files: how long they play, from their frame headers. Times are seconds."""

import io
import struct
from typing import IO

from tianping.engines.materials.media import Recording, Unreadable

_MP3_RATES = (44100, 48000, 32000)
_MP3_KBPS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
_AMR_WB_BYTES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1)
_BLOCK = 1 << 20


def after_id3(head: bytes) -> int:
    """Where the sound begins: behind an ID3v2 tag, if there is one."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    length = 0
    for byte in head[6:10]:
        length = length << 7 | byte & 0x7F
    return 10 + length + (10 if head[5] & 0x10 else 0)


def mp3_frame(header: bytes) -> tuple[int, int, int, int] | None:
    """(samples, samples a second, kbit/s, bytes) of the frame with this header; None if it is not one."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = (header[1] >> 3) & 3, 4 - ((header[1] >> 1) & 3)
    bitrate, rate = header[2] >> 4, (header[2] >> 2) & 3
    if version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return None
    generation = 1 if version == 3 else 2
    hertz = _MP3_RATES[rate] >> (0 if version == 3 else 1 if version == 2 else 2)
    kbps = _MP3_KBPS[generation, layer][bitrate - 1]
    samples = 384 if layer == 1 else 576 if layer == 3 and generation == 2 else 1152
    padding = (header[2] >> 1) & 1
    length = (12_000 * kbps // hertz + padding) * 4 if layer == 1 else samples * 125 * kbps // hertz + padding
    return samples, hertz, kbps, length


def mp3(stream: IO[bytes]) -> Recording:
    """By the count of frames if the file tells it (Xing, Info, VBRI), else by its bit rate."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    start = after_id3(stream.read(10))
    stream.seek(start)
    window = stream.read(_BLOCK)
    for at in range(max(0, min(len(window) - 4, 64 << 10))):
        frame = mp3_frame(window[at : at + 4])
        # A second header where the first frame ends tells a frame from chance.
        if frame is None or (
            mp3_frame(window[at + frame[3] : at + frame[3] + 4]) is None and at + frame[3] < len(window)
        ):
            continue
        samples, hertz, kbps, length = frame
        body = window[at : at + length]
        for mark in (b"Xing", b"Info"):
            place = body.find(mark)
            if place > 0 and len(body) >= place + 12 and body[place + 7] & 1:
                count = struct.unpack_from(">I", body, place + 8)[0]
                return Recording(count * samples / hertz, has_sound=True)
        place = body.find(b"VBRI")
        if place > 0 and len(body) >= place + 18:
            return Recording(struct.unpack_from(">I", body, place + 14)[0] * samples / hertz, has_sound=True)
        return Recording((size - start - at) / (kbps * 125), has_sound=True)
    raise Unreadable("no frame")


def amr(stream: IO[bytes]) -> Recording:
    """20 ms a frame, counted (RFC 4867)."""
    stream.seek(0)
    head = stream.read(9)
    wide = head.startswith(b"#!AMR-WB\n")
    sizes = _AMR_WB_BYTES if wide else _AMR_BYTES
    stream.seek(9 if wide else 6)
    frames = 0
    while kind := stream.read(1):
        rest = sizes[(kind[0] >> 3) & 15] - 1
        if len(stream.read(rest)) < rest:
            return Recording(frames * 0.02, has_sound=True, complete=False)
        frames += 1
    return Recording(frames * 0.02, has_sound=True)


def is_adts(head: bytes) -> bool:
    return len(head) >= 7 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0 and (head[2] >> 2) & 15 < len(_AAC_RATES)


def aac(stream: IO[bytes]) -> Recording:
    """1024 samples a frame, counted (ISO/IEC 13818-7 ADTS)."""
    stream.seek(0)
    frames = rate = 0
    while is_adts(header := stream.read(7)):
        rate = _AAC_RATES[(header[2] >> 2) & 15]
        length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
        if length < 7:
            break
        stream.seek(length - 7, io.SEEK_CUR)
        frames += 1
    if not frames:
        raise Unreadable("no frame")
    return Recording(frames * 1024 / rate, has_sound=True)


def ogg(stream: IO[bytes]) -> Recording:
    """By the granule position of the last page (RFC 3533); Opus counts at 48 kHz."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(4096)
    rate = skip = 0
    if (place := head.find(b"OpusHead")) > 0 and len(head) >= place + 12:
        rate, skip = 48_000, struct.unpack_from("<H", head, place + 10)[0]
    elif (place := head.find(b"\x01vorbis")) > 0 and len(head) >= place + 16:
        rate = struct.unpack_from("<I", head, place + 12)[0]
    stream.seek(max(0, size - (128 << 10)))
    tail = stream.read()
    place = tail.rfind(b"OggS")
    if not rate or place < 0 or len(tail) < place + 14:
        return Recording(has_sound=True)
    granule = struct.unpack_from("<q", tail, place + 6)[0]
    return Recording((granule - skip) / rate if granule > skip else None, has_sound=True)


def flac(stream: IO[bytes]) -> Recording:
    stream.seek(0)
    info = stream.read(42)
    if len(info) < 42:
        raise Unreadable("no stream information")
    packed = int.from_bytes(info[18:26], "big")
    rate, samples = packed >> 44, packed & ((1 << 36) - 1)
    return Recording(samples / rate if rate and samples else None, has_sound=True)
