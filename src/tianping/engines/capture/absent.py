"""Where no browser is installed: says so, and captures nothing."""

from pathlib import Path

from tianping.interfaces.capture import Captured, CaptureUnavailable, Progress


class NoCapturer:
    """`interfaces.capture.Capturer` of a machine without a browser."""

    def available(self) -> str | None:
        return None

    async def check(self, url: str) -> None:
        raise CaptureUnavailable

    async def capture(self, url: str, *, into: Path, progress: Progress) -> Captured:
        raise CaptureUnavailable
