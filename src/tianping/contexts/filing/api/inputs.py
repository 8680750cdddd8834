"""What handlers are given, and the shapes that people fill in."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar.params import Dependency, Parameter
from msgspec import Meta

from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.model.answers import GivenAnswer, Key
from tianping.interfaces.identity import Actor
from tianping.kit.money import Money
from tianping.kit.problems import Text

FilingDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
Limit = Annotated[int, Parameter(ge=1, le=100, description="At most so many")]
Cursor = Annotated[str | None, Parameter(max_length=400, description="From `next_cursor` of the page before")]

LINE = r"^[^\x00-\x1f]*$"
"""One line of text: no control characters."""

Link = bool | Annotated[str, Meta(max_length=200)]


class HelpQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute in outline. `links` are facts by the catalogue's keys; places such as 北京市海淀区. Days are court-local."""

    case_type: Annotated[str, Meta(max_length=40, examples=["ecom_sale"])]
    cause: Annotated[str, Meta(max_length=60, examples=["信息网络买卖合同纠纷"])] | None = None
    on: date | None = None
    links: Annotated[
        dict[Key, Link],
        Meta(max_length=60, examples=[{"defendant_domicile": "北京市海淀区", "platform_is_ecommerce_platform": True}]),
    ] = {}
    amount: Annotated[Money | None, Meta(examples=["598.00"])] = None
    knew_on: Annotated[date | None, Meta(examples=["2026-02-17"])] = None


class NewFiling(msgspec.Struct, frozen=True, kw_only=True):
    """For oneself; or for an organisation one belongs to, or a principal under a mandate. CPL arts. 61, 62."""

    case_type: Annotated[str, Meta(max_length=40, examples=["ecom_sale"])] | None = None
    for_person: UUID | None = None
    for_organisation: UUID | None = None


class GivenAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """Answers to save together, in their order: all or none."""

    answers: Annotated[list[GivenAnswer], Meta(min_length=1, max_length=100)]


class SentenceEdit(msgspec.Struct, frozen=True, kw_only=True):
    """The filer's own words for a sentence: null takes them back, an empty text removes the sentence."""

    sentence: Annotated[str, Meta(max_length=120, pattern=r"^[A-Za-z0-9_.-]+$", examples=["facts.order"])]
    revision: Annotated[int, Meta(ge=0, le=2_000_000_000, examples=[12])]
    text: Annotated[str, Meta(max_length=5000, examples=["2026年2月14日，原告在优选商城购买茶叶两罐。"])] | None = None


class SignatureInput(msgspec.Struct, frozen=True, kw_only=True):
    """`image` is a PNG in base64, at most 200 kB; `digest` the complaint's digest as it was read."""

    name: Annotated[str, Meta(min_length=1, max_length=100, examples=["李明"])]
    image: Annotated[str, Meta(min_length=1, max_length=280_000)]
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Confirmation(msgspec.Struct, frozen=True):
    """Repeats that the act is meant."""

    confirm: Literal[True]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A text in Chinese, with English where it is given."""

    zh: Annotated[str, Meta(min_length=1, max_length=2000, examples=["请补充被告的营业执照信息。"])]
    en: Annotated[str, Meta(max_length=2000)] = ""

    def text(self) -> Text:
        return Text(self.zh, self.en or self.zh)


class CheckInput(msgspec.Struct, frozen=True, kw_only=True):
    """A finding on one condition of the checklist; `page` points into the materials."""

    item: Annotated[str, Meta(max_length=60, examples=["definite_defendant"])]
    finding: Literal["met", "not_met", "unclear"]
    note: Annotated[str, Meta(max_length=1000)] = ""
    page: Annotated[str, Meta(max_length=100, pattern=LINE, examples=["证据2 第3页"])] = ""


class AcceptInput(msgspec.Struct, frozen=True, kw_only=True):
    """What is left out follows the law. `third_parties`: positions of those whom the court notifies, else all (JI 222)."""

    reason: Annotated[str, Meta(max_length=60, examples=["accepted"])] = "accepted"
    cause: Annotated[str, Meta(max_length=60, pattern=LINE, examples=["信息网络买卖合同纠纷"])] | None = None
    procedure: Literal["small_claims", "simplified", "ordinary"] | None = None
    bench: Literal["sole", "collegial"] | None = None
    related_cases: Annotated[list[Annotated[str, Meta(max_length=60, pattern=LINE)]], Meta(max_length=20)] = []
    third_parties: Annotated[list[Annotated[int, Meta(ge=0, le=19)]], Meta(max_length=20, examples=[[0]])] | None = None


class AcceptTogetherInput(AcceptInput, frozen=True, kw_only=True):
    """`confirm`: the reviewer has checked every condition of every filing named."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=50)]
    confirm: Literal[True]


class CorrectionItemInput(msgspec.Struct, frozen=True, kw_only=True):
    """A reason with outcome `correct`, the court's words (else those of the lawbook), and the answer meant."""

    reason: Annotated[str, Meta(max_length=60, examples=["defendant_not_definite"])]
    text: Words | None = None
    field: Annotated[str, Meta(max_length=120, examples=["defendants.0"])] = ""


class CorrectionInput(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is missing, once (ORL art. 9). `days`: the time that the court gives, in calendar days."""

    items: Annotated[list[CorrectionItemInput], Meta(min_length=1, max_length=50)]
    days: Annotated[int, Meta(ge=1, le=60, examples=[15])] = 15


class ExtensionInput(msgspec.Struct, frozen=True, kw_only=True):
    """More calendar days for the correction, counted from its present last day, and why."""

    days: Annotated[int, Meta(ge=1, le=60, examples=[7])]
    reason: Words


class ReturnInput(msgspec.Struct, frozen=True, kw_only=True):
    """A reason with outcome `return` or `redirect`. The competent court is filled in by the rules if left out."""

    reason: Annotated[str, Meta(max_length=60, examples=["not_competent"])]
    competent_court: Annotated[str, Meta(max_length=200, examples=["北京市朝阳区人民法院"])] | None = None
    note: Words | None = None


class RefuseInput(msgspec.Struct, frozen=True, kw_only=True):
    """A reason with outcome `refuse` and the grounds of the ruling."""

    reason: Annotated[str, Meta(max_length=60, examples=["no_direct_interest"])]
    grounds: Words
