"""One look at a file: what it is, whether the court can take it, what people should know, and copies to show."""

import struct
import unicodedata
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tianping.engines.materials import findings as f
from tianping.engines.materials import kinds as k
from tianping.engines.materials import texts
from tianping.engines.materials.media import Unreadable
from tianping.engines.materials.sniffing import Recognised, recognise
from tianping.interfaces.materials import Finding, Inspection, Kind
from tianping.kit.file_names import clean_name

if TYPE_CHECKING:
    from tianping.engines.materials.images import Picture
    from tianping.engines.materials.pdf import Paper

_RIGHT_TO_LEFT = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f"


def inspect(
    path: Path, declared_name: str, declared_type: str = "", *, into: Path | None = None, password: str | None = None
) -> Inspection:
    """Look into a file. Runs parsers over hostile bytes: in the service only through `sandbox`.

    Never raises for what the file contains. `declared_type` is not believed and not needed; it is taken so that callers
    need not drop it. `into` is an existing folder for derivatives.
    """
    if path.stat().st_size == 0:
        return Inspection(Kind.UNKNOWN, "application/octet-stream", "", refusal=f.EMPTY)
    extension = k.extension_of(declared_name)
    try:
        recognised = recognise(path, extension)
        inspection = _inspect(path, recognised, extension, into, password)
    except MemoryError:
        inspection = _unknown(f.COULD_NOT_BE_READ)
    # Parsers of other people's bytes fail in more ways than can be listed; whatever it is, the file is unreadable.
    except (Unreadable, struct.error, ValueError, OSError, EOFError, zlib.error, RuntimeError, LookupError, TypeError,
            AttributeError, ArithmeticError, RecursionError, NotImplementedError):  # fmt: skip
        inspection = _unknown(f.DAMAGED)
    warnings, hazards = _about_name(declared_name)
    return msgspec.structs.replace(
        inspection, warnings=inspection.warnings + warnings, hazards=inspection.hazards + hazards
    )


def _about_name(name: str) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    shown = clean_name(name).replace("{", "(").replace("}", ")")
    hidden = any(c in _RIGHT_TO_LEFT for c in name)
    parts = shown.lower().rsplit(".", 2)
    known = {extension for form in k.ACCEPTED for extension in form.extensions}
    double = len(parts) == 3 and parts[2].strip() in k.RUNNABLE and parts[1].strip() in known
    hazards = (f.say(f.DOUBLE_EXTENSION, name=shown),) if hidden or double else ()
    invisible = any(unicodedata.category(c) in {"Cc", "Cf"} for c in name)
    return ((f.NAME_CLEANED,) if invisible else (), hazards)


def _unknown(refusal: Finding) -> Inspection:
    return Inspection(Kind.UNKNOWN, "application/octet-stream", "", refusal=refusal)


def _inspect(path: Path, recognised: Recognised, extension: str, into: Path | None, password: str | None) -> Inspection:
    form = recognised.form
    if form is None:
        return msgspec.structs.replace(_unknown(recognised.refusal or f.TYPE_UNKNOWN), hazards=recognised.hazards)
    inspection = Inspection(
        form.kind,
        form.media_type,
        form.extensions[0],
        warnings=_mismatch(form, extension),
        hazards=recognised.hazards,
        refusal=recognised.refusal,
    )
    if recognised.refusal:
        return inspection
    # The services ask the sandbox, and need not have these libraries in memory themselves.
    if form.kind is Kind.IMAGE:
        from tianping.engines.materials.images import read_picture

        return _with(inspection, read_picture(path, form, into))
    if form is k.PDF:
        from tianping.engines.materials.pdf import read_pdf

        return _with(inspection, read_pdf(path, into, password))
    if recognised.recording is not None:
        return _recorded(inspection, recognised)
    if form.kind is Kind.WEB_PAGE and recognised.text and texts.runs_scripts(recognised.text):
        return msgspec.structs.replace(inspection, warnings=(*inspection.warnings, f.WEB_SCRIPTS))
    return inspection


def _mismatch(form: k.Format, extension: str) -> tuple[Finding, ...]:
    if not extension or extension in form.extensions:
        return ()
    shown = "." + "".join(c for c in extension if c.isalnum())
    return (f.say(f.EXTENSION_MISMATCH, declared=shown, zh=form.zh, en=form.en),)


def _with(inspection: Inspection, found: "Picture | Paper") -> Inspection:
    known = {name: value for name, value in msgspec.structs.asdict(found).items() if name != "warnings"}
    return msgspec.structs.replace(inspection, warnings=inspection.warnings + found.warnings, **known)


def _recorded(inspection: Inspection, recognised: Recognised) -> Inspection:
    recording = recognised.recording
    assert recording is not None
    warnings = list(inspection.warnings)
    length = recording.duration_s
    if length is None or not 0 < length < 1e8:
        length = None
        warnings.append(f.DURATION_UNKNOWN)
    if not recording.complete:
        warnings.append(f.MEDIA_INCOMPLETE)
    return msgspec.structs.replace(
        inspection,
        duration_s=length if length is None else round(length, 3),
        width=recording.width,
        height=recording.height,
        warnings=tuple(warnings),
    )
