"""A person who files over a plain connection, so that the generator takes little of the cores that it shares with the court."""

import http.client
import itertools
import json
import struct
import time
import uuid
from typing import Any

from tests.faults.clients import Person
from tests.journeys.cast import ANSWERS, photograph, signature

from tianping.platform.http.envelope import COOKIE

_PICTURE = photograph()
_SIGNATURE = signature()
_numbers = itertools.count()
_PAGES = (("plaintiffs", "defendants"), ("claims", "links"), ("facts",))
"""What is answered on one page. The evidence goes with the last."""


def new_photograph() -> bytes:
    """The picture with a comment of its own, so that no two uploads are the same content."""
    said = f"{time.time_ns()}-{next(_numbers)}".encode()
    return _PICTURE[:2] + b"\xff\xfe" + struct.pack(">H", len(said) + 2) + said + _PICTURE[2:]


class Answer:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status_code, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        return json.loads(self.body)


class Filer(Person):
    """One person, one connection, one session."""

    def __init__(self, address: str, person_id: str) -> None:
        super().__init__(address, person_id)
        self._http.close()
        host, _, port = address.removeprefix("http://").partition(":")
        self._wire = http.client.HTTPConnection(host, int(port), timeout=60)
        self.acts_ms: list[float] = []

    def close(self) -> None:
        self._wire.close()

    def sign_in(self) -> None:
        answer = self._ask("POST", "/demo/sessions", {"person": self._person_id}, signed_in=False)
        self._cookie = f"{COOKIE}={answer.headers['set-cookie'].split('=', 1)[1].split(';')[0]}"
        self._csrf = answer.json()["csrf_token"]
        self._name = self.read("/session")["person"]["name"]

    def _ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None, *, signed_in: bool = True
    ) -> Answer:  # fmt: skip
        """Raises RuntimeError for a refusal: in a measure there must be none."""
        sent = dict(headers or {})
        if signed_in:
            sent |= self._headers
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        elif method != "GET":
            sent["Content-Length"] = "0"
        self._wire.request(method, f"/api/v1{path}", content, sent)
        reply = self._wire.getresponse()
        answer = Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        if answer.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer

    def read(self, path: str) -> Any:
        return self._ask("GET", path).json()

    def act(self, path: str, body: object = None, *, method: str = "POST", good: tuple[int, ...] = (200, 201)) -> Any:
        """One act, durable before it is answered; its milliseconds are kept."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        began = time.perf_counter()
        answer = self._ask(method, path, body, key)
        self.acts_ms.append((time.perf_counter() - began) * 1000)
        return answer.json()

    def upload(self, content: bytes) -> str:
        """By tus: announced, then sent in one part, as browsers do with what is smaller than a part."""
        tus = {"Tus-Resumable": "1.0.0"}
        meta = "filename 5YyF6KO5LmpwZw==,filetype aW1hZ2UvanBlZw=="
        made = self._ask(
            "POST", "/uploads", headers={**tus, "Upload-Length": str(len(content)), "Upload-Metadata": meta}
        )
        upload_id = made.headers["location"].rsplit("/", 1)[1]
        part = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        self._ask("PATCH", f"/uploads/{upload_id}", content, part)
        return upload_id

    def file_once(self, *, alone: bool = False) -> None:
        """A draft begun, one photograph, the answers, the complaint read, signed, handed in.

        The ten answers are saved in three requests: parties, claims, facts with the exhibit, as a client does that saves
        what was answered on a page when it is left. `alone`: each answer in a request of its own, as a browser does when
        the person pauses after each. The photograph is looked into while the answers are given, as with people.
        """
        begun = self.act("/filings", {"case_type": "ecom_sale"})
        filing_id, revision = begun["id"], begun["revision"]
        upload_id = self.upload(new_photograph())
        exhibit = {"name": "包裹照片", "source": "本人拍摄", "proves": "所收货物与宣传不符", "upload_id": upload_id}
        if alone:
            *pages, last = [{path: value} for path, value in {**ANSWERS, "evidence.0": exhibit}.items()]
        else:
            by_page = [{p: v for p, v in ANSWERS.items() if p.partition(".")[0] in groups} for groups in _PAGES]
            *pages, last = by_page
            last = {**last, "evidence.0": exhibit}
        for page in pages:
            revision = self._save(filing_id, page, revision)
        pause = 0.02
        while self.read(f"/uploads/{upload_id}/state")["state"] != "ready":
            time.sleep(pause)
            pause = min(0.5, pause * 2)
        self._save(filing_id, last, revision)
        digest = self.read(f"/filings/{filing_id}/complaint")["digest"]
        self.act(f"/filings/{filing_id}/sign", {"name": self._name, "image": _SIGNATURE, "digest": digest})
        assert self.act(f"/filings/{filing_id}/submit")["number"]

    def _save(self, filing_id: str, page: dict[str, object], revision: int) -> int:
        given = [{"path": path, "value": value, "revision": revision} for path, value in page.items()]
        return self.act(f"/filings/{filing_id}/answers", {"answers": given}, method="PATCH")["revision"]
