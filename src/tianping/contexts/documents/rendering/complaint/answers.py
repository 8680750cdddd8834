"""The answers that a complaint is written from. Everything but names may be missing; nothing missing is invented."""

from datetime import date
from typing import Any, Literal

import msgspec

from tianping.kit.money import Money

Standing = Literal["independent", "interested"]
"""Of a third party: with a claim of its own to the object, or interested in the outcome. CPL art. 59."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent of a party. `powers` are the special powers as printed; none: general powers only."""

    name: str
    office: str | None = None
    powers: list[str] = []


class Person(msgspec.Struct, frozen=True, kw_only=True, tag="person"):
    """A natural person. `address` is where they live."""

    name: str
    sex: str | None = None
    born_on: date | None = None
    ethnicity: str | None = None
    occupation: str | None = None
    address: str | None = None
    identity_number: str | None = None
    telephone: str | None = None
    service_address: str | None = None
    agents: list[Agent] = []
    standing: Standing | None = None
    interest: str | None = None


class Organisation(msgspec.Struct, frozen=True, kw_only=True, tag="organisation"):
    """A legal person or other organisation. `shop` is the name under which it trades on a platform."""

    name: str
    shop: str | None = None
    address: str | None = None
    credit_code: str | None = None
    representative: str | None = None
    representative_office: str | None = None
    telephone: str | None = None
    service_address: str | None = None
    agents: list[Agent] = []
    standing: Standing | None = None
    interest: str | None = None


class UnknownParty(msgspec.Struct, frozen=True, kw_only=True, tag="unknown"):
    """A party whose identity is not yet known. `label` is how it appears online, `known` what is known of it."""

    label: str
    platform: str | None = None
    known: str | None = None
    standing: Standing | None = None
    interest: str | None = None


Party = Person | Organisation | UnknownParty


class ClaimAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One claim. `id` as in the elements of the case type, or `other` with `text` in the filer's words.

    `formula` explains the amount in words (`299元×3`), `articles` are citations (`CP 55`), `against` are positions in
    the list of defendants (empty: all), `details` fill places such as the medium and days of an apology.
    """

    id: str
    text: str | None = None
    amount: Money | None = None
    formula: str | None = None
    articles: list[str] = []
    against: list[int] = []
    details: dict[str, str] = {}


class EventAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened on a court-local day, in the filer's words."""

    on: date
    text: str


class EvidenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One exhibit. `original` None: electronic data, for which the question does not arise."""

    name: str
    source: str = ""
    proves: str = ""
    original: bool | None = None
    pages: int | None = None


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """All answers of one filing.

    `facts` are keyed as in the elements: text, enum and references to parties or exhibits as strings; money as decimal
    strings (`299.00`); dates `2026-03-02`; instants ISO 8601 with zone; booleans; lists of strings. `articles` are
    further citations for the legal ground, before those of the claims; `reasons` the filer's own view of the matter.
    """

    case_type: str
    cause: str
    plaintiffs: list[Party]
    defendants: list[Party]
    third_parties: list[Party] = []
    claims: list[ClaimAnswer] = []
    facts: dict[str, Any] = {}
    events: list[EventAnswer] = []
    reasons: str = ""
    evidence: list[EvidenceAnswer] = []
    articles: list[str] = []
