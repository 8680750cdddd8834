"""A court of real processes with its web app, and Chromium in front of it, as a phone and as a desktop."""

import asyncio
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.harness import running_court
from tests.journeys.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
START_WITHIN_S = 90
#: A line of the structured log above a warning, or a failure before there was a log.
FAILED = re.compile(r'"level": ?"(error|critical)"|^Traceback')
#: Two loaded cores are slow; nothing here waits for a time, only for a state.
PATIENCE_MS = 30_000
CHROMIUM_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
expect.set_options(timeout=PATIENCE_MS)
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def chromium_path() -> str:
    """Where Chromium is. Raises AssertionError, naming the command that brings it."""
    found = next((at for name in ("chromium", "chromium-browser", "google-chrome") if (at := shutil.which(name))), None)
    assert found, "the journeys need Chromium and it was not found: apt-get install chromium"
    return found


def built_web() -> Path:
    """The built web app, built anew when it is missing or older than what it is made from."""
    made = WEB / "dist" / "index.html"
    (WEB / ".cache").mkdir(exist_ok=True)
    with (WEB / ".cache" / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two workers of one test run must not write the same files at once
        sources = [WEB / "index.html", WEB / "package-lock.json", *WEB.glob("*.config.*")]
        sources += [path for folder in ("src", "public") for path in (WEB / folder).rglob("*") if path.is_file()]
        if not made.exists() or made.stat().st_mtime < max(path.stat().st_mtime for path in sources):
            built = subprocess.run(
                ["npm", "--prefix", str(WEB), "run", "build"], capture_output=True, text=True, check=False
            )
            assert built.returncode == 0, f"the web app does not build:\n{built.stdout[-2000:]}\n{built.stderr[-2000:]}"
    return made.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


#: What happened at the court before its doors open; answers ids by the names a test knows them by.
Settle = Callable[[Cast], Awaitable[dict[str, str]]]


async def nothing_yet(_: Cast) -> dict[str, str]:
    return {}


@dataclass
class Court:
    """Web and worker as child processes on a database that exists."""

    place: Path
    database_dsn: str
    web: Path
    port: int = field(default_factory=free_port)
    #: Ids of the people of the cast, and what was settled before the doors opened.
    ids: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    #: Settings besides those that every court of the journeys has.
    more: Mapping[str, str] = field(default_factory=dict)
    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TIANPING_DATA": str(self.place), "TIANPING_DATABASE_DSN": self.database_dsn,
            "TIANPING_HOST": "127.0.0.1", "TIANPING_PORT": str(self.port), "TIANPING_PUBLIC_URL": self.address,
            "TIANPING_WEB": str(self.web), "TIANPING_POOL_SIZE": "4", "TIANPING_REQUESTS_A_MINUTE": "0",
            "TIANPING_LOG_LEVEL": "WARNING", **self.more,
        }  # fmt: skip

    def start(self, settle: Settle) -> "Court":
        """Settles what is to be known in-process, then opens. Raises AssertionError when it does not come up."""
        self.place.mkdir(parents=True, exist_ok=True)
        asyncio.run(self._settle(settle))
        for name in ("web", "worker"):
            with (self.place / f"{name}.log").open("ab") as log:
                self.children[name] = subprocess.Popen(
                    [sys.executable, "-m", f"tianping.apps.{name}"], env={**os.environ, **self.environment}, cwd=ROOT,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
        self._until_answering()
        return self

    async def _settle(self, settle: Settle) -> None:
        # Commitments to seeds are published before a filing is handed in: in a court that opens now, an hour ago.
        async with running_court(self.environment, at=datetime.now(UTC) - timedelta(hours=1)) as court:
            cast = await Cast(court).enter()
            self.known = await settle(cast)
            self.ids = {key: str(person) for key, person in cast.ids.items()}

    def _until_answering(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline and self.children["web"].poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the court does not come up:\n{self.log('web')[-3000:]}")

    def log(self, name: str) -> str:
        return (self.place / f"{name}.log").read_text(errors="replace")

    def failures(self) -> list[str]:
        """What web and worker logged as a failure that nobody expected."""
        lines = [line for name in ("web", "worker") for line in self.log(name).splitlines()]
        return [line[-2000:] for line in lines if FAILED.search(line)]

    def stop(self) -> None:
        for process in self.children.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.children.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Visitor:
    """One person at one device: a browser context, its page, and what went wrong in it."""

    def __init__(self, court: Court, context: BrowserContext) -> None:
        self.court = court
        self.context = context
        context.set_default_timeout(PATIENCE_MS)
        context.set_default_navigation_timeout(PATIENCE_MS)
        self.troubles: list[str] = []
        self.expected: tuple[str, ...] = ()
        context.on("page", self._listen)
        self.page = context.new_page()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("console", lambda said: self._hear(said.type, said.text, str(said.location.get("url", ""))))

    def _hear(self, kind: str, text: str, where: str) -> None:
        if kind == "error" and not any(part in f"{text} {where}" for part in self.expected):
            self.troubles.append(f"console: {text} ({where.removeprefix(self.court.address)})")

    @contextmanager
    def expecting(self, *parts: str) -> Iterator[None]:
        """Console errors with one of these words are part of what is tried here."""
        before, self.expected = self.expected, (*self.expected, *parts)
        try:
            yield
        finally:
            self.page.evaluate("() => new Promise((done) => setTimeout(done))")
            self.expected = before

    def go(self, path: str) -> Page:
        self.page.goto(self.court.address + path)
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def write(self, field: str, words: str) -> None:
        """Into the field of this name, which is the server's path of the answer."""
        self.page.locator(f'[data-field="{field}"]').locator("input, textarea").first.fill(words)

    def choose(self, field: str, option: str) -> None:
        self.page.locator(f'[data-field="{field}"]').get_by_label(option).first.check()

    def pick(self, field: str, option: str) -> None:
        self.page.locator(f'[data-field="{field}"] select').select_option(label=option)

    def headed(self, words: str) -> None:
        expect(self.page.locator("#page-title")).to_contain_text(words)

    def read(self, path: str) -> Any:
        """The JSON that the API gives this person. Raises AssertionError on a refusal."""
        answer = self.context.request.get(f"{self.court.address}/api/v1{path}")
        assert answer.ok, (path, answer.status, answer.text()[:500])
        return answer.json()

    def status(self, path: str) -> int:
        return self.context.request.get(f"{self.court.address}/api/v1{path}").status

    def until(self, holds: Callable[[], Any], what: str, *, patience_ms: int = 2 * PATIENCE_MS) -> Any:
        """Ask again until it holds, and answer it; the browser goes on meanwhile. Raises AssertionError after a while."""
        deadline = time.monotonic() + patience_ms / 1000
        while time.monotonic() < deadline:
            if found := holds():
                return found
            self.page.wait_for_timeout(200)
        raise AssertionError(f"this did not come to hold: {what}; {self.court.failures()}")

    def enter(self, key: str) -> "Visitor":
        """Signed in as one of the cast, by the one click of the demonstration court."""
        person = {"person": self.court.ids[key]}
        answer = self.context.request.post(f"{self.court.address}/api/v1/demo/sessions", data=person)
        assert answer.status == 201, answer.text()
        return self


class Town:
    """A court and a Chromium; hands out devices."""

    def __init__(self, court: Court, browser: Browser) -> None:
        self.court = court
        self.browser = browser

    def device(self, *, phone: bool = False, dark: bool = False, **more: Any) -> Visitor:
        context = self.browser.new_context(
            **(PHONE if phone else DESKTOP), locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce",
            color_scheme="dark" if dark else "light", accept_downloads=True,
            **{"service_workers": "allow" if phone else "block", **more},
        )  # fmt: skip
        return Visitor(self.court, context)


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=[*CHROMIUM_OPTIONS, *options])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def town(
    place: Path, database_dsn: str, settle: Settle = nothing_yet, *, options: tuple[str, ...] = (), **settings: str
) -> Iterator[Town]:
    """A whole court with its browser on `database_dsn`, a migrated database; both end with the block.

    `options`: more of Chromium's; `settings`: more of the court's (`TIANPING_…`).
    """
    chromium_path()
    court = Court(place, database_dsn, built_web(), more=settings)
    try:
        court.start(settle)
        with chromium(*options) as browser:
            yield Town(court, browser)
    finally:
        court.stop()
