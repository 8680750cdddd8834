"""Capture of a public web page by a browser of the court: what is asked for, what comes back, what could not be seen."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import msgspec

from tianping.kit.problems import Conflict, InvalidInput, Text, Unavailable


class CaptureUnavailable(Unavailable):
    code = "capture-unavailable"
    title = Text(
        "本院服务器未安装浏览器，暂不能固定网页", "This court's machine has no browser: pages cannot be captured"
    )


class AddressRefused(InvalidInput):
    """`reason`: scheme, port, credentials, private, unknown-host."""

    code = "address-refused"
    title = Text("不能固定这一网址", "This address cannot be captured")
    detail = Text("{zh}", "{en}")
    shown = ("reason",)


class CaptureFailed(Conflict):
    """`reason`: unreachable, time, size, browser, private."""

    code = "capture-failed"
    title = Text("网页固定未完成", "The page could not be captured")
    detail = Text("{zh}", "{en}")
    shown = ("reason",)


class Seen(msgspec.Struct, frozen=True):
    """What the capture noted. `weight`: note, warning, unseen (what it could not see)."""

    code: str
    weight: str
    said: Text


class Captured(msgspec.Struct, frozen=True, kw_only=True):
    """`package`: the zip, in a folder that the caller made; `digest` SM3, `sha256` and `size` of it. `facts`: how it was made."""

    package: Path
    digest: str
    sha256: str
    size: int
    facts: dict[str, object]
    seen: list[Seen]


class CapturedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request of the page. `at` ISO 8601, UTC; `size` and `digest` (SM3) of the content; `failed`: why nothing came."""

    at: str | None
    method: str
    url: str
    kind: str
    status: int | None
    media_type: str | None
    protocol: str | None
    tls: str | None
    size: int | None
    digest: str | None
    failed: str | None
    redirected_to: str | None


class CapturedConnection(msgspec.Struct, frozen=True, kw_only=True):
    """`answers`: of the name service; `address`: the one connected to, None where none was looked for (`refused`: scheme, port,
    credentials, private, unknown-host, or unreachable: it did not answer). `of_page` False: the browser's own.
    """

    at: str
    host: str
    port: int
    address: str | None
    answers: list[str]
    refused: str | None
    of_page: bool


class CapturedCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """Of the chain that a host showed, 0 its own; without names where it could not be read. `sha256` of the DER."""

    host: str
    position: int
    subject: str | None
    issuer: str | None
    valid_from: str | None
    valid_to: str | None
    sha256: str


class CapturedClock(msgspec.Struct, frozen=True, kw_only=True):
    """What the kernel said of its clock; `synchronised` None: it could not be asked. `offset_us`, `at_most_us`: microseconds."""

    now: str
    synchronised: bool | None
    offset_us: int | None
    at_most_us: int | None


class CapturedFile(msgspec.Struct, frozen=True):
    """A file of the package; `digest`: SM3."""

    name: str
    size: int
    digest: str


class CapturedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a package says of its making. Times ISO 8601, UTC. `sandbox`: whether the browser's own was on."""

    asked: str
    final: str
    title: str
    browser: str
    sandbox: bool
    system: str
    began_at: str
    ended_at: str
    received_bytes: int
    clock: CapturedClock
    requests: list[CapturedRequest]
    connections: list[CapturedConnection]
    certificates: list[CapturedCertificate]
    files: list[CapturedFile]


Progress = Callable[[str], Awaitable[None]]
"""Told the name of each step as it begins: resolving, opening, loading, picturing, packing."""


class Capturer(Protocol):
    def available(self) -> str | None:
        """Name and version of the browser; None where there is none."""
        ...

    async def check(self, url: str) -> None:
        """Whether the address may be captured. Raises AddressRefused."""
        ...

    async def capture(self, url: str, *, into: Path, progress: Progress) -> Captured:
        """Raises CaptureUnavailable, AddressRefused, CaptureFailed."""
        ...

    def record(self, package: Path) -> CapturedRecord:
        """What is in a package that `capture` made. Reads the file: not for the event loop."""
        ...

    def picture(self, package: Path, which: str) -> bytes:
        """PNG of a package. `which`: screen (what is seen first), whole (the long one). Reads the file."""
        ...
