"""Is this file what was stored? By digest, one or many at once, or with the file itself, which is hashed as it comes in."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import Parameter
from msgspec import Meta

from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.shapes import Hex16, Hex32, invalid
from tianping.engines.ledger.gateway.signed import Caller, Who, allow
from tianping.engines.ledger.node import Node
from tianping.engines.ledger.numbers import NumberMalformed, read_number
from tianping.engines.ledger.verdicts import DigestMissing, OpeningMissing, Question, verify
from tianping.interfaces.ledger import Verification
from tianping.interfaces.signing import SignatureCheck
from tianping.kit.digests import Sm3
from tianping.kit.problems import FieldProblem

_LONGEST_NUMBER = 60


class QuestionInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`digest`: SM3 of the file, `sha256` where there is no SM3; one of them. `salt`: received when it was deposited; not needed
    for what the court deposited itself. `size` in bytes, compared where it is given.
    """

    number: Annotated[str, Meta(max_length=_LONGEST_NUMBER, examples=["TP1-WORKS-20261122-000000042-7K"])]
    digest: Hex32 | None = None
    sha256: Hex32 | None = None
    salt: Hex16 | None = None
    size: Annotated[int, Meta(ge=0, lt=1 << 53)] | None = None


class VerificationInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All are answered, in their order."""

    items: Annotated[list[QuestionInput], Meta(min_length=1, max_length=1000)]


class VerificationAnswer(msgspec.Struct, frozen=True):
    verifications: list[Verification]


@post("/verifications", opt=allow(Who.ANYONE), tags=["verification"], summary="Compare digests with what is stored",
      status_code=200, request_max_body_size=2 * 1024 * 1024)  # fmt: skip
async def verify_digests(data: VerificationInput, ledger_desk: Desk, caller: Caller) -> VerificationAnswer:
    """Each number gets one verdict: match, mismatch, not_found, pending or chain_inconsistent, with its reasons."""
    questions = [
        Question(
            number=one.number,
            digest=_bytes(one.digest),
            sha256=_bytes(one.sha256),
            salt=_bytes(one.salt),
            size=one.size,
        )
        for one in data.items
    ]
    return VerificationAnswer(await _answers(ledger_desk, questions))


@post("/verifications:file", opt=allow(Who.ANYONE, streamed=True), tags=["verification"], summary="Compare a file with what is stored",
      status_code=200, request_max_body_size=None)  # fmt: skip
async def verify_file(
    request: Request[Any, Any, Any],
    ledger_desk: Desk,
    caller: Caller,
    number: Annotated[str, Parameter(header="Tianping-Number", max_length=_LONGEST_NUMBER)],
    salt: Annotated[str | None, Parameter(header="Tianping-Salt", max_length=128)] = None,
) -> Verification:
    """The file is the body as it is (`application/octet-stream`). It is hashed as it comes in and kept nowhere; number and salt
    travel in headers, so that no log has them.
    """
    opening = None
    if salt:
        try:
            opening = bytes.fromhex(salt)
        except ValueError as wrong:
            raise invalid("Tianping-Salt", "应为十六进制", "should be hexadecimal") from wrong
    by_sm3, by_sha256, size = Sm3(), hashlib.sha256(), 0
    async for block in request.stream():
        size += len(block)
        if len(block) > 1 << 16:
            await asyncio.to_thread(_update, by_sm3, by_sha256, block)
        else:
            _update(by_sm3, by_sha256, block)
    question = Question(number=number, digest=by_sm3.digest(), sha256=by_sha256.digest(), salt=opening, size=size)
    [answer] = await _answers(ledger_desk, [question])
    return answer


def _update(by_sm3: Sm3, by_sha256: "hashlib._Hash", block: bytes) -> None:
    by_sm3.update(block)
    by_sha256.update(block)


async def _answers(desk: Desk, questions: list[Question]) -> list[Verification]:
    await desk.node.recorded(_places(questions))
    answers = await asyncio.to_thread(_verify_all, desk.node, questions)
    for answer in answers:
        desk.measures.verdicts.labels(answer.verdict.value).inc()
    return answers


def _places(questions: list[Question]) -> Iterator[tuple[str, int]]:
    for one in questions:
        with suppress(NumberMalformed):
            number = read_number(one.number)
            yield number.chain, number.index + 1


def _verify_all(node: Node, questions: list[Question]) -> list[Verification]:
    """In a thread: a thousand take seconds. Signatures met again, as those of one checkpoint are, are checked once."""
    known: dict[SignatureCheck, bool] = {}

    def check_many(checks: Sequence[SignatureCheck]) -> list[bool]:
        fresh = [check for check in checks if check not in known]
        known.update(zip(fresh, node.verifying.verify_many(fresh), strict=True))
        return [known[check] for check in checks]

    def opened(chain: str, author: str, ref: str, position: int) -> bytes | None:
        if author != node.config.application:
            return None
        opening = node.vault.openings.opening(chain, ref, position)
        return opening.salt if opening else None

    answers = []
    for at, question in enumerate(questions):
        try:
            answers.append(verify(node.reading, question, check_many=check_many, opened=opened))
        except (OpeningMissing, DigestMissing) as missing:
            field = "salt" if isinstance(missing, OpeningMissing) else "digest"
            place = FieldProblem(f"items.{at}.{field}", missing.code, missing.title)
            raise type(missing)(fields=(place,)) from missing
    return answers


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


ROUTES = [verify_digests, verify_file]
