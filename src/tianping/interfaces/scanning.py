"""Scanning uploads for harmful content: the adapter a virus scanner plugs into."""

from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

from tianping.interfaces.materials import Finding
from tianping.kit.problems import Text, Unavailable


class Harm(StrEnum):
    """What a scan concludes."""

    NONE = "none"
    SUSPECTED = "suspected"
    FOUND = "found"


class Verdict(msgspec.Struct, frozen=True):
    """The conclusion about one file. `by` names the scanner and its signatures, for the record."""

    harm: Harm
    by: str
    finding: Finding | None = None


class ScannerUnavailable(Unavailable):
    """A configured scanner did not answer. The file stays unreadable and is scanned again later: fail closed."""

    code = "scanner-unavailable"
    title = Text(
        "病毒检测服务暂时没有应答，文件将稍后自动检测",
        "The virus scanner is not answering; the file will be scanned later",
    )


class Scanner(Protocol):
    async def scan(self, path: Path, hazards: tuple[Finding, ...]) -> Verdict:
        """Scan a local file. `hazards` is what the inspection noticed. Raises `ScannerUnavailable`."""
        ...

    async def ready(self) -> bool:
        """Whether a scan could be done now."""
        ...

    def banner(self) -> Text | None:
        """What must be said to people about the scanner, such as that there is none; None if nothing."""
        ...
