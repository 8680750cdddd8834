"""ZIP containers looked into without unpacking: limits, encryption, paths, and what kind of document they are."""

import io
import re
import zipfile
import zlib
from typing import IO

import msgspec

from tianping.engines.materials import findings as f
from tianping.engines.materials import kinds as k
from tianping.interfaces.materials import Finding

MAX_MEMBERS = 5_000
MAX_EXPANDED = 4 << 30
"""Bytes after unpacking, declared by the archive; reading never goes past what is declared."""
MAX_RATIO = 250
RATIO_FROM = 64 << 20
"""Below this expanded size no ratio matters: a blank scan packs very well."""
MAX_DEPTH = 2
_MAX_INNER = 64 << 20
_MAX_PEEKS = 512

TEST_VIRUS_MARK = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_DRIVE = re.compile(r"^[A-Za-z]:")
_OOXML_MAIN = {
    "word/document.xml": k.DOCX,
    "xl/workbook.xml": k.XLSX,
    "xl/workbook.bin": k.XLSX,
    "ppt/presentation.xml": k.PPTX,
}
_ODF_TYPES = {form.media_type: form for form in (k.ODT, k.ODS, k.ODP)}
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
)


class Contents(msgspec.Struct):
    """What a container holds. `form` is None for one that runs (an Android or Java package)."""

    form: k.Format | None
    label: str = ""
    refusal: Finding | None = None
    hazards: tuple[Finding, ...] = ()


def look_into(stream: IO[bytes]) -> Contents:
    """Raises zipfile.BadZipFile when it is no ZIP at all; members that cannot be read are a refusal."""
    size = stream.seek(0, io.SEEK_END)
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        form, label = _form_of(archive)
        hazards = _hazards(archive, members, form)
        refusal = _refusal(archive, members, size, depth=1 if form is k.ZIP else 0)
    return Contents(form, label, refusal, tuple(hazards))


def _form_of(archive: zipfile.ZipFile) -> tuple[k.Format | None, str]:
    names = set(archive.namelist()[:MAX_MEMBERS])
    if "[Content_Types].xml" in names:
        for part, form in _OOXML_MAIN.items():
            if part in names:
                return form, ""
    if "mimetype" in names and (
        form := _ODF_TYPES.get(_first_bytes(archive, "mimetype", 100).decode("ascii", "replace").strip())
    ):
        return form, ""
    if "OFD.xml" in names:
        return k.OFD, ""
    if "AndroidManifest.xml" in names or "classes.dex" in names:
        return None, "Android APK"
    if "META-INF/MANIFEST.MF" in names and any(name.endswith(".class") for name in names):
        return None, "Java JAR"
    if any(re.fullmatch(r"Payload/[^/]+\.app/Info\.plist", name) for name in names):
        return None, "iOS IPA"
    return k.ZIP, ""


def _hazards(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], form: k.Format | None) -> list[Finding]:
    hazards: dict[str, Finding] = {}
    peeks = 0
    for member in members[:MAX_MEMBERS]:
        name = member.filename
        base = name.rsplit("/", 1)[-1].lower()
        if form is not k.ZIP:
            if base == "vbaproject.bin" or name.startswith("Basic/"):
                hazards["macros"] = f.MACROS
            elif base.startswith(("oleobject", "activex")) and base.endswith(".bin"):
                hazards["object"] = f.ACTIVE_OBJECT
            continue
        if k.extension_of(base) in k.RUNNABLE:
            hazards["holds"] = f.say(f.ARCHIVE_HOLDS, name=_shown(name))
        if member.flag_bits & 1 or member.is_dir() or peeks >= _MAX_PEEKS:
            continue
        peeks += 1
        first = _first_bytes(archive, name, 128)
        if TEST_VIRUS_MARK in first:
            hazards["eicar"] = f.TEST_VIRUS
        elif program_of(first):
            hazards["holds"] = f.say(f.ARCHIVE_HOLDS, name=_shown(name))
    return list(hazards.values())


def program_of(head: bytes) -> str | None:
    """Which system would run content that begins like this; None if none."""
    for mark, label in k.PROGRAMS.items():
        # Short marks are also how a text may begin; a program has zero bytes near its start.
        if head.startswith(mark) and (len(mark) > 3 or b"\0" in head):
            return label
    return None


def _refusal(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int, depth: int) -> Finding | None:
    if len(members) > MAX_MEMBERS:
        return f.say(f.ZIP_TOO_MANY, count=len(members), limit=MAX_MEMBERS)
    if any(member.flag_bits & 1 for member in members):
        return f.ZIP_ENCRYPTED if depth else f.OFFICE_ENCRYPTED
    if any(_leads_outside(member.filename) for member in members):
        return f.ZIP_PATH
    expanded = sum(member.file_size for member in members)
    if expanded > MAX_EXPANDED:
        return f.say(f.ZIP_TOO_BIG, limit=MAX_EXPANDED >> 20)
    packed = sum(member.compress_size for member in members)
    # Members that share the same packed bytes add up to more than the file is long.
    if packed > size or (expanded > RATIO_FROM and expanded > MAX_RATIO * max(packed, 1)):
        return f.ZIP_BOMB
    return _inner_refusal(archive, members, depth) if depth else None


def _inner_refusal(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], depth: int) -> Finding | None:
    for member in members:
        if k.extension_of(member.filename) != "zip":
            continue
        if depth >= MAX_DEPTH:
            return f.say(f.ZIP_NESTED, limit=MAX_DEPTH)
        if member.file_size > _MAX_INNER:
            return f.say(f.ZIP_TOO_BIG, limit=_MAX_INNER >> 20)
        try:
            content = archive.read(member)
            with zipfile.ZipFile(io.BytesIO(content)) as inner:
                refusal = _refusal(inner, inner.infolist(), len(content), depth + 1)
        except _UNREADABLE:
            return f.DAMAGED
        if refusal:
            return refusal
    return None


def _leads_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or bool(_DRIVE.match(name)) or ".." in re.split(r"[/\\]", name) or "\0" in name


def _first_bytes(archive: zipfile.ZipFile, name: str, count: int) -> bytes:
    try:
        with archive.open(name) as member:
            return member.read(count)
    except _UNREADABLE:
        return b""


def _shown(name: str) -> str:
    """A member's name for a sentence: braces would be read as places, control characters must not be shown."""
    return "".join(c for c in name if c.isprintable())[-60:]
