"""A payment gateway over HTTPS: JSON, each request signed as notifications are (`signature.py`).

`POST {url}/payments` {attempt_id, order_id, amount, description, notify_url} → {reference, pay_at};
`POST {url}/refunds` {refund_id, reference, amount} → {reference}; `GET {url}/statements/{day}` → {lines}.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

import httpx
import msgspec
import stamina

from tianping.contexts.payments.gateways import signature
from tianping.interfaces.gateway import Notification, PaymentStarted, StatementLine
from tianping.kit.money import Money
from tianping.kit.problems import Text, Unavailable
from tianping.platform.database import read_as


class HttpGateway:
    """`key` is shared with the gateway; `notify_url` is where it tells us of payments."""

    name = "http"
    notice: Text | None = None

    def __init__(self, url: str, key: bytes, notify_url: str, *, client: httpx.AsyncClient | None = None) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._notify_url = notify_url
        self._client = client or httpx.AsyncClient(timeout=10)

    async def start(self, *, order_id: UUID, amount: Money, description: str, attempt_id: UUID) -> PaymentStarted:
        answer = await self._call(
            "POST",
            "/payments",
            {
                "attempt_id": str(attempt_id), "order_id": str(order_id), "amount": str(amount),
                "description": description, "notify_url": self._notify_url,
            },
        )  # fmt: skip
        return msgspec.json.decode(answer, type=PaymentStarted)

    def read_notification(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notification:
        return signature.read(self._key, headers, body, now=now)

    async def statement(self, day: date) -> list[StatementLine]:
        answer = await self._call("GET", f"/statements/{day.isoformat()}", None)
        return [read_as(StatementLine, line) for line in msgspec.json.decode(answer)["lines"]]

    async def refund(self, *, refund_id: UUID, reference: str, amount: Money) -> str:
        body = {"refund_id": str(refund_id), "reference": reference, "amount": str(amount)}
        return msgspec.json.decode(await self._call("POST", "/refunds", body))["reference"]

    async def _call(self, method: str, path: str, body: object) -> bytes:
        """Retried, since every call is idempotent by its id. Raises Unavailable when the gateway stays silent."""
        content = b"" if body is None else msgspec.json.encode(body)
        try:
            async for attempt in stamina.retry_context(on=(httpx.TransportError, httpx.HTTPStatusError), attempts=3):
                with attempt:
                    timestamp, nonce = int(datetime.now(UTC).timestamp()), secrets.token_hex(12)
                    headers = {
                        "Content-Type": "application/json",
                        "X-Gateway-Timestamp": str(timestamp),
                        "X-Gateway-Nonce": nonce,
                        "X-Gateway-Signature": signature.sign(
                            self._key, timestamp=timestamp, nonce=nonce, body=content
                        ),
                    }
                    answer = await self._client.request(method, self._url + path, content=content, headers=headers)
                    answer.raise_for_status()
                    return answer.content
        except (httpx.TransportError, httpx.HTTPStatusError) as silent:
            raise Unavailable from silent
        raise Unavailable
