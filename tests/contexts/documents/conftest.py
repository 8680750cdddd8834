"""A documents desk on a real database and disk, with fakes of the contexts it asks."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.contexts.documents.rendering.papers import drawn_signature

from tianping.contexts.documents.actions.desk import Desk
from tianping.contexts.documents.rendering.press import Press
from tianping.interfaces.cases import BenchMember, CaseCard, CaseParty
from tianping.interfaces.events import Event
from tianping.interfaces.evidence import ReportCard, ReportLine
from tianping.interfaces.filing import ReviewNotice
from tianping.interfaces.identity import Actor, MandateCard, PersonCard, PersonIdentity, Power, Role
from tianping.interfaces.payments import FeeStep, OrderCard
from tianping.kit.clock import SettableClock
from tianping.kit.digests import sm3
from tianping.kit.ids import CaseId, EventId, FilingId, MandateId, OrderId, PersonId, new_id
from tianping.kit.money import Money
from tianping.kit.problems import NotFound, Text
from tianping.law.lawbook import load
from tianping.platform.blobs import open_blobs
from tianping.platform.court import read_court
from tianping.platform.database import Database
from tianping.platform.events import Jobs, Journal, Told
from tianping.platform.keyring import FileKeys, Keyring
from tianping.platform.settings import CHECKOUT

LAW = load()
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class World:
    """What the other contexts know: one filing that became one case with one order, and one mandate."""

    filer: PersonId = field(default_factory=lambda: PersonId(new_id()))
    defendant: PersonId = field(default_factory=lambda: PersonId(new_id()))
    judge: PersonId = field(default_factory=lambda: PersonId(new_id()))
    lawyer: PersonId = field(default_factory=lambda: PersonId(new_id()))
    filing_id: FilingId = field(default_factory=lambda: FilingId(new_id()))
    case_id: CaseId = field(default_factory=lambda: CaseId(new_id()))
    order_id: OrderId = field(default_factory=lambda: OrderId(new_id()))
    mandate_id: MandateId = field(default_factory=lambda: MandateId(new_id()))
    notice: ReviewNotice | None = None
    accesses: list[str] = field(default_factory=list)
    paid: bool = False

    # Filings
    async def complaint(self, filing_id: FilingId) -> dict[str, object]:
        return {
            "answers": {
                "case_type": "ecom_sale",
                "cause": "信息网络买卖合同纠纷",
                "plaintiffs": [{"type": "person", "name": "林晓月", "born_on": "1993-06-18"}],
                "defendants": [{"type": "organisation", "name": "杭州云岫贸易有限公司"}],
                "claims": [{"id": "refund", "amount": "1299.00"}],
                "facts": {"goods": "降噪耳机", "price_paid": "1299.00"},
            },
            "signatures": [
                {
                    "name": "林晓月",
                    "capacity": "原告",
                    "signed_at": NOW,
                    "digest": sm3(b"x"),
                    "image": drawn_signature(),
                }
            ],
            "signed_on": date(2026, 3, 2),
        }

    async def receipt(self, filing_id: FilingId) -> dict[str, object]:
        return {
            "filing_number": "（2026）京0499收1号",
            "filer": "林晓月",
            "cause": "信息网络买卖合同纠纷",
            "received_at": NOW,
            "materials": [{"name": "订单截图.png", "form": "图片", "digest": sm3(b"y"), "size": 1}],
            "review_due": date(2026, 3, 9),
        }

    async def last_notice(self, filing_id: FilingId) -> ReviewNotice:
        if self.notice is None:
            raise NotFound
        return self.notice

    async def filer_of(self, filing_id: FilingId) -> PersonId:
        return self.filer

    async def may_see(self, person_id: PersonId, filing_id: FilingId) -> bool:
        return filing_id == self.filing_id and person_id == self.filer

    # Cases
    async def card(self, some_id: Any) -> Any:
        if some_id == self.case_id:
            return self._case()
        return PersonCard(some_id, "何静" if some_id == self.judge else "林晓月", "138****0001", [], True)

    def _case(self) -> CaseCard:
        return CaseCard(
            id=self.case_id, number="（2026）京0499民初1024号", filing_id=self.filing_id, cause="信息网络买卖合同纠纷",
            case_type="ecom_sale", fee_act="property", procedure="simplified", bench_kind="sole", stage="opened",
            amount=Money.parse("1299"), opened_at=NOW, opened_on=date(2026, 3, 2), division="first",
            parties=[
                CaseParty("plaintiff", "person", "林晓月", self.filer, None, [self.lawyer]),
                CaseParty("defendant", "organisation", "杭州云岫贸易有限公司", self.defendant, None, []),
            ],
            bench=[BenchMember(self.judge, "何静", "sole_judge")],
        )  # fmt: skip

    async def standing(self, actor: Actor, case_id: CaseId) -> str | None:
        known = {self.filer: "plaintiff", self.defendant: "defendant", self.judge: "bench", self.lawyer: "agent"}
        return known.get(actor.person_id) if actor.person_id and case_id == self.case_id else None

    # Payments
    async def order(self, order_id: OrderId) -> OrderCard:
        return OrderCard(
            order_id, self.case_id, self.filer, Money.parse("25"), "paid" if self.paid else "due", "acceptance_fee",
            date(2026, 3, 9), [FeeStep(Text("减半交纳", "halved"), "25.00")], ["FM 13(1)", "FM 16"],
            NOW if self.paid else None, "0001" if self.paid else None, NOW,
        )  # fmt: skip

    # People
    async def identity(self, person_id: PersonId) -> PersonIdentity:
        name = "陈思远" if person_id == self.lawyer else "林晓月"
        return PersonIdentity(person_id, name, "110108199306180021", "13800000001", None, None, None, None, None)

    async def mandates_of(self, agent: PersonId, *, on: date) -> list[MandateCard]:
        return [MandateCard(self.mandate_id, agent, self.filer, None, None, [Power.GENERAL, Power.SETTLE], None)]

    async def report(self, report_id: UUID) -> ReportCard:
        line = ReportLine(
            label=Text("证据1", "Exhibit 1"), storage_number="TP1-WORKS-20260302-000000042-7K", result=Text("一致", "match"),
            said=Text("自存入以来未被篡改。", "Unaltered."), stored_at=NOW, depositor="存证应用", cosigners=["法院"], interest=None,
        )  # fmt: skip
        return ReportCard(
            id=report_id, case_id=self.case_id, made_by=self.judge, made_at=NOW, counts={"total": 1, "match": 1, "mismatch": 0},
            lines=[line], not_proven=[Text("存入之前是否真实。", "What was true before.")],
        )  # fmt: skip

    async def record_access(self, actor: Actor, *, matter: str, matter_id: Any, what: str, at: datetime) -> None:
        self.accesses.append(what)


@dataclass
class Office:
    """The desk, its world, and how a test tells it what happened."""

    desk: Desk
    world: World
    clock: SettableClock

    def told(self, event: Event) -> Told:
        return Told(EventId(new_id()), event.wire_name(), self.clock.now(), None, event)

    def someone(self, person_id: PersonId | None = None, *roles: Role) -> Actor:
        return Actor(person_id or PersonId(new_id()), roles=frozenset(roles or {Role.LITIGANT}))


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    press = Press()
    yield press
    press.close()


@pytest.fixture
async def office(dsn: str, tmp_path: Any, press: Press) -> AsyncIterator[Office]:
    clock, world = SettableClock(NOW), World()
    database = Database(dsn, "documents", Keyring(FileKeys(tmp_path / "keys")), size=12)
    jobs = Jobs(dsn)
    await database.open()
    await jobs.app.open_async()
    desk = Desk(
        database=database, journal=Journal(jobs), blobs=open_blobs((tmp_path / "blobs").as_uri()), clock=clock,
        court=read_court(CHECKOUT / "court.toml"), law=LAW, press=press, public_url="http://localhost:8000",
        people=world, filings=world, cases=world, payments=world, evidence=world,
    )  # fmt: skip
    yield Office(desk, world, clock)
    await jobs.app.close_async()
    await database.close()
