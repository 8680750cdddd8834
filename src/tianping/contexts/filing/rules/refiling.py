"""Filing again: when a complaint that did not become a lasting case may be brought once more, and what is taken along.

Law: CPL art. 126 (the right to sue is protected), JI art. 212 (after a refusal), JI art. 214 (after a withdrawal, also where
the law treats the case as withdrawn), JI art. 247 (not while the same suit is before the court), CPL art. 62 (agents).
"""

from collections.abc import Collection
from uuid import UUID

import msgspec

from tianping.contexts.filing.model import Answers, State
from tianping.contexts.filing.rules import states
from tianping.kit.ids import UploadId
from tianping.kit.problems import Text

ACT = "file-again"
_AS_WITHDRAWN = frozenset({"fee_unpaid"})
"""Grounds of closing on which a case counts as withdrawn. JI art. 213."""
_ARTICLES = {State.REFUSED: "JI 212", State.ACCEPTED: "JI 214"}

_NOT_OVER = Text(
    "申请被退回、撤回、裁定不予受理，或者案件按撤诉处理之后，才能重新起诉",
    "Filing again is for what was returned, withdrawn, refused or treated as withdrawn",
)
_IN_COURT = Text(
    "案件在办理中或者已有结果，不能就同一争议重复起诉",
    "The case is before the court or was decided; the same suit cannot be brought twice",
)
_MANDATE = Text(
    "您的委托只限于原来这一件，重新起诉需要新的委托",
    "Your mandate is for the earlier filing only; filing again needs a new one",
)


class Leave(msgspec.Struct, frozen=True):
    """Whether a filing may be brought again, why not, and by which article."""

    permitted: bool
    article: str
    reason: Text | None = None


def in_court(state: State, closed: str | None) -> bool:
    """Whether a case came of the filing that is not treated as withdrawn. `closed`: the ground, None for an open case."""
    return state == State.ACCEPTED and closed not in _AS_WITHDRAWN


def leave(state: State, closed: str | None, *, any_matter: bool) -> Leave:
    """`any_matter`: whoever asks may also act in another filing for the same plaintiff."""
    if not states.possible(ACT, state):
        return Leave(False, "CPL 126", _NOT_OVER)
    if in_court(state, closed):
        return Leave(False, "JI 247", _IN_COURT)
    if not any_matter:
        return Leave(False, "CPL 62", _MANDATE)
    return Leave(True, ground(state))


def ground(state: State) -> str:
    """The article on which a filing that ended in `state` is brought again."""
    return _ARTICLES.get(state, "CPL 126")


def carried_over(
    answers: Answers, *, held: Collection[UploadId], mandates: Collection[UUID], case_types: Collection[str]
) -> tuple[Answers, list[int]]:
    """The answers for the new draft, and the positions of exhibits whose file is to be uploaded again.

    Only files that are still `held` are kept, and agents whose mandate is among `mandates` or who were named without
    one; a type of dispute that the law no longer knows is left open.
    """
    gone = [n for n, one in enumerate(answers.evidence) if one.upload_id is not None and one.upload_id not in held]
    evidence = [
        msgspec.structs.replace(one, upload_id=None, pages=None) if n in gone else one
        for n, one in enumerate(answers.evidence)
    ]
    kept = msgspec.structs.replace(
        answers,
        evidence=evidence,
        agents=[agent for agent in answers.agents if agent.mandate_id is None or agent.mandate_id in mandates],
        case_type=answers.case_type if answers.case_type in case_types else None,
    )
    return kept, gone


def without_file(answers: Answers) -> list[int]:
    """Positions of exhibits with neither a file nor the number of a deposit."""
    return [n for n, one in enumerate(answers.evidence) if one.upload_id is None and not one.chain_number.strip()]
