"""Reads a package that was made here, for people to look at: the same facts, fewer of them."""

import hashlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509

from tianping.engines.capture.packing import MANIFEST
from tianping.interfaces.capture import (
    CapturedCertificate,
    CapturedClock,
    CapturedConnection,
    CapturedFile,
    CapturedRecord,
    CapturedRequest,
)

PICTURES = {"screen": "screen.png", "whole": "whole.png"}


def record_of(package: Path) -> CapturedRecord:
    """Raises KeyError, ValueError for a zip that is no package of ours."""
    with zipfile.ZipFile(package) as archive:

        def read(name: str) -> Any:
            return msgspec.json.decode(archive.read(name))

        about = read("capture.json")
        clock = about["machine"]["clock"]
        ders = sorted(name for name in archive.namelist() if name.startswith("certificates/"))
        return CapturedRecord(
            asked=about["asked"], final=about["final"], title=about["title"], browser=about["browser"],
            sandbox=about["sandbox"], system=f"{about['machine']['system']} {about['machine']['release']}",
            began_at=about["began_at"], ended_at=about["ended_at"], received_bytes=about["received_bytes"],
            clock=CapturedClock(
                now=clock["now"], synchronised=clock["synchronised"], offset_us=clock["offset_us"],
                at_most_us=clock.get("at_most_us"),
            ),
            requests=[_request(one) for one in read("requests.json")],
            connections=[
                CapturedConnection(
                    at=one["at"], host=one["host"], port=one["port"], address=one["address"], answers=one["answers"],
                    refused=one["refused"], of_page=one["of_page"],
                )
                for one in read("connections.json")
            ],
            certificates=[_certificate(name, archive.read(name)) for name in ders],
            files=[CapturedFile(one["name"], one["size"], one["sm3"]) for one in read(MANIFEST)["files"]],
        )  # fmt: skip


def picture_of(package: Path, which: str) -> bytes:
    """PNG. `which`: screen, whole. Raises KeyError."""
    with zipfile.ZipFile(package) as archive:
        return archive.read(PICTURES[which])


def _request(one: dict[str, Any]) -> CapturedRequest:
    tls = one.get("tls")
    return CapturedRequest(
        at=datetime.fromtimestamp(one["at"], UTC).isoformat() if one.get("at") else None, method=one["method"],
        url=one["url"], kind=one["type"], status=one.get("status"), media_type=one.get("media_type"),
        protocol=one.get("protocol"), tls=f"{tls['protocol']} {tls['cipher']}".strip() if tls else None,
        size=one.get("content_size", one.get("size")), digest=one.get("content_sm3"), failed=one.get("failed"),
        redirected_to=one.get("redirected_to"),
    )  # fmt: skip


def _certificate(name: str, der: bytes) -> CapturedCertificate:
    """`name`: `certificates/NN-HOST-POSITION.der`. One that cannot be read is still named, by its digest."""
    _, _, rest = name.removeprefix("certificates/").removesuffix(".der").partition("-")
    host, _, position = rest.rpartition("-")
    try:
        read = x509.load_der_x509_certificate(der)
        about = (
            read.subject.rfc4514_string(), read.issuer.rfc4514_string(), read.not_valid_before_utc.isoformat(),
            read.not_valid_after_utc.isoformat(),
        )  # fmt: skip
    except ValueError:
        about = (None, None, None, None)
    subject, issuer, valid_from, valid_to = about
    return CapturedCertificate(
        host=host, position=int(position), subject=subject, issuer=issuer, valid_from=valid_from, valid_to=valid_to,
        sha256=hashlib.sha256(der).hexdigest(),
    )  # fmt: skip
