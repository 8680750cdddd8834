"""Who asks: requests signed by an SM2 certificate, or the node's own token.

```
Tianping-Certificate: fingerprint of the certificate, SM3 of its DER, 64 hexadecimal digits
Tianping-Time:        milliseconds since 1970, within five minutes of the node's clock
Tianping-Nonce:       16 to 64 letters, digits, - or _, never used before by this signer
Tianping-Signature:   base64 of the SM2 signature, `r ‖ s` or DER, over
                      tianping/request/1 ‖ 0x00 ‖ METHOD LF path?query LF time LF nonce LF SM3 of the body in hexadecimal
```
A request without any of these headers is a stranger's. One with a wrong one is refused, whatever it asks.
"""

import base64
import binascii
import re
from enum import StrEnum
from typing import Any

import msgspec
from litestar import Request

from tianping.engines.ledger.digests import sm3, tagged
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.model import SignerRole, SigningKey
from tianping.engines.ledger.node import Node, Nonce
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.transactions.base import key_of
from tianping.interfaces.signing import SignatureCheck
from tianping.kit.digests import same
from tianping.kit.problems import FieldProblem, InvalidInput, NotPermitted, Problem, Text

WINDOW_MS = 5 * 60_000
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_FIELDS = ("certificate", "time", "nonce", "signature")


class Who(StrEnum):
    """Whom a route answers."""

    ANYONE = "anyone"
    APPLICATION = "application"
    OFFICER = "officer"
    NODE = "node"


class NotSigned(Problem):
    status = 401
    code = "request-not-signed"
    title = Text(
        "请求未签名：须用 SM2 证书对请求签名，或使用本节点令牌",
        "The request is not signed: sign it with an SM2 certificate, or use the node's token",
    )


class RequestSignatureWrong(Problem):
    """`reason`: headers, unknown-certificate, signature."""

    status = 401
    code = "request-signature-wrong"
    title = Text("请求签名无效", "The request's signature is not valid")
    detail = Text("原因：{reason}", "Reason: {reason}")
    shown = ("reason",)


class RequestTimeWrong(Problem):
    """`now`: the node's clock, milliseconds."""

    status = 401
    code = "request-time-wrong"
    title = Text(
        "请求时间与节点时钟相差超过五分钟", "The request's time is more than five minutes from the node's clock"
    )
    shown = ("now",)


class Caller(msgspec.Struct, frozen=True):
    """`owner`: id of the application or member; empty for a stranger and for the node's token. `nonce` is still to be
    written down, with what the request brings.
    """

    who: Who
    owner: str = ""
    fingerprint: bytes = b""
    nonce: Nonce | None = None


def allow(*who: Who, streamed: bool = False) -> dict[str, Any]:
    """The `opt` of a route: whom it answers. `streamed`: its body is of any size and read as it comes, so that signatures over
    requests are not looked at: who sends one counts as a stranger.
    """
    return {"who": frozenset(who), "streamed": streamed}


def request_message(method: str, target: str, time: str, nonce: str, body: bytes) -> bytes:
    """What the signature of a request covers. `target`: path, with `?` and the query where there is one."""
    return tagged("tianping/request/1", f"{method}\n{target}\n{time}\n{nonce}\n{sm3(body).hex()}".encode())


async def caller_of(request: Request[Any, Any, Any], ledger_desk: Desk) -> Caller:
    """Raises NotSigned, RequestSignatureWrong, RequestTimeWrong, NotPermitted, TooManyRequests, RequestSeen."""
    allowed: frozenset[Who] = request.route_handler.opt["who"]
    caller = await _recognise(request, ledger_desk)
    if caller.who is not Who.NODE:
        host = request.client.host if request.client else "-"
        ledger_desk.limits.request(caller.owner, host)
    if caller.who in allowed or Who.ANYONE in allowed:
        return caller
    raise NotSigned if caller.who is Who.ANYONE else NotPermitted


async def _recognise(request: Request[Any, Any, Any], desk: Desk) -> Caller:
    bearer = request.headers.get("authorization", "")
    if bearer.startswith("Bearer "):
        if not same(bearer.removeprefix("Bearer ").strip(), desk.token):
            raise RequestSignatureWrong(reason="token")
        return Caller(Who.NODE)
    given = [request.headers.get(f"tianping-{name}", "") for name in _FIELDS]
    if not any(given) or request.route_handler.opt["streamed"]:
        return Caller(Who.ANYONE)
    return await _signer(request, desk, *given)


async def _signer(
    request: Request[Any, Any, Any], desk: Desk, certificate: str, time: str, nonce: str, signature: str
) -> Caller:
    if not re.fullmatch(r"[0-9a-f]{64}", certificate) or not time.isdigit() or not _NONCE.fullmatch(nonce):
        raise RequestSignatureWrong(reason="headers")
    now = desk.node.now()
    if abs(now - int(time)) > WINDOW_MS:
        raise RequestTimeWrong(now=now)
    fingerprint = bytes.fromhex(certificate)
    key = known_key(desk.node, fingerprint)
    if key is None or key.role is SignerRole.NODE:
        raise RequestSignatureWrong(reason="unknown-certificate")
    query = request.scope["query_string"].decode("latin-1")
    target = request.scope["path"] + (f"?{query}" if query else "")
    message = request_message(request.method, target, time, nonce, await request.body())
    check = SignatureCheck(key.public_key, message, read_signature(signature, "Tianping-Signature"))
    [right] = await desk.node.verifying.verify_all([check])
    if not right:
        raise RequestSignatureWrong(reason="signature")
    who = Who.OFFICER if key.role is SignerRole.OFFICER else Who.APPLICATION
    return Caller(who, key.owner, fingerprint, Nonce(key.owner, nonce, now))


def known_key(node: Node, fingerprint: bytes) -> SigningKey | None:
    """A certificate that counts on any chain; which chain takes what it signs, that chain decides."""
    for store in node.reading.values():
        key = Overlay(store).read(key_of("key", fingerprint), SigningKey)
        if key is not None and key.until is None:
            return key
    return None


async def write_down(desk: Desk, caller: Caller) -> None:
    """Use up the nonce of a request that brings nothing for the outbox. Raises RequestSeen."""
    if caller.nonce is not None:
        await desk.node.vault.outbox.see(*caller.nonce)


def read_signature(text: str, field: str) -> bytes:
    """`r ‖ s`, 64 bytes, from base64 of that or of DER (what `openssl` writes). Raises InvalidInput naming the field."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise _field(field) from wrong
    if len(raw) == 64:
        return raw
    parts, rest = [], raw[2:] if raw[:1] == b"\x30" and raw[1:2] == bytes([len(raw) - 2]) else b""
    while rest:
        size = rest[1] if len(rest) > 1 and rest[0] == 2 else 99
        number, rest = rest[2 : 2 + size], rest[2 + size :]
        parts.append(number.lstrip(b"\0"))
        if len(number) != size or not 1 <= size <= 33 or len(parts[-1]) > 32:
            raise _field(field)
    if len(parts) != 2:
        raise _field(field)
    return parts[0].rjust(32, b"\0") + parts[1].rjust(32, b"\0")


def _field(field: str) -> InvalidInput:
    said = Text("应为 base64 编码的 SM2 签名（r‖s 或 DER）", "should be a base64 SM2 signature (r‖s or DER)")
    return InvalidInput(fields=(FieldProblem(field, "signature-malformed", said),))
