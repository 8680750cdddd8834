"""Text messages through an HTTP gateway.

`POST url` with JSON `{"id", "to", "text"}`, `Authorization: Bearer <secret>` and the message's id as `Idempotency-Key`.
2xx: taken. 408, 425, 429, 401, 403 and 5xx: later (a wrong secret is ours to repair, not the message's fault). Any other
4xx: this message will never pass.
"""

import httpx

from tianping.engines.delivery.adapters.gateway import TryLater, WillNotPass
from tianping.engines.delivery.model import Outgoing

_LATER = frozenset({401, 403, 408, 425, 429})


class HttpSms:
    name = "http"

    def __init__(self, url: str, secret: str, *, timeout_s: float = 10) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=timeout_s, headers={"Authorization": f"Bearer {secret}"})

    async def send(self, message: Outgoing) -> None:
        try:
            answer = await self._client.post(
                self._url,
                json={"id": str(message.id), "to": message.address, "text": message.text},
                headers={"Idempotency-Key": str(message.id)},
            )
        except httpx.HTTPError as failure:
            raise TryLater(f"http-{type(failure).__name__}") from None
        if answer.is_success:
            return
        if answer.status_code in _LATER or answer.is_server_error:
            raise TryLater(f"http-{answer.status_code}")
        raise WillNotPass(f"http-{answer.status_code}")
