"""One page in the browser: opened, waited for, scrolled through, pictured, read; every request written down."""

import asyncio
import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tianping.engines.capture.devtools import CommandRefused, DevTools
from tianping.engines.capture.doorway import FORBIDDEN, Doorway
from tianping.engines.capture.packing import pretty
from tianping.interfaces.capture import CaptureFailed, Progress
from tianping.kit.digests import sm3

WIDTH, HEIGHT = 1366, 900
TALLEST = 16_000
"""Pixels of the long picture; what lies below is named as unseen."""
_LOAD_S, _QUIET_S, _SETTLE_S, _SLOW_S = 25.0, 1.0, 8.0, 3.0
_BODIES, _LARGEST_BODY = 300, 8 * 1024 * 1024

_SCROLL = """(async () => {
  const step = innerHeight * 0.8, most = Math.min(document.documentElement.scrollHeight, MOST);
  for (let y = 0; y < most; y += step) { scrollTo(0, y); await new Promise(r => setTimeout(r, 60)); }
  scrollTo(0, 0);
})()"""


class Record(msgspec.Struct, kw_only=True):
    """What came of it. `files`: name to content; `exchanges`: one a request; `media`: counts of what is not in a picture."""

    asked: str
    final: str = ""
    title: str = ""
    browser: str = ""
    began_at: datetime
    ended_at: datetime
    status: int | None = None
    files: dict[str, bytes] = {}
    exchanges: list[dict[str, Any]] = []
    media: dict[str, int] = {}
    height: int = 0
    loaded: bool = False
    dialogs: int = 0
    windows: int = 0
    bodies_left_out: int = 0


class Page:
    def __init__(self, tools: DevTools, doorway: Doorway) -> None:
        self._tools = tools
        self._doorway = doorway
        self._session = ""
        self._requests: dict[str, dict[str, Any]] = {}
        self._order: list[dict[str, Any]] = []
        self._under_way: dict[str, float] = {}
        self._loaded = asyncio.Event()
        self._dialogs = 0
        self._windows = 0
        self._answers: set[asyncio.Task[Any]] = set()

    async def take(self, url: str, progress: Progress) -> Record:
        """Raises BrowserGone, CaptureFailed."""
        record = Record(asked=url, began_at=datetime.now(UTC), ended_at=datetime.now(UTC))
        self._tools.listen(self._told)
        record.browser = str((await self._tools.send("Browser.getVersion"))["product"])
        await self._prepare()
        await progress("loading")
        opened = await self._ask("Page.navigate", url=url, timeout_s=_LOAD_S)
        if opened.get("errorText"):
            await self._refuse(str(opened["errorText"]))
        record.loaded = await self._wait()
        await progress("picturing")
        await self._scroll()
        await self._look(record)
        await self._read_bodies(record)
        await self._certificates(record)
        record.files["requests.json"] = pretty(self._order)
        record.exchanges, record.dialogs, record.windows = self._order, self._dialogs, self._windows
        record.ended_at = datetime.now(UTC)
        return record

    async def _ask(self, method: str, *, timeout_s: float = 20.0, **params: Any) -> dict[str, Any]:
        return await self._tools.send(method, session=self._session, timeout_s=timeout_s, **params)

    async def _prepare(self) -> None:
        target = (await self._tools.send("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self._tools.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        await self._tools.send("Browser.setDownloadBehavior", behavior="deny")
        await self._tools.send("Target.setDiscoverTargets", discover=True)
        for domain in ("Network", "Page", "Runtime"):
            await self._ask(f"{domain}.enable")
        await self._ask("Network.setCacheDisabled", cacheDisabled=True)
        await self._ask(
            "Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False
        )

    async def _refuse(self, error: str) -> None:
        asked = {urlsplit(one["url"]).hostname for one in self._order}
        # The browser asks for things of its own, too; what became of those is not the page's.
        if any(one.refused in FORBIDDEN and one.host in asked for one in self._doorway.connections):
            raise CaptureFailed(
                reason="private",
                zh="网页跳转到不能访问的地址，已停止",
                en="The page leads to an address that may not be opened",
            )
        raise CaptureFailed(
            reason="unreachable", zh=f"网页打不开（{error}）", en=f"The page cannot be opened ({error})"
        )

    async def _wait(self) -> bool:
        """Until it is loaded and quiet, or the time is over. Whether it was loaded."""
        loaded = True
        try:
            async with asyncio.timeout(_LOAD_S):
                await self._loaded.wait()
        except TimeoutError:
            loaded = False
        await self._quiet()
        return loaded

    async def _quiet(self) -> None:
        """Until for a second nothing is under way, at most some seconds."""
        loop = asyncio.get_running_loop()
        until, still_since = loop.time() + _SETTLE_S, loop.time()
        while loop.time() < until:
            # What a frame of another site asked for ends elsewhere: it is not waited for for ever.
            if any(loop.time() - begun < _SLOW_S for begun in self._under_way.values()):
                still_since = loop.time()
            elif loop.time() - still_since >= _QUIET_S:
                return
            await asyncio.sleep(0.1)

    async def _scroll(self) -> None:
        """Through the page once, so that what comes only when it is looked at comes."""
        await self._evaluate(_SCROLL.replace("MOST", str(TALLEST)), wait=True)
        await self._quiet()

    async def _look(self, record: Record) -> None:
        seen = await self._evaluate(
            """({url: location.href, title: document.title, html: document.documentElement.outerHTML,
                 text: document.body ? document.body.innerText : '', height: document.documentElement.scrollHeight,
                 media: {video: document.querySelectorAll('video').length, audio: document.querySelectorAll('audio').length,
                         frames: document.querySelectorAll('iframe').length, canvas: document.querySelectorAll('canvas').length,
                         password: document.querySelectorAll('input[type=password]').length}})"""
        )
        record.final, record.title = str(seen.get("url", "")), str(seen.get("title", ""))
        record.height, record.media = int(seen.get("height", 0)), {k: int(v) for k, v in seen.get("media", {}).items()}
        record.files["page.html"] = str(seen.get("html", "")).encode(errors="replace")
        record.files["page.txt"] = str(seen.get("text", "")).encode(errors="replace")
        first = await self._ask("Page.captureScreenshot", format="png")
        record.files["screen.png"] = base64.b64decode(first["data"])
        tall = max(HEIGHT, min(record.height, TALLEST))
        whole = await self._ask(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": WIDTH, "height": tall, "scale": 1},
        )  # fmt: skip
        record.files["whole.png"] = base64.b64decode(whole["data"])
        archive = await self._ask("Page.captureSnapshot", format="mhtml")
        record.files["page.mhtml"] = str(archive["data"]).encode(errors="replace")
        main = next((one for one in self._order if one.get("type") == "Document" and one.get("status")), None)
        record.status = main["status"] if main else None

    async def _evaluate(self, expression: str, *, wait: bool = False) -> dict[str, Any]:
        try:
            answer = await self._ask(
                "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=wait, timeout_s=20.0
            )
        except CommandRefused:
            return {}
        value = answer.get("result", {}).get("value")
        return value if isinstance(value, dict) else {}

    async def _read_bodies(self, record: Record) -> None:
        """The digest of every answer's content, as far as the browser still has it."""
        for at, one in enumerate(self._order):
            if not one.get("finished") or one.get("size", 0) > _LARGEST_BODY or at >= _BODIES:
                record.bodies_left_out += 1
                continue
            try:
                body = await self._ask("Network.getResponseBody", requestId=one["id"])
            except CommandRefused:
                record.bodies_left_out += 1
                continue
            content = base64.b64decode(body["body"]) if body["base64Encoded"] else body["body"].encode(errors="replace")
            one["content_sm3"], one["content_size"] = sm3(content), len(content)

    async def _certificates(self, record: Record) -> None:
        """The chain that each origin showed."""
        origins = sorted(
            {"/".join(one["url"].split("/", 3)[:3]) for one in self._order if one["url"].startswith("https://")}
        )
        for at, origin in enumerate(origins[:50]):
            try:
                chain = (await self._ask("Network.getCertificate", origin=origin))["tableNames"]
            except CommandRefused:
                continue
            for position, encoded in enumerate(chain):
                host = origin.removeprefix("https://").replace(":", "_")
                record.files[f"certificates/{at:02d}-{host}-{position}.der"] = base64.b64decode(encoded)

    def _told(self, name: str, told: dict[str, Any]) -> None:
        if name == "Network.requestWillBeSent":
            self._asked(told)
        elif name == "Network.responseReceived":
            self._answered(told)
        elif name in ("Network.loadingFinished", "Network.loadingFailed"):
            self._ended(told, failed=name.endswith("Failed"))
        elif name == "Page.loadEventFired":
            self._loaded.set()
        elif name == "Page.javascriptDialogOpening":
            self._dialogs += 1
            task = asyncio.create_task(self._ask("Page.handleJavaScriptDialog", accept=False))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        elif name == "Target.targetCreated" and told["targetInfo"].get("openerId"):
            self._windows += 1

    def _asked(self, told: dict[str, Any]) -> None:
        request, before = told["request"], self._requests.get(told["requestId"])
        if before is not None and "redirectResponse" in told:
            self._take(before, told["redirectResponse"])
            before["redirected_to"] = request["url"]
        if request["url"].startswith(("data:", "blob:")):
            return
        made = {
            "id": told["requestId"], "method": request["method"], "url": request["url"], "type": told.get("type", "Other"),
            "headers": request.get("headers", {}), "at": told.get("wallTime"),
        }  # fmt: skip
        self._requests[told["requestId"]] = made
        self._order.append(made)
        self._under_way[told["requestId"]] = asyncio.get_running_loop().time()

    def _answered(self, told: dict[str, Any]) -> None:
        one = self._requests.get(told["requestId"])
        if one is not None:
            self._take(one, told["response"])

    def _take(self, one: dict[str, Any], response: dict[str, Any]) -> None:
        one["status"], one["answer_headers"] = response.get("status"), response.get("headers", {})
        one["media_type"], one["protocol"] = response.get("mimeType"), response.get("protocol")
        security = response.get("securityDetails")
        if security:
            wanted = ("protocol", "cipher", "subjectName", "issuer", "validFrom", "validTo", "sanList")
            one["tls"] = {name: security.get(name) for name in wanted}

    def _ended(self, told: dict[str, Any], *, failed: bool) -> None:
        self._under_way.pop(told["requestId"], None)
        one = self._requests.get(told["requestId"])
        if one is None:
            return
        if failed:
            one["failed"] = told.get("errorText", "failed")
        else:
            one["finished"], one["size"] = True, int(told.get("encodedDataLength", 0))
