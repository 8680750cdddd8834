"""Captures a page with headless Chromium: a clean profile, one way out, everything written down, packed."""

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from tianping.engines.capture.addresses import AddressGuard
from tianping.engines.capture.devtools import BrowserGone, CommandRefused, DevTools
from tianping.engines.capture.doorway import Doorway
from tianping.engines.capture.finding import as_root, find_browser
from tianping.engines.capture.packing import manifest_of, pack, pretty
from tianping.engines.capture.page import Page, Record
from tianping.engines.capture.reading import picture_of, record_of
from tianping.engines.capture.surroundings import surroundings
from tianping.engines.capture.unseen import hosts_of, unseen
from tianping.interfaces.capture import Captured, CapturedRecord, CaptureFailed, CaptureUnavailable, Progress
from tianping.kit.digests import sm3_of
from tianping.kit.problems import Problem

log = structlog.get_logger(__name__)

TIME_S = 60.0
MOST_BYTES = 40 * 1024 * 1024
LARGEST_PACKAGE = 120 * 1024 * 1024

_ARGUMENTS = (
    "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--disable-quic", "--disable-breakpad", "--disable-domain-reliability", "--disable-client-side-phishing-detection",
    "--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider,Translate,AutofillServerCommunication",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--no-first-run", "--no-default-browser-check",
    "--no-pings", "--mute-audio", "--hide-scrollbars", "--metrics-recording-only", "--password-store=basic",
    "--use-mock-keychain", "--lang=zh-CN", "--window-size=1366,900",
)  # fmt: skip


class ChromiumCapturer:
    """`interfaces.capture.Capturer`. `program`: path of Chromium, looked for in the usual places where it is not given."""

    def __init__(
        self, guard: AddressGuard, *, program: Path | None = None, time_s: float = TIME_S, most_bytes: int = MOST_BYTES
    ) -> None:
        self._guard = guard
        self._named = program
        self._time_s = time_s
        self._most_bytes = most_bytes

    def available(self) -> str | None:
        return None if find_browser(self._named) is None else "Chromium"

    async def check(self, url: str) -> None:
        await self._guard.place(*self._guard.read(url))

    async def capture(self, url: str, *, into: Path, progress: Progress) -> Captured:
        # Looked for each time: one that is installed while the court runs is found.
        program = find_browser(self._named)
        if program is None:
            raise CaptureUnavailable
        await progress("resolving")
        await self.check(url)
        doorway = Doorway(self._guard, most=self._most_bytes)
        await doorway.open()
        try:
            async with asyncio.timeout(self._time_s):
                await progress("opening")
                async with _browser(program, doorway.port) as tools:
                    record = await Page(tools, doorway).take(url, progress)
        except TimeoutError as slow:
            raise _failed("time", "网页在限定时间内没有打开完", "The page did not finish in time") from slow
        except (BrowserGone, CommandRefused, OSError) as gone:
            log.warning("the browser did not finish", reason=type(gone).__name__)
            raise _failed("browser", "浏览器未能完成固定，请重试", "The browser did not finish; try again") from gone
        finally:
            await doorway.close()
        await progress("packing")
        return await asyncio.to_thread(_packed, record, doorway, into / "capture.zip", self._most_bytes)

    def record(self, package: Path) -> CapturedRecord:
        return record_of(package)

    def picture(self, package: Path, which: str) -> bytes:
        return picture_of(package, which)


def _packed(record: Record, doorway: Doorway, target: Path, most: int) -> Captured:
    machine = surroundings()
    seen = unseen(record, doorway, most=most)
    asked = hosts_of(record)
    about = {
        "format": "tianping-capture/1",
        "asked": record.asked,
        "final": record.final,
        "title": record.title,
        "began_at": record.began_at.isoformat(),
        "ended_at": record.ended_at.isoformat(),
        "browser": record.browser,
        "sandbox": not as_root(),
        "machine": machine,
        "received_bytes": doorway.received,
    }
    files = {
        **record.files,
        "capture.json": pretty(about),
        "connections.json": pretty(
            [
                {
                    "at": one.at.isoformat(), "host": one.host, "port": one.port, "address": one.address,
                    "answers": one.answers, "refused": one.refused, "of_page": one.host in asked,
                }
                for one in doorway.connections
            ]
        ),
        "unseen.json": pretty([{"code": one.code, "weight": one.weight, "zh": one.said.zh, "en": one.said.en} for one in seen]),
    }  # fmt: skip
    if sum(map(len, files.values())) > LARGEST_PACKAGE:
        raise _failed("size", "网页内容过大", "The page is too large")
    pack(files, target)
    digest, sha256, size = _digests(target)
    facts: dict[str, object] = {
        "tool": "tianping-capture/1", "browser": record.browser, "asked": record.asked, "final": record.final,
        "began_at": record.began_at.isoformat(), "ended_at": record.ended_at.isoformat(), "machine": machine,
        "addresses": sorted(
            {f"{one.host} {one.address}" for one in doorway.connections if one.address and one.host in asked}
        ),
        "manifest": sm3_of([manifest_of(files)]),
    }  # fmt: skip
    return Captured(package=target, digest=digest, sha256=sha256, size=size, facts=facts, seen=seen)


def _digests(path: Path) -> tuple[str, str, int]:
    content = path.read_bytes()
    return sm3_of([content]), hashlib.sha256(content).hexdigest(), len(content)


@asynccontextmanager
async def _browser(program: str, proxy_port: int) -> AsyncIterator[DevTools]:
    """A browser in a profile that is new and gone afterwards, with the doorway as its only way out."""
    to_browser, from_us = os.pipe()
    to_us, from_browser = os.pipe()
    profile = tempfile.mkdtemp(prefix="tianping-profile-")
    arguments = [
        *_ARGUMENTS, f"--user-data-dir={profile}", f"--proxy-server=http://127.0.0.1:{proxy_port}",
        "--proxy-bypass-list=<-loopback>", *(["--no-sandbox"] if as_root() else []), "about:blank",
    ]  # fmt: skip
    # Nothing of the court's own environment reaches the browser.
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": profile, "TMPDIR": profile, "LANG": "C.UTF-8"}
    launcher = Path(__file__).with_name("launch.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(launcher), str(to_browser), str(from_browser), str(os.getpid()), program, *arguments,
        pass_fds=(to_browser, from_browser), env=environment, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_browser)
    os.close(from_browser)
    tools = DevTools()
    try:
        await tools.open(to_us, from_us)
        yield tools
    finally:
        await tools.close()
        # It leads a group of its own: all of its processes go with it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await asyncio.to_thread(shutil.rmtree, profile, ignore_errors=True)


def _failed(reason: str, zh: str, en: str) -> Problem:
    return CaptureFailed(reason=reason, zh=zh, en=en)
