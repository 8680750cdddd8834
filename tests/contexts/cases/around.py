"""A desk of cases on a real database, with the other contexts played by small fakes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
from litestar import Litestar, Request
from litestar.di import Provide

from tianping.contexts.cases import api, jobs
from tianping.contexts.cases.actions import assignment, requests
from tianping.contexts.cases.actions.commitments import publish_commitments
from tianping.contexts.cases.actions.desk import POLICY, Desk
from tianping.contexts.cases.reactions import REACTIONS
from tianping.contexts.cases.store import cases as store
from tianping.interfaces.delivery import Notice
from tianping.interfaces.documents import DocumentCard
from tianping.interfaces.events import Event
from tianping.interfaces.filing import AcceptedFiling, FiledParty, FilingAccepted
from tianping.interfaces.identity import Actor, MandateCard, OrganisationCard, PersonCard, Power, Role, StaffMember
from tianping.interfaces.payments import FeeOrdered, FeePaid, OrderCard
from tianping.kit.clock import SettableClock
from tianping.kit.digests import sm3
from tianping.kit.ids import CaseId, EventId, FilingId, MandateId, OrderId, OrganisationId, PersonId, new_id
from tianping.kit.money import Money
from tianping.kit.problems import NotFound, Text
from tianping.law.lawbook import load
from tianping.platform.court import read_court
from tianping.platform.database import ActKey, ActReplayed, Database, acting
from tianping.platform.events import Jobs, Journal, Told
from tianping.platform.http.guard import Guard
from tianping.platform.http.site import build_site
from tianping.platform.keyring import FileKeys, Keyring
from tianping.platform.settings import CHECKOUT

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def person() -> PersonId:
    return PersonId(new_id())


class FakePeople:
    """People of a small court; `accesses` is what staff opened."""

    def __init__(self) -> None:
        self.members: list[StaffMember] = []
        self.organisations: dict[UUID, list[OrganisationCard]] = {}
        self.mandates: list[MandateCard] = []
        self.names: dict[UUID, str] = {}
        self.accesses: list[tuple[UUID | None, UUID, str]] = []

    def hire(self, name: str, role: Role, *, division: str = "first", subjects: tuple[str, ...] = (),
             load: str = "1.0", leave: list[tuple[date, date]] | None = None) -> Actor:  # fmt: skip
        who = person()
        self.members.append(StaffMember(who, name, [role], division, list(subjects), load, leave or []))
        self.names[who] = name
        return Actor(who, None, frozenset({role}), division)

    async def staff(self, role: Role | None = None) -> list[StaffMember]:
        return [m for m in self.members if role is None or role in m.roles]

    async def organisations_of(self, person_id: PersonId) -> list[OrganisationCard]:
        return self.organisations.get(person_id, [])

    async def mandates_of(self, agent: PersonId, *, on: date) -> list[MandateCard]:
        return [m for m in self.mandates if m.agent == agent and (m.valid_until is None or on <= m.valid_until)]

    async def cards(self, person_ids: list[PersonId]) -> dict[PersonId, PersonCard]:
        return {p: PersonCard(p, self.names[p], "138****0000", [], True) for p in person_ids if p in self.names}

    async def record_access(self, actor: Actor, *, matter: str, matter_id: UUID, what: str, at: datetime) -> None:
        self.accesses.append((actor.person_id, matter_id, what))

    def give_mandate(self, agent: PersonId, principal: PersonId, matter: UUID | None = None) -> None:
        self.mandates.append(MandateCard(MandateId(new_id()), agent, principal, None, matter, [Power.GENERAL], None))

    def join(self, member: PersonId, organisation: OrganisationId) -> None:
        self.organisations[member] = [OrganisationCard(organisation, "某某科技有限公司", "9111", "王强", None)]


class FakeFilings:
    def __init__(self) -> None:
        self.filings: dict[UUID, AcceptedFiling] = {}

    async def accepted(self, filing_id: FilingId) -> AcceptedFiling:
        if filing_id not in self.filings:
            raise NotFound
        return self.filings[filing_id]


class FakePayments:
    def __init__(self) -> None:
        self.orders: dict[UUID, OrderCard] = {}

    async def order(self, order_id: OrderId) -> OrderCard:
        return self.orders[order_id]


class FakeDocuments:
    def __init__(self) -> None:
        self.cards: list[DocumentCard] = []

    async def of_case(self, case_id: CaseId) -> list[DocumentCard]:
        return [c for c in self.cards if c.case_id == case_id]


class FakeDelivery:
    def __init__(self) -> None:
        self.notices: dict[str, Notice] = {}

    async def notify(self, notice: Notice) -> None:
        self.notices.setdefault(notice.key, notice)

    def to(self, person_id: UUID | None) -> list[Notice]:
        return [n for n in self.notices.values() if n.to == person_id]


class FakeSessions:
    """A bearer token is the name of an actor."""

    def __init__(self, actors: dict[str, Actor]) -> None:
        self.actors = actors

    async def of_cookie(self, token: str) -> tuple[Actor, str] | None:
        return None

    async def of_bearer(self, token: str) -> Actor | None:
        return self.actors.get(token)


class World:
    """The desk, its fakes, and what a test does with them."""

    def __init__(self, desk: Desk, clock: SettableClock) -> None:
        self.desk = desk
        self.clock = clock
        self.people: FakePeople = desk.people  # type: ignore[assignment]
        self.filings: FakeFilings = desk.filings  # type: ignore[assignment]
        self.payments: FakePayments = desk.payments  # type: ignore[assignment]
        self.documents: FakeDocuments = desk.documents  # type: ignore[assignment]
        self.delivery: FakeDelivery = desk.delivery  # type: ignore[assignment]
        self.told: set[UUID] = set()
        self.actors: dict[str, Actor] = {}

    def filing(self, **changed: Any) -> AcceptedFiling:
        plaintiff, defendant = person(), person()
        parties = [
            FiledParty("plaintiff", "person", "李明", plaintiff),
            FiledParty("defendant", "person", "王强", defendant),
        ]
        filing = AcceptedFiling(
            filing_id=FilingId(new_id()), number="F2026-000001", filer=plaintiff, case_type="online_shopping",
            cause="网络购物合同纠纷", subject_type=None, fee_act="property", procedure="simplified", bench="sole",
            amount=Money.parse("12345.60"), parties=parties, claims=[], evidence=[], digest=sm3(b"complaint"),
            submitted_at=self.clock.now() - timedelta(days=2), accepted_at=self.clock.now(), accepted_by=person(),
            related_cases=[],
        )  # fmt: skip
        filing = msgspec.structs.replace(filing, **changed)
        self.filings.filings[filing.filing_id] = filing
        return filing

    async def react(self, event: Event, *, actor: PersonId | None = None) -> None:
        """Run the handler of an event as the worker would."""
        told = Told(EventId(new_id()), event.wire_name(), self.clock.now(), actor, event)
        await self.handle(told)

    async def handle(self, told: Told) -> None:
        try:
            async with acting(ActKey("reaction:cases", str(told.id), told.name)):
                await REACTIONS[type(told.event)](self.desk, told)
        except ActReplayed:
            pass

    async def work(self) -> None:
        """Handle the events of cases that were told, and run the jobs that were deferred."""
        from tianping.interfaces.events import event_class

        async with self.desk.database.reading() as reader:
            journal = await reader.all("SELECT id, name, occurred_at, actor, data FROM platform.journal ORDER BY seq")
            deferred = await reader.all(
                "SELECT id, task_name, args FROM jobs.procrastinate_jobs WHERE queue_name = 'work' ORDER BY id"
            )
        for row in journal:
            event = msgspec.convert(row["data"], event_class(row["name"]), strict=False)
            if type(event) in REACTIONS and row["id"] not in self.told:
                self.told.add(row["id"])
                await self.handle(Told(row["id"], row["name"], row["occurred_at"], row["actor"], event))
        named = {
            assignment.TELL_HEADS: jobs.tell_heads,
            requests.TELL_DECIDERS: jobs.tell_deciders,
            requests.TELL_DECISION: jobs.tell_decision,
        }
        for row in deferred:
            await partial(named[row["task_name"]], self.desk)(**row["args"])

    async def open(self, filing: AcceptedFiling | None = None) -> CaseId:
        filing = filing or self.filing()
        await self.react(FilingAccepted(filing_id=filing.filing_id), actor=filing.accepted_by)
        case = await self.case_of(filing)
        return case.id

    async def case_of(self, filing: AcceptedFiling) -> Any:
        async with self.desk.database.reading() as reader:
            return await store.of_filing(reader, self.desk.keyring, filing.filing_id)

    async def case(self, case_id: CaseId) -> Any:
        async with self.desk.database.reading() as reader:
            return await store.case(reader, self.desk.keyring, case_id)

    def order(self, case_id: CaseId) -> OrderCard:
        order = OrderCard(
            OrderId(new_id()), case_id, person(), Money.parse("108.64"), "due", "acceptance", date(2026, 3, 9), [], [],
            None, "R-1", self.clock.now(),
        )  # fmt: skip
        self.payments.orders[order.id] = order
        return order

    async def assigned(self, filing: AcceptedFiling | None = None) -> CaseId:
        """A case that was opened, paid and drawn."""
        case_id = await self.open(filing)
        order = self.order(case_id)
        await self.react(FeeOrdered(order_id=order.id, case_id=case_id))
        await self.react(FeePaid(order_id=order.id, case_id=case_id))
        return case_id

    async def publish(self) -> None:
        """Commitments as they were a month ago."""
        await publish_commitments(self.desk, at=self.clock.now() - timedelta(days=30))

    @cached_property
    def site(self) -> Litestar:
        async def actor(request: Request[Any, Any, Any]) -> Actor:
            return request.scope["user"]

        def desk() -> Desk:
            return self.desk

        guard = Guard()
        guard.add(POLICY)
        return build_site(
            handlers=api.ROUTES, guard=guard, sessions=FakeSessions(self.actors), checks={},
            public_url="http://localhost:8000", web_dist=Path("/nonexistent"),
            dependencies={"cases_desk": Provide(desk, sync_to_thread=False), "actor": Provide(actor)},
        )  # fmt: skip

    def client(self, actor: Actor | None) -> "Client":
        token = f"token-{len(self.actors)}"
        if actor is not None:
            self.actors[token] = actor
        return Client(self.site, token if actor is not None else None)


class Client:
    def __init__(self, site: Litestar, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="https://localhost:8000/api/v1", headers=headers)

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params)

    async def act(self, path: str, body: object = None, *, key: str | None = None) -> httpx.Response:
        return await self.http.post(path, json=body, headers={"Idempotency-Key": key or new_id().hex})


@asynccontextmanager
async def world(dsn: str, tmp_path: Path, *, size: int = 4) -> AsyncIterator[World]:
    keyring = Keyring(FileKeys(tmp_path / "keys"))
    clock = SettableClock(NOW)
    law = load()
    work = Jobs(dsn)
    database = Database(dsn, "cases", keyring, size=size)
    desk = Desk(
        database=database, journal=Journal(work), jobs=work, keyring=keyring, clock=clock,
        court=read_court(CHECKOUT / "court.toml"), law=law, calendar=lambda: law.calendar, people=FakePeople(),
        filings=FakeFilings(), payments=FakePayments(), documents=FakeDocuments(), delivery=FakeDelivery(),
    )  # fmt: skip  # type: ignore[arg-type]
    await database.open()
    try:
        yield World(desk, clock)
    finally:
        await database.close()


def staffed(w: World, *, judges: int = 3) -> list[Actor]:
    """Judges of the subject, a clerk, a division head and a president. Returns the judges."""
    w.people.hire("书记员陈", Role.CLERK)
    w.people.hire("庭长赵", Role.DIVISION_HEAD)
    w.people.hire("院长孙", Role.PRESIDENT, division="first")
    return [w.people.hire(f"审判员{i}", Role.JUDGE, subjects=("online_shopping",)) for i in range(judges)]


def actor_of(w: World, role: Role) -> Actor:
    member = next(m for m in w.people.members if role in m.roles)
    return Actor(member.person_id, None, frozenset({role}), member.division)


def litigant(person_id: PersonId | None) -> Actor:
    return Actor(person_id, None, frozenset({Role.LITIGANT}))


def text(zh: str) -> Text:
    return Text(zh, zh)
