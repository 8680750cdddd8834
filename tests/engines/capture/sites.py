"""A small site on this machine for captures, and names that change their address."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><meta charset="utf-8"><title>晨雾海报</title><h1>晨雾 海报 ￥39</h1><p>全国包邮</p>
<img src="/picture.svg" alt=""><script>document.querySelector('p').textContent += '，今日下单'</script>"""
INWARD = """<!doctype html><title>in</title><p>see</p><img src="http://169.254.169.254/latest/meta-data/">
<img src="http://inside.example:PORT/secret"><iframe src="http://10.0.0.1/"></iframe>"""


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/moved":
            self._answer(302, "text/plain", b"", ("Location", "/"))
        elif self.path == "/inward":
            self._answer(302, "text/plain", b"", ("Location", "http://169.254.169.254/latest/meta-data/"))
        elif self.path == "/reaches":
            self._answer(200, "text/html", INWARD.replace("PORT", str(self.server.server_port)).encode())
        elif self.path == "/large":
            self._answer(200, "text/html", b"<p>large</p><img src=/blob>")
        elif self.path == "/blob":
            self._answer(200, "application/octet-stream", b"x" * 3_000_000)
        elif self.path == "/never":
            self.server.asked.append("waiting")
            threading.Event().wait(30)
        elif self.path == "/picture.svg":
            self._answer(200, "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
        else:
            self._answer(200, "text/html; charset=utf-8", PAGE.encode())

    def _answer(self, status: int, media: str, body: bytes, *more: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", media), ("Content-Length", str(len(body))), *more):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def site() -> Iterator[Site]:
    serving = Site()
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    try:
        yield serving
    finally:
        serving.shutdown()
        serving.server_close()


class ChangingName:
    """A name whose address changes after it was first looked up, as an attacker's would (DNS rebinding)."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, name: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]
