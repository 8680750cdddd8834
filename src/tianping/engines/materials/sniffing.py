"""Which format a content is. Only bytes decide; the declared extension chooses between texts that look alike."""

import struct
import zipfile
from pathlib import Path
from typing import IO

import msgspec
import puremagic

from tianping.engines.materials import compound, media, sound, texts, zips
from tianping.engines.materials import findings as f
from tianping.engines.materials import kinds as k
from tianping.interfaces.materials import Finding


class Recognised(msgspec.Struct):
    """`form` is None when it is not accepted; `refusal` then says why. `text` is its beginning, if it is text."""

    form: k.Format | None = None
    hazards: tuple[Finding, ...] = ()
    refusal: Finding | None = None
    text: str | None = None
    recording: media.Recording | None = None


_IMAGES = ((b"\xff\xd8\xff", k.JPEG), (b"\x89PNG\r\n\x1a\n", k.PNG), (b"GIF87a", k.GIF), (b"GIF89a", k.GIF),
           (b"II*\0", k.TIFF), (b"MM\0*", k.TIFF))  # fmt: skip
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def recognise(path: Path, extension: str) -> Recognised:
    """Raises struct.error, ValueError or OSError for content that breaks off inside its own records."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(texts.HEAD)
        program = zips.program_of(head)
        if program:
            found = f.say(f.EXECUTABLE, label=program)
            return Recognised(hazards=(found,), refusal=found)
        hazards = (f.TEST_VIRUS,) if zips.TEST_VIRUS_MARK in head[:4096] else ()
        result = _binary(stream, head) or _text(path, head, size, extension) or _unknown(head, extension)
    result.hazards += hazards
    return result


def _binary(stream: IO[bytes], head: bytes) -> Recognised | None:
    for mark, form in _IMAGES:
        if head.startswith(mark):
            return Recognised(form)
    if (
        head.startswith(b"BM")
        and len(head) > 30
        and struct.unpack_from("<I", head, 14)[0] in (12, 40, 52, 56, 64, 108, 124)
    ):
        return Recognised(k.BMP)
    # Readers accept up to 1024 bytes before the mark (ISO 32000-1, annex H.3.4.1).
    if b"%PDF-" in head[:1024]:
        return Recognised(k.PDF)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(stream)
    if head.startswith(compound.MARK):
        return _compound(stream)
    if head.startswith(b"{\\rtf"):
        return Recognised(k.RTF, hazards=(f.ACTIVE_OBJECT,) if b"\\objdata" in head or b"\\objupdate" in head else ())
    if head[4:8] == b"ftyp":
        return _iso(stream, head)
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip") and struct.unpack_from(">I", head)[0] >= 8:
        return Recognised(k.MOV, recording=media.iso_media(stream))
    return _sound_or_film(stream, head)


def _sound_or_film(stream: IO[bytes], head: bytes) -> Recognised | None:
    if head.startswith(b"RIFF"):
        if head[8:12] == b"WEBP":
            return Recognised(k.WEBP)
        if head[8:12] == b"WAVE":
            return Recognised(k.WAV, recording=media.wav(stream))
        if head[8:12] == b"AVI ":
            return Recognised(k.AVI, recording=media.avi(stream))
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        kind, recording = media.ebml(stream)
        if kind == "webm":
            return Recognised(
                k.WEBM if recording.has_picture or not recording.has_sound else k.WEBM_AUDIO, recording=recording
            )
        return Recognised(k.MKV, recording=recording)
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return Recognised(k.AMR, recording=sound.amr(stream))
    if head.startswith(b"OggS"):
        return Recognised(k.OGG, recording=sound.ogg(stream))
    if head.startswith(b"fLaC"):
        return Recognised(k.FLAC, recording=sound.flac(stream))
    if sound.is_adts(head):
        return Recognised(k.AAC, recording=sound.aac(stream))
    if head.startswith(b"ID3") or sound.mp3_frame(head[:4]):
        return Recognised(k.MP3, recording=sound.mp3(stream))
    return None


def _zip(stream: IO[bytes]) -> Recognised:
    try:
        contents = zips.look_into(stream)
    except zipfile.BadZipFile:
        return Recognised(refusal=f.DAMAGED)
    if contents.form is None:
        found = f.say(f.EXECUTABLE, label=contents.label)
        return Recognised(hazards=(found,), refusal=found)
    return Recognised(contents.form, contents.hazards, contents.refusal)


def _compound(stream: IO[bytes]) -> Recognised:
    names = compound.stream_names(stream)
    if compound.is_encrypted(names):
        return Recognised(refusal=f.OFFICE_ENCRYPTED)
    hazards = (f.MACROS,) if compound.has_macros(names) else ()
    form = compound.format_of(names)
    if form is None:
        return Recognised(hazards=hazards, refusal=f.TYPE_UNKNOWN)
    return Recognised(form, hazards)


def _iso(stream: IO[bytes], head: bytes) -> Recognised:
    length = min(struct.unpack_from(">I", head)[0], 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if head[8:12] == b"avif" or (head[8:12] in (b"mif1", b"avis") and b"avif" in brands):
        return Recognised(k.AVIF)
    if head[8:12] in _HEIC_BRANDS:
        return Recognised(k.HEIC)
    recording = media.iso_media(stream)
    if head[8:11] == b"M4A" or head[8:11] == b"M4B" or (recording.has_sound and not recording.has_picture):
        return Recognised(k.M4A, recording=recording)
    if head[8:12] == b"qt  ":
        return Recognised(k.MOV, recording=recording)
    if head[8:11] in (b"3gp", b"3g2"):
        return Recognised(k.THREE_GP, recording=recording)
    return Recognised(k.MP4, recording=recording)


def _text(path: Path, head: bytes, size: int, extension: str) -> Recognised | None:
    text = texts.decode(head)
    if text is None:
        return None
    if texts.is_script(text) or extension in k.RUNNABLE:
        return Recognised(hazards=(f.SCRIPT,), refusal=f.SCRIPT, text=text)
    if text.lstrip()[:5] in {"<?xml", "<svg "} and "<svg" in text[:4096]:
        return Recognised(refusal=f.say(f.TYPE_NOT_ACCEPTED, label="SVG"), text=text)
    whole = texts.may_be_json(head, size)
    if whole and size > len(head):
        text = texts.decode(path.read_bytes()) or text
    return Recognised(texts.format_of(text, extension, whole=whole), text=text)


def _unknown(head: bytes, extension: str) -> Recognised:
    for mark, label in k.UNREADABLE_ARCHIVES.items():
        if head.startswith(mark):
            return Recognised(refusal=f.say(f.ARCHIVE_NOT_READABLE, label=label))
    if extension in k.RUNNABLE:
        found = f.say(f.EXECUTABLE, label=extension.upper())
        return Recognised(hazards=(found,), refusal=found)
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        guesses = []
    label = next((guess.name for guess in guesses if guess.confidence >= 0.4 and guess.name), "")
    label = "".join(c for c in label if c.isprintable() and c not in "{}")[:60]
    return Recognised(refusal=f.say(f.TYPE_NOT_ACCEPTED, label=label) if label else f.TYPE_UNKNOWN)
