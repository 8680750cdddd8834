"""Can this court help? Jurisdiction on the day, admissibility, time bar, fee, what to bring, how long it takes.

Law: CPL arts. 122, 127; JI arts. 208, 211, 219; CC art. 188; FM art. 13; IC25 art. 1.
"""

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from tianping.contexts.filing.rules import claims as claim_rules
from tianping.contexts.filing.rules import words
from tianping.contexts.filing.rules.clocks import last_day
from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.law.calendar import CourtCalendar
from tianping.law.claim_entries import CaseType
from tianping.law.composition import CaseTraits, composition
from tianping.law.fees import FeeStep
from tianping.law.jurisdiction import CourtSeat, JurisdictionAnswer, jurisdiction
from tianping.law.lawbook import Lawbook
from tianping.law.limitation import limitation_warning
from tianping.law.review_reasons import reasons_for
from tianping.law.statutes import Article
from tianping.law.time_limits import deadline

_TRIAL = {"small_claims": "trial_small", "simplified": "trial_simplified", "ordinary": "trial_ordinary"}


class TimeBar(msgspec.Struct, frozen=True):
    """`until`: last day of the limitation period by the dates told, court-local. Only a warning."""

    standing: str
    warning: Text | None
    until: date
    articles: list[Article]


class FeeEstimate(msgspec.Struct, frozen=True):
    fee: Money
    procedure: str
    steps: list[FeeStep]
    articles: list[Article]


class Obstacle(msgspec.Struct, frozen=True):
    """Something that keeps the dispute from this or any court. CPL art. 127."""

    id: str
    text: Text
    articles: list[Article]


class HelpAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`item`: number of the item of the rules that covers the dispute. `other_court`: who is competent instead.
    `assumed`: facts taken to hold because none was told. `expected_days`: calendar days from filing to the end of
    the trial period, at most, by law; preservation, appraisal and the like come on top."""

    competent: bool
    rule_set: str
    item: int | None
    why: Text
    other_court: Text | None
    assumed: list[Text]
    admissible: bool
    obstacles: list[Obstacle]
    time_bar: TimeBar | None
    fee: FeeEstimate | None
    bring: list[Text]
    expected_days: int
    articles: list[Article]
    verified: bool


def cause_of(kind: CaseType, chosen: str | None) -> str | None:
    """The cause of action: the one chosen, or the only one of the type."""
    if chosen:
        return chosen
    return kind.causes[0] if kind.causes else None


def competence(
    kind: CaseType, cause: str | None, links: Mapping[str, bool | str], law: Lawbook, on: date, seat: CourtSeat
) -> JurisdictionAnswer:
    """Whether the court is competent on that day; facts that are neither true, false nor a place are left out."""
    known = {key: value for key, value in links.items() if key in law.facts and value != ""}
    return jurisdiction(cause or kind.zh, on, known, law, seat)


def obstacles(links: Mapping[str, bool | str], law: Lawbook, on: date) -> list[Obstacle]:
    """The grounds of CPL art. 127 that the filer says hold; keys of `links` are ids of the lawbook's reasons."""
    found = [reason for reason in reasons_for(law, "redirect", on) if links.get(reason.id) is True]
    if links.get("arbitration_agreement") is True and all(reason.id != "arbitration" for reason in found):
        found += [reason for reason in reasons_for(law, "redirect", on) if reason.id == "arbitration"]
    return [Obstacle(reason.id, words.label(reason.text), list(law.articles(reason.articles))) for reason in found]


def can_help(
    kind: CaseType,
    *,
    cause: str | None,
    on: date,
    links: Mapping[str, bool | str],
    amount: Money | None,
    knew_on: date | None,
    law: Lawbook,
    calendar: CourtCalendar,
    seat: CourtSeat,
    base_fee: Callable[[str], Money | None],
) -> HelpAnswer:
    """The whole answer. Raises: LawNotInForce; InvalidInput when the harm was known after the filing day."""
    if knew_on is not None and knew_on > on:
        later = Text("知道权利受损的日期不能晚于立案日期", "The harm cannot have become known after the filing day")
        raise InvalidInput(fields=(FieldProblem("knew_on", "in-the-future", later),))
    named = cause_of(kind, cause)
    answer = competence(kind, named, links, law, on, seat)
    hindered = obstacles(links, law, on)
    traits = CaseTraits(amount=amount, only_money=amount is not None)
    procedure = composition(traits, law, on, province=seat.province).procedure
    return HelpAnswer(
        competent=answer.competent,
        rule_set=answer.rule_set,
        item=answer.item,
        why=answer.why,
        other_court=answer.who,
        assumed=[words.label(Text(law.facts[fact].zh, law.facts[fact].en)) for fact in answer.assumed],
        admissible=not hindered,
        obstacles=hindered,
        time_bar=_time_bar(knew_on, on, law) if knew_on else None,
        fee=_fee(kind, named or kind.zh, amount, procedure, law, on, base_fee),
        bring=bring(kind),
        expected_days=_expected_days(procedure, on, law, calendar),
        articles=list(answer.articles),
        verified=answer.verified,
    )


def bring(kind: CaseType) -> list[Text]:
    """What the plaintiff should have at hand: identity, then the proof of the type. RG art. 6."""
    identity = Text(
        "身份证明（自然人身份证件；单位营业执照和法定代表人身份证明）",
        "Proof of identity (identity document; for organisations the business licence and the representative's identity)",
    )
    agent = Text(
        "委托他人代理的，授权委托书和代理人身份证明", "If an agent acts: the mandate and the agent's proof of identity"
    )
    return [identity, agent, *map(words.label, kind.proof_plaintiff)]


def _time_bar(knew_on: date, on: date, law: Lawbook) -> TimeBar:
    found = limitation_warning(knew_on, on, law)
    return TimeBar(found.standing, found.warning, found.ends_on, list(found.articles))


def _fee(
    kind: CaseType, cause: str, amount: Money | None, procedure: str, law: Lawbook, on: date,
    base_fee: Callable[[str], Money | None],
) -> FeeEstimate:  # fmt: skip
    act = claim_rules.fee_act(kind, cause, amount, law, on)
    found = claim_rules.fee(act, amount, procedure, law, on, base_fee=base_fee)
    return FeeEstimate(found.fee, procedure, list(found.steps), list(found.articles))


def _expected_days(procedure: str, on: date, law: Lawbook, calendar: CourtCalendar) -> int:
    reviewed = last_day(deadline("filing_review", on, calendar, law))
    return (last_day(deadline(_TRIAL[procedure], reviewed, calendar, law)) - on).days
