"""The signature of notifications: HMAC-SM3 over `timestamp.nonce.body`, hexadecimal, with a key shared with the gateway.

Headers: `X-Gateway-Timestamp` (Unix seconds), `X-Gateway-Nonce`, `X-Gateway-Signature`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tianping.interfaces.gateway import Notification, SignatureWrong
from tianping.kit.digests import keyed_sm3, same
from tianping.kit.money import Money

WINDOW = timedelta(minutes=5)


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reference: str
    succeeded: bool
    amount: str
    at: datetime


def sign(key: bytes, *, timestamp: int, nonce: str, body: bytes) -> str:
    return keyed_sm3(key, f"{timestamp}.{nonce}.".encode() + body).hex()


def read(key: bytes, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notification:
    """The notification, if the gateway signed it within the last five minutes. Raises SignatureWrong."""
    try:
        timestamp, nonce = int(headers["x-gateway-timestamp"]), headers["x-gateway-nonce"]
        signature = headers["x-gateway-signature"]
    except (KeyError, ValueError) as missing:
        raise SignatureWrong("headers") from missing
    if not same(signature, sign(key, timestamp=timestamp, nonce=nonce, body=body)):
        raise SignatureWrong("signature")
    if abs(now.timestamp() - timestamp) > WINDOW.total_seconds() or not 8 <= len(nonce) <= 80:
        raise SignatureWrong("time")
    try:
        told = msgspec.json.decode(body, type=_Body)
        return Notification(nonce, told.reference, told.succeeded, Money.parse(told.amount), told.at)
    except (msgspec.MsgspecError, ValueError) as malformed:
        raise SignatureWrong("form") from malformed
