"""People who do their acts over HTTP whatever happens, and write down what the court acknowledged."""

import base64
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.journeys.cast import ANSWERS, photograph, signature

from tianping.platform.http.envelope import COOKIE

PATIENCE_S = 90
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


class Lost(AssertionError):
    """The court did not answer for too long, or answered what it must not."""


@dataclass
class Acknowledged:
    """One filing as the court acknowledged it, step by step; None is not yet."""

    filing_id: str
    revision: int = 0
    saved: list[str] = field(default_factory=list)
    number: str | None = None
    accepted: bool = False
    case_id: str | None = None
    order_id: str | None = None
    paid: bool = False


class Person:
    """One person with one session. Every act has one key and is sent until it is answered."""

    def __init__(self, address: str, person_id: str) -> None:
        self._person_id = person_id
        self._http = httpx.Client(base_url=f"{address}/api/v1", timeout=15)
        self._cookie = self._csrf = ""
        self.retries = 0

    def close(self) -> None:
        self._http.close()

    def sign_in(self) -> None:
        def send() -> httpx.Response:
            return self._http.post("/demo/sessions", json={"person": self._person_id})

        answer = self._until_answered(send)
        assert answer.status_code == 201, answer.text
        # The cookie is for https only; here the wire is the loopback interface.
        self._cookie = f"{COOKIE}={answer.headers['set-cookie'].split('=', 1)[1].split(';')[0]}"
        self._csrf = answer.json()["csrf_token"]

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie, "X-CSRF-Token": self._csrf}

    def _until_answered(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        """A refusal by the court is an answer; a broken connection or a court that is not ready is none."""
        end = time.monotonic() + PATIENCE_S
        last: object = None
        while time.monotonic() < end:
            try:
                answer = send()
                last = f"{answer.request.method} {answer.request.url} {answer.status_code} {answer.text[:500]}"
                if answer.status_code == 500:
                    raise Lost(str(last))
                if answer.status_code not in TRY_AGAIN:
                    return answer
            except httpx.TransportError as broken:
                last = broken
            self.retries += 1
            time.sleep(0.1)
        raise Lost(f"no answer: {last}")

    def read(self, path: str) -> Any:
        answer = self._until_answered(lambda: self._http.get(path, headers=self._headers))
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def act(self, path: str, body: object = None, *, method: str = "POST", good: tuple[int, ...] = (200, 201)) -> Any:
        """Under one key until answered. Raises AssertionError for a refusal."""
        headers = {**self._headers, "Idempotency-Key": uuid.uuid4().hex}
        answer = self._until_answered(lambda: self._http.request(method, path, json=body, headers=headers))
        assert answer.status_code in good, (path, answer.status_code, answer.text)
        return answer.json()

    def upload(self, content: bytes) -> str:
        """By tus, taken up again at the offset that the court tells after each interruption."""
        tus = {**self._headers, "Tus-Resumable": "1.0.0"}
        meta = f"filename {base64.b64encode('包裹.jpg'.encode()).decode()},filetype {base64.b64encode(b'image/jpeg').decode()}"
        made = self._until_answered(
            lambda: self._http.post(
                "/uploads", headers={**tus, "Upload-Length": str(len(content)), "Upload-Metadata": meta}
            )
        )
        assert made.status_code == 201, made.text
        path = f"/uploads/{made.headers['location'].rsplit('/', 1)[1]}"
        while True:
            asked = self._until_answered(lambda: self._http.head(path, headers=tus))
            assert asked.status_code == 200, asked.status_code
            offset = int(asked.headers["upload-offset"])
            if offset == len(content):
                return path.rsplit("/", 1)[1]
            part = {**tus, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            sent = self._until_answered(
                lambda: self._http.patch(path, content=content[offset : offset + 20_000], headers=part)  # noqa: B023
            )
            assert sent.status_code in (204, 409, 423), (sent.status_code, sent.text)

    def until(self, path: str, seen: Callable[[Any], Any]) -> Any:
        """Read until `seen` gives something."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if found := seen(answer := self.read(path)):
                return found
            time.sleep(0.2)
        raise Lost(f"{path} stays {str(answer)[:500]}")

    def file(self, told: Callable[[Acknowledged], None]) -> Acknowledged:
        """Draft, file, answers, signature, submission. `told` hears of the draft as soon as it is acknowledged."""
        begun = self.act("/filings", {"case_type": "ecom_sale"})
        mine = Acknowledged(begun["id"], begun["revision"])
        told(mine)
        upload_id = self.upload(photograph())
        self.until(f"/uploads/{upload_id}/state", lambda s: s["state"] == "ready")
        exhibit = {"name": "包裹照片", "source": "本人拍摄", "proves": "所收货物与宣传不符", "upload_id": upload_id}
        for path, value in {**ANSWERS, "evidence.0": exhibit}.items():
            body = {"answers": [{"path": path, "value": value, "revision": mine.revision}]}
            saved = self.act(f"/filings/{mine.filing_id}/answers", body, method="PATCH")
            mine.revision = saved["revision"]
            mine.saved.append(path)
        digest = self.read(f"/filings/{mine.filing_id}/complaint")["digest"]
        name = self.read("/session")["person"]["name"]
        self.act(f"/filings/{mine.filing_id}/sign", {"name": name, "image": signature(), "digest": digest})
        mine.number = self.act(f"/filings/{mine.filing_id}/submit")["number"]
        assert mine.number
        return mine

    def accept(self, mine: Acknowledged) -> None:
        """As a clerk: every condition met."""
        self.act(f"/reviews/{mine.filing_id}/claim")
        for item in self.read(f"/reviews/{mine.filing_id}")["checklist"]:
            self.act(f"/reviews/{mine.filing_id}/check-item", {"item": item["item"], "finding": "met"})
        self.act(f"/reviews/{mine.filing_id}/accept", {})
        mine.accepted = True

    def pay(self, mine: Acknowledged) -> None:
        """When the case and its order have come out of the acceptance."""

        def case_of(page: dict[str, Any]) -> str | None:
            for row in page["items"]:
                if self.read(f"/cases/{row['id']}")["filing_id"] == mine.filing_id:
                    return row["id"]
            return None

        mine.case_id = self.until("/cases?limit=100", case_of)
        order = self.until(f"/cases/{mine.case_id}/orders", lambda orders: orders[0] if orders else None)
        mine.order_id = order["id"]
        started = self.act(f"/orders/{mine.order_id}/pay")
        reference = started["pay_at"].rsplit("/", 1)[1]
        # The bank's own page: done twice it says that it was taken already.
        finished = self.act(f"/stand-in/{reference}/finish", {"pay": True}, good=(200, 201, 409))
        assert finished.get("outcome") in {"taken", "repeated", None}, finished
        self.until(f"/orders/{mine.order_id}", lambda o: o["state"] == "paid")
        mine.paid = True
