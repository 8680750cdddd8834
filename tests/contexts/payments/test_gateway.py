"""The HTTP gateway against a gateway written from its description only, with the signature computed by hashlib."""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime

import httpx
import pytest

from tianping.contexts.payments.gateways.http import HttpGateway
from tianping.interfaces.gateway import SignatureWrong
from tianping.kit.ids import new_id
from tianping.kit.money import Money
from tianping.kit.problems import Unavailable

KEY = b"shared with the bank"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def independent_signature(timestamp: str, nonce: str, body: bytes) -> str:
    return hmac.new(KEY, f"{timestamp}.{nonce}.".encode() + body, lambda: hashlib.new("sm3")).hexdigest()


class Bank:
    """Books by id, so that a repeated call changes nothing; can be silent for a while."""

    def __init__(self) -> None:
        self.payments: dict[str, dict] = {}
        self.refunds: dict[str, dict] = {}
        self.silent = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.silent:
            self.silent -= 1
            return httpx.Response(502)
        headers = request.headers
        expected = independent_signature(headers["x-gateway-timestamp"], headers["x-gateway-nonce"], request.content)
        if expected != headers["x-gateway-signature"]:
            return httpx.Response(401)
        if request.url.path == "/v1/payments":
            body = json.loads(request.content)
            self.payments[body["attempt_id"]] = body
            return httpx.Response(
                200, json={"reference": "B" + body["attempt_id"][:8], "pay_at": "https://bank.example/pay"}
            )
        if request.url.path == "/v1/refunds":
            body = json.loads(request.content)
            self.refunds[body["refund_id"]] = body
            return httpx.Response(200, json={"reference": "R" + body["refund_id"][:8]})
        assert request.url.path == "/v1/statements/2026-03-02"
        line = {"reference": "B1", "kind": "payment", "amount": "525.00", "at": "2026-03-02T01:00:00Z"}
        return httpx.Response(200, json={"lines": [line]})


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def gateway(bank) -> HttpGateway:
    client = httpx.AsyncClient(transport=httpx.MockTransport(bank))
    return HttpGateway(
        "https://bank.example/v1", KEY, "https://court.example/api/v1/payment-notifications", client=client
    )


async def test_payments_refunds_and_statements(gateway, bank):
    attempt, refund = new_id(), new_id()
    started = await gateway.start(order_id=new_id(), amount=Money.parse("525"), description="费", attempt_id=attempt)
    assert started.pay_at == "https://bank.example/pay"
    assert bank.payments[str(attempt)]["amount"] == "525.00"
    for _ in range(2):
        await gateway.refund(refund_id=refund, reference=started.reference, amount=Money.parse("262.50"))
    assert len(bank.refunds) == 1
    [line] = await gateway.statement(date(2026, 3, 2))
    assert line.amount == Money.parse("525")


async def test_a_silent_gateway_is_tried_again(gateway, bank):
    bank.silent = 2
    await gateway.refund(refund_id=new_id(), reference="B1", amount=Money.parse("1"))
    bank.silent = 99
    with pytest.raises(Unavailable):
        await gateway.refund(refund_id=new_id(), reference="B1", amount=Money.parse("1"))


def test_notifications_signed_elsewhere_are_read(gateway):
    body = b'{"reference":"B1","succeeded":true,"amount":"525.00","at":"2026-03-02T01:00:00Z"}'
    timestamp, nonce = str(int(NOW.timestamp())), "nonce-of-bank"
    headers = {
        "x-gateway-timestamp": timestamp, "x-gateway-nonce": nonce,
        "x-gateway-signature": independent_signature(timestamp, nonce, body),
    }  # fmt: skip
    assert gateway.read_notification(headers, body, now=NOW).amount == Money.parse("525")
    with pytest.raises(SignatureWrong):
        gateway.read_notification(headers, body.replace(b"525", b"1"), now=NOW)
    with pytest.raises(SignatureWrong):
        gateway.read_notification({}, body, now=NOW)
