"""The shapes of the lawbook's items on claims: case types and their elements, interest, damages, composition."""

from decimal import Decimal
from typing import Literal

import msgspec

from tianping.kit.problems import Text
from tianping.law.dated import Dated

FieldType = Literal[
    "text", "money", "date", "datetime", "enum", "bool", "number", "percent", "party_ref", "evidence_ref", "url", "list"
]

# Each names a function of `tianping.law.claims`.
FormulaName = Literal[
    "stated_sum",
    "fraud_compensation",
    "food_compensation",
    "unused_part",
    "copyright_damages",
    "punitive_damages",
    "discretionary_loss",
    "outstanding_principal",
    "loan_interest",
    "overdue_interest",
]


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    zh: str
    en: str


class ElementField(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fact the intake asks for. `money` is CNY, `percent` a yearly rate; `options` only for `enum`."""

    key: str
    zh: str
    en: str
    type: FieldType
    required: bool = False
    options: tuple[Option, ...] = ()


class ClaimKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim that may be raised. `formula` names a function of `tianping.law.claims`, or None if no sum is worked out.

    `inputs`: keys of fields (or extra figures asked with the claim) that the formula reads.
    """

    id: str
    zh: str
    en: str
    articles: tuple[str, ...]
    formula: FormulaName | None = None
    inputs: tuple[str, ...] = ()


class CaseType(Dated, frozen=True, kw_only=True):
    """The elements of one type of dispute. `causes` by edition of the list; `articles` is the substantive law."""

    unit: Literal["element"]
    causes: tuple[str, ...]
    fields: tuple[ElementField, ...]
    claims: tuple[ClaimKind, ...]
    defences: tuple[Text, ...]
    issues: tuple[Text, ...]
    proof_plaintiff: tuple[Text, ...]
    proof_defendant: tuple[Text, ...]
    note: Text | None = None


class Figure(Dated, frozen=True, kw_only=True):
    """A number with a unit."""

    value: Decimal
    unit: Literal["CNY", "ratio", "ratio_per_day", "percent_per_year", "times", "day", "month", "year"]


class InterestBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lpr: tuple[Figure, ...]
    rates: tuple[Figure, ...]


class AverageWage(Dated, frozen=True, kw_only=True):
    """The average annual wage of a province (`id`) in a `year`, CNY; valid from the day it was published."""

    value: Decimal
    unit: Literal["CNY"]
    year: int


class Exclusion(Dated, frozen=True, kw_only=True):
    """A trait of a case that excludes procedures or a sole judge."""

    unit: Literal["exclusion"]
    excluded: tuple[Literal["small_claims", "simplified", "sole"], ...] = msgspec.field(name="from")


class CompositionBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wages: tuple[AverageWage, ...]
    thresholds: tuple[Figure, ...]
    exclusions: tuple[Exclusion, ...]
