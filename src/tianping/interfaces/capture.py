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
