"""Hold a file's digest against what is stored. Reads only: nothing of a question is kept."""

from collections.abc import Awaitable, Callable

from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.verifications import Question, VerificationView
from tianping.contexts.evidence.rules import wording
from tianping.interfaces.ledger import Verification
from tianping.kit.digests import Sm3
from tianping.kit.problems import FieldProblem, InvalidInput, Text

_BLOCK = 1 << 20


async def answer(desk: Desk, asked: Question) -> VerificationView:
    """Raises InvalidInput (no digest; the salt is missing), LedgerUnavailable."""
    if asked.digest is None and asked.sha256 is None:
        missing = Text("请提供文件或者文件的摘要", "Give the file, or its digest")
        raise InvalidInput(fields=(FieldProblem("digest", "digest-missing", missing),))
    found = await desk.ledger.verify(
        wording.normal_number(asked.number), digest=asked.digest, sha256=asked.sha256, salt=asked.salt
    )
    return in_words(desk, found)


async def answer_for_file(
    desk: Desk, read: Callable[[int], Awaitable[bytes]], *, number: str, salt: str | None, largest: int
) -> VerificationView:
    """`read` gives at most so many bytes more, none at the end. `largest` in bytes. Raises as `answer`."""
    by_sm3, size = Sm3(), 0
    while block := await read(_BLOCK):
        size += len(block)
        if size > largest:
            large = Text(f"文件超过 {largest >> 20} MB，请用摘要核验", f"Over {largest >> 20} MB: verify by the digest")
            raise InvalidInput(fields=(FieldProblem("file", "file-too-large", large),))
        by_sm3.update(block)
    found = await desk.ledger.verify(wording.normal_number(number), digest=by_sm3.hexdigest(), sha256=None, salt=salt)
    return in_words(desk, found)


def in_words(desk: Desk, found: Verification) -> VerificationView:
    """The verdict as the court says it."""
    return VerificationView(
        verdict=found.verdict, number=found.number, headline=wording.HEADLINES[found.verdict], wording=wording.wording(found),
        not_proven=list(wording.NOT_PROVEN), articles=list(desk.law.articles(wording.ARTICLES)), verified_at=desk.clock.now(),
        verification=found,
    )  # fmt: skip
