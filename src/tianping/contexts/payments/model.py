"""Nouns of payments. Amounts are CNY."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.payments import FeeStep
from tianping.kit.ids import CaseId, OrderId, PersonId, UploadId
from tianping.kit.money import Money
from tianping.kit.problems import Text


class OrderState(StrEnum):
    DUE = "due"
    DEFERRED = "deferred"
    PAID = "paid"
    WAIVED = "waived"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class ReliefKind(StrEnum):
    """Fee Measures art. 44: deferral 缓交, reduction 减交, waiver 免交."""

    DEFERRAL = "deferral"
    REDUCTION = "reduction"
    WAIVER = "waiver"


class Order(msgspec.Struct, frozen=True):
    """A demand for money. `due` is a court-local day; `counted` says how it was counted."""

    id: OrderId
    case_id: CaseId
    case_number: str
    payer: PersonId
    purpose: str
    amount: Money
    state: OrderState
    due: date
    counted: Text
    steps: list[FeeStep]
    articles: list[str]
    created_at: datetime
    paid_at: datetime | None
    receipt_number: str | None
    revision: int


class Relief(msgspec.Struct, frozen=True):
    id: UUID
    order_id: OrderId
    kind: ReliefKind
    ground: str
    proof: list[UploadId]
    asked_by: PersonId
    asked_at: datetime
    state: str
    decided_by: PersonId | None
    decided_at: datetime | None
    reasons: str | None
    reduce_to: Money | None
    new_due: date | None


class Attempt(msgspec.Struct, frozen=True):
    id: UUID
    order_id: OrderId
    gateway: str
    reference: str
    amount: Money
    state: str
    pay_at: str
    started_at: datetime


class Refund(msgspec.Struct, frozen=True):
    id: UUID
    order_id: OrderId
    amount: Money
    reason: str
    article: str
    due: date
    state: str
    reference: str | None


class ReliefView(msgspec.Struct, frozen=True):
    """A relief application as the parties and the deciding judge see it."""

    id: UUID
    kind: ReliefKind
    ground: str
    explanation: str
    proof: list[UploadId]
    asked_at: datetime
    state: str
    reasons: str | None
    reduce_to: Money | None
    new_due: date | None


class RefundView(msgspec.Struct, frozen=True):
    amount: Money
    reason: str
    article: str
    due: date
    state: str


class OrderView(msgspec.Struct, frozen=True):
    """An order with its working, its relief applications, its refunds and what may be done now."""

    id: OrderId
    case_id: CaseId
    case_number: str
    purpose: str
    title: Text
    amount: Money
    state: OrderState
    due: date
    counted: Text
    consequence: Text
    steps: list[FeeStep]
    articles: list[str]
    paid_at: datetime | None
    receipt_number: str | None
    reliefs: list[ReliefView]
    refunds: list[RefundView]
    gateway: str
    gateway_notice: Text | None
    permitted_acts: list[PermittedAct]


class PaymentView(msgspec.Struct, frozen=True):
    """Where to pay. `state`: started, succeeded, failed."""

    attempt_id: UUID
    order_id: OrderId
    amount: Money
    pay_at: str
    state: str


class Difference(msgspec.Struct, frozen=True):
    """A line that the gateway and the court book differently. Amounts in CNY; None: not booked there."""

    reference: str
    kind: str
    gateway_amount: Money | None
    court_amount: Money | None


class StatementView(msgspec.Struct, frozen=True):
    gateway: str
    day: date
    matched: int
    differences: list[Difference]


class Balance(msgspec.Struct, frozen=True):
    """The sum of an account; debit positive."""

    account: str
    amount: Money
