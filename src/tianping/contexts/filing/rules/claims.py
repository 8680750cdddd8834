"""What is claimed: each claim's sum worked out with formula and article, the total, the fee, procedure and bench."""

from collections.abc import Callable
from datetime import date
from typing import cast

import msgspec

from tianping.contexts.filing.model import Answers, ClaimAnswer
from tianping.contexts.filing.rules import words
from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.causes import cause_named
from tianping.law.claim_entries import CaseType, ClaimKind
from tianping.law.claims import InputMissing, claim_sum
from tianping.law.composition import CaseTraits, CompositionAnswer, composition
from tianping.law.dated import LawNotInForce
from tianping.law.elements import check_elements
from tianping.law.fees import FeeAct, FeeAnswer, FeeProcedure, FeeRequest, litigation_fee
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article

COSTS = "costs"
OTHER = "other"


class ComputedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it stands. `computed` is what the formula gives (CNY), `amount` what is claimed: the filer may claim
    less. `missing` names the answers the formula still needs; `text` is the filer's own wording."""

    kind: str
    label: Text
    amount: Money | None
    computed: Money | None
    formula: Text | None
    articles: list[Article]
    warning: Text | None
    missing: list[str]
    text: str = ""
    position: int | None = None


def claim_kind(kind: CaseType | None, claim_id: str) -> ClaimKind | None:
    return next((claim for claim in kind.claims if claim.id == claim_id), None) if kind else None


def compute(kind: CaseType | None, answers: Answers, law: Lawbook, on: date) -> list[ComputedClaim]:
    """The claims that were chosen, in their order, worked out on the filing day."""
    return [_computed(kind, answers, claim, position, law, on) for position, claim in enumerate(answers.claims)]


def available(kind: CaseType, answers: Answers, law: Lawbook, on: date) -> list[ComputedClaim]:
    """Every claim this type of case knows, with what it would come to by the answers so far."""
    return [_computed(kind, answers, ClaimAnswer(kind=claim.id), None, law, on) for claim in kind.claims]


def total(claims: list[ComputedClaim]) -> Money | None:
    """The sum in dispute: all sums claimed, court costs not among them. None if no sum is claimed. JI art. 201."""
    sums = [claim.amount for claim in claims if claim.amount is not None and claim.kind != COSTS]
    return sum(sums, Money.zero()) if sums else None


def _computed(
    kind: CaseType | None, answers: Answers, claim: ClaimAnswer, position: int | None, law: Lawbook, on: date
) -> ComputedClaim:
    known = claim_kind(kind, claim.kind)
    if kind is None or known is None:
        return ComputedClaim(
            kind=claim.kind, label=Text("其他请求", "Another claim"), amount=claim.amount, computed=None, formula=None,
            articles=[], warning=None, missing=[], text=claim.text, position=position,
        )  # fmt: skip
    figures = {key: value for key, value in {**answers.facts, **claim.inputs}.items() if key in _readable(kind)}
    values = check_elements(kind, figures, complete=False).values
    missing: list[str] = []
    found = None
    try:
        found = claim_sum(known, values, law, on)
    except InputMissing as needed:
        missing.append(needed.key)
    except LawNotInForce:
        missing.append("date")
    amount = claim.amount if claim.amount is not None else (found.amount if found else None)
    return ComputedClaim(
        kind=claim.kind,
        label=words.label(Text(known.zh, known.en)),
        amount=None if claim.kind == COSTS else amount,
        computed=found.amount if found else None,
        formula=found.formula if found else None,
        articles=list(found.articles if found else law.articles(known.articles)),
        warning=found.warning if found else None,
        missing=missing,
        text=claim.text,
        position=position,
    )


def _readable(kind: CaseType) -> set[str]:
    return {field.key for field in kind.fields} | {key for claim in kind.claims for key in claim.inputs}


def fee_act(kind: CaseType, cause: str, amount: Money | None, law: Lawbook, on: date) -> FeeAct:
    """Which tariff the case falls under. FM art. 13: property, personality rights, intellectual property, other."""
    try:
        found = cause_named(law, cause, on)
    except LawNotInForce:
        found = None
    path = " ".join((*(found.path if found else ()), cause))
    if "人格权" in path or kind.id == "reputation":
        return "personality_rights"
    if any(word in path for word in ("知识产权", "著作权", "不正当竞争")) or kind.id == "dissemination":
        return "ip"
    return "property" if amount is not None else "other_non_property"


_BASES: dict[str, str] = {
    "personality_rights": "personality_rights_base",
    "ip": "ip_no_amount",
    "other_non_property": "other_non_property",
}


def fee(
    act: str, amount: Money | None, procedure: str, law: Lawbook, on: date, *, base_fee: Callable[[str], Money | None]
) -> FeeAnswer:
    """The acceptance fee; `base_fee` gives the province's figure for a range of the lawbook."""
    request = FeeRequest(
        act=cast(FeeAct, act),
        amount=amount,
        base=base_fee(_BASES[act]) if act in _BASES else None,
        procedure=cast(FeeProcedure, procedure),
    )
    return litigation_fee(request, law, on)


def composed(
    answers: Answers, claims: list[ComputedClaim], law: Lawbook, on: date, *, province: str
) -> CompositionAnswer:
    """Procedure and bench by law. Small claims only for plain claims of money. CPL arts. 40, 160, 165, 166."""
    amount = total(claims)
    money_only = bool(claims) and all(claim.amount is not None or claim.kind == COSTS for claim in claims)
    traits = CaseTraits(
        amount=amount,
        only_money=money_only and amount is not None,
        excluding=("appraisal_needed",) if answers.wishes.appraisal else (),
    )
    return composition(traits, law, on, province=province)
