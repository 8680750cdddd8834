"""The court rehearsed: assembled with a clock of its own, its people acting through the same actions as everybody's.

Each method is one act of one person at the instant at which the clock stands. `settle` works the queue, as the worker
would have done meanwhile.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tianping.apps.assembly import Court
from tianping.apps.demo import cast
from tianping.apps.demo.evidence.signatures import drawn
from tianping.apps.demo.matters import Matter, Piece, as_company, as_plaintiff
from tianping.contexts.cases.actions import commitments
from tianping.contexts.filing.actions import complaint, corrections, drafting, reviewing, reviews, submitting
from tianping.contexts.filing.model import GivenAnswer
from tianping.contexts.filing.store import filings
from tianping.contexts.identity.actions import mandates, open_account, open_organisation, register_staff
from tianping.contexts.payments.actions import orders, paying, relief
from tianping.contexts.payments.gateways.stand_in import StandInGateway
from tianping.contexts.payments.model import OrderView, ReliefKind
from tianping.interfaces.cases import CaseCard
from tianping.interfaces.identity import Actor, Power, Role
from tianping.interfaces.platforms import PlatformOperator, ShopEntry
from tianping.kit.clock import COURT_ZONE, SettableClock, court_day
from tianping.kit.ids import CaseId, FilingId, MandateId, OrderId, OrganisationId, PersonId, UploadId
from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.review_reasons import filing_conditions
from tianping.platform.uploads import actions as uploads

_FIRST = timedelta(days=183)
_TIMERS = (
    "filing.return_uncorrected", "filing.note_late_reviews", "payments.overdue", "filing.warn_of_reviews_due",
    "filing.remind_of_corrections", "filing.warn_of_expiry",
)  # fmt: skip


class NotInRehearsal(LookupError):
    """A story expects something of the court that is not there."""


def _accounts_in(value: Any) -> frozenset[UUID]:
    """The accounts of a story's parties: the court's own seed knows who is who."""
    parties = value if isinstance(value, list) else []
    named = [p.get(field) for p in parties if isinstance(p, dict) for field in ("person_id", "organisation_id")]
    return frozenset(UUID(str(account)) for account in named if account)


class Rehearsal:
    """`today` is the court-local day on which the history ends."""

    def __init__(self, court: Court, clock: SettableClock, *, ends_at: datetime) -> None:
        self.court = court
        self.clock = clock
        self.ends_at = ends_at
        self.today = court_day(ends_at)
        self.begins_at = ends_at - _FIRST
        self.actors: dict[str, Actor] = {}
        self.organisations: dict[str, OrganisationId] = {}
        self._desks = {part.name: part.desk for part in court.built}
        self._timers = {timed.name: timed.run for part in court.built for timed in part.timed}
        self._money_moved: set[date] = set()
        self.wait_until: Callable[[datetime], Awaitable[None]] = self._move_to

    def desk(self, context: str) -> Any:
        return self._desks[context]

    # Time

    def workday(self, back: int, at: str = "10:00") -> datetime:
        """An instant on the `back`-th working day before today, court-local hours."""
        calendar = self.court.platform.calendar()
        day = calendar.add_working_days(self.today, -back)
        return datetime.combine(day, time.fromisoformat(at), COURT_ZONE).astimezone(UTC)

    def day(self, back: int, *, earlier: int = 0) -> date:
        """The court-local day of `workday(back)`, or so many calendar days before it."""
        return court_day(self.workday(back)) - timedelta(days=earlier)

    async def at(self, back: int, at: str = "10:00") -> None:
        """Wait for that instant."""
        await self.wait_until(self.workday(back, at))

    async def settle(self) -> None:
        await self.court.work(wait=False)

    async def _move_to(self, at: datetime) -> None:
        """Without a history there is nobody to wait for."""
        self.clock.set(max(at, self.clock.now()))

    async def morning(self) -> None:
        """What the timers of a night and a morning do, and what follows from it."""
        for name in _TIMERS:
            await self._timers[name]()
        if court_day(self.clock.now()) - timedelta(days=1) in self._money_moved:
            await self._timers["payments.reconcile"]()
        await self.settle()

    # People

    async def open_accounts(self) -> None:
        """Everybody, without a password: the demo court signs in with one click."""
        desk = self.desk("identity")

        async def citizen(person: cast.Citizen) -> None:
            roles = (Role.LITIGANT, Role.LAWYER) if person.licence else (Role.LITIGANT,)
            known = await open_account(
                desk, name=person.name, mobile=person.mobile, identity_number=person.identity_number,
                email=f"{person.key}@people.example", address=person.address, roles=roles, licence=person.licence,
                firm=person.firm, about=person.about,
            )  # fmt: skip
            self.actors[person.key] = Actor(known, roles=frozenset(roles))

        async def official(person: cast.Official) -> None:
            known = await register_staff(
                desk, name=person.name, mobile=person.mobile, roles=person.roles, division=person.division,
                subjects=person.subjects, load_weight=person.load_weight, about=person.about,
            )  # fmt: skip
            self.actors[person.key] = Actor(known, roles=frozenset(person.roles), division=person.division)

        # One after another: the sign-in page lists them in the order in which they came.
        for person in cast.CITIZENS:
            await citizen(person)
        for member in cast.OFFICIALS:
            await official(member)
        for company in cast.COMPANIES:
            self.organisations[company.key] = await open_organisation(
                desk, owner=self.id_of(company.owner), name=company.name, credit_code=company.credit_code,
                legal_representative=company.representative, address=company.address,
            )  # fmt: skip

    async def publish_commitments(self) -> None:
        """Before anything is filed, as a court must. The seeds stay secret until they are used."""
        await commitments.publish_commitments(self.desk("cases"))

    def id_of(self, key: str) -> PersonId:
        found = self.actors[key].person_id
        assert found is not None
        return found

    def person(self, key: str) -> cast.Citizen:
        return next(person for person in cast.CITIZENS if person.key == key)

    def organisation(self, key: str) -> str:
        return str(self.organisations[key])

    async def mandate(
        self, principal: str, agent: str, *, kind: str = "lawyer", powers: Sequence[Power] = (), company: str | None = None,
        until: date | None = None,
    ) -> UUID:  # fmt: skip
        form = mandates.MandateForm(
            principal_organisation=self.organisations[company] if company else None,
            agent_mobile=self.person(agent).mobile, agent_kind=kind, matter=None, powers=[Power.GENERAL, *powers],
            valid_until=until, signed_name=self.person(principal).name,
            image=f"data:image/png;base64,{_signature(self.person(principal).name)}", code=None,
        )  # fmt: skip
        return (await mandates.give_mandate(self.desk("identity"), self.actors[principal], form)).id

    async def revoke(self, principal: str, mandate_id: UUID) -> None:
        await mandates.revoke_mandate(self.desk("identity"), self.actors[principal], MandateId(mandate_id))

    # Platforms

    async def shop(self, platform: str, label: str) -> ShopEntry:
        found = await self.desk("filing").directory.find(platform, label)
        if not found:
            raise NotInRehearsal(f"{platform}: {label}")
        return found[0]

    async def platform(self, name: str) -> PlatformOperator:
        return next(each for each in await self.desk("filing").directory.platforms() if each.platform == name)

    # Filing

    async def draft(
        self, filer: str, matter: Matter, *, for_person: str | None = None, company: str | None = None,
        agents: Sequence[dict[str, Any]] = (), groups: Sequence[str] | None = None,
    ) -> FilingId:  # fmt: skip
        """Answer page after page, with the files uploaded on the way. `groups`: stop after these answers."""
        desk, actor = self.desk("filing"), self.actors[filer]
        begun = await drafting.begin(
            desk, actor, case_type=matter.case_type, for_person=self.id_of(for_person) if for_person else None,
            for_organisation=self.organisations[company] if company else None,
        )  # fmt: skip
        filing_id = FilingId(begun.id)
        known = msgspec.to_builtins(begun.answers.plaintiffs[0], enc_hook=str)
        if company:
            whole = next(each for each in cast.COMPANIES if each.key == company)
            plaintiff = as_company(whole, known, self.person(whole.owner).mobile)
        else:
            plaintiff = as_plaintiff(self.person(for_person or filer), known)
        answers: dict[str, Any] = {"plaintiffs": [plaintiff]}
        if agents:
            answers["agents"] = list(agents)
        answers["defendants"] = matter.defendants
        if matter.third_parties:
            answers["third_parties"] = matter.third_parties
        if matter.cause:
            answers["cause"] = matter.cause
        answers |= {"claims": matter.claims, "facts": matter.facts, "events": matter.events, "links": matter.links}
        if matter.reasons:
            answers["reasons"] = matter.reasons
        if groups is None or "evidence" in groups:
            answers["evidence"] = await self.exhibits(filer, matter.pieces)
        answers["wishes"] = matter.wishes
        revision = begun.revision
        for group, value in answers.items():
            if groups is None or group in groups:
                given = GivenAnswer(path=group, value=value, revision=revision)
                saved = await drafting.save_answers(desk, actor, filing_id, [given], matched=_accounts_in(value))
                revision = saved.revision
        return filing_id

    async def exhibits(self, owner: str, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
        """Upload the files; returns the list of evidence."""
        contents = await asyncio.gather(*(asyncio.to_thread(piece.make) for piece in pieces))
        made = []
        for piece, content in zip(pieces, contents, strict=True):
            upload = await self.upload(owner, piece.file_name, piece.media_type, content)
            made.append({
                "name": piece.name, "source": piece.source, "proves": piece.proves, "original": piece.original,
                "upload_id": str(upload),
            })  # fmt: skip
        return made

    async def add_exhibits(self, who: str, filing_id: FilingId, pieces: Sequence[Piece]) -> None:
        """Further files of a draft or a correction, after those that are there."""
        desk, actor = self.desk("filing"), self.actors[who]
        async with desk.database.reading() as reader:
            seen = await filings.read(reader, desk.keyring, filing_id)
        there = msgspec.to_builtins(seen.answers.evidence, enc_hook=str)
        value = [*there, *await self.exhibits(who, pieces)]
        given = GivenAnswer(path="evidence", value=value, revision=seen.head.revision)
        await drafting.save_answers(desk, actor, filing_id, [given])

    async def upload(self, owner: str, name: str, media_type: str, content: bytes) -> UploadId:
        desk, actor = self.desk("uploads"), self.actors[owner]

        async def blocks() -> AsyncIterator[bytes]:
            yield content

        upload = await uploads.begin(desk, actor, name=name, declared_type=media_type, size=len(content))
        await uploads.send(desk, upload, 0, blocks())
        return upload.id

    async def sign(self, who: str, filing_id: FilingId) -> None:
        desk, actor, name = self.desk("filing"), self.actors[who], self.person(who).name
        written = await complaint.read_complaint(desk, actor, filing_id)
        await complaint.sign(desk, actor, filing_id, name=name, image=_signature(name), digest=written.digest)

    async def hand_in(self, who: str, filing_id: FilingId) -> None:
        """Sign and submit. The files must have been looked into: `settle` comes before."""
        await self.sign(who, filing_id)
        await submitting.submit(self.desk("filing"), self.actors[who], filing_id)

    async def correct(self, who: str, filing_id: FilingId) -> None:
        await self.sign(who, filing_id)
        await submitting.correct(self.desk("filing"), self.actors[who], filing_id)

    async def withdraw(self, who: str, filing_id: FilingId) -> None:
        await submitting.withdraw(self.desk("filing"), self.actors[who], filing_id)

    async def discard(self, who: str, filing_id: FilingId) -> None:
        await drafting.discard(self.desk("filing"), self.actors[who], filing_id)

    # Review

    async def open_review(self, reviewer: str, filing_id: FilingId) -> None:
        await reviews.open_review(self.desk("filing"), self.actors[reviewer], filing_id)

    async def check(self, reviewer: str, filing_id: FilingId, found: dict[str, tuple[str, str]] | None = None) -> None:
        """Look at every condition; `found` names those that are not met, with a note."""
        desk, actor = self.desk("filing"), self.actors[reviewer]
        await self.open_review(reviewer, filing_id)
        await reviewing.claim_review(desk, actor, filing_id)
        for condition in filing_conditions(desk.law, desk.today):
            finding, note = (found or {}).get(condition.id, ("met", ""))
            await reviewing.check_item(
                desk, actor, filing_id, item=condition.id, finding=finding, note=note, page=""  # type: ignore[arg-type]
            )  # fmt: skip

    async def accept(self, reviewer: str, filing_id: FilingId, **decided: Any) -> None:
        await self.check(reviewer, filing_id)
        await reviewing.accept(
            self.desk("filing"), self.actors[reviewer], filing_id, reviewing.Acceptance(**decided)
        )  # fmt: skip

    async def accept_together(self, reviewer: str, filing_ids: list[FilingId]) -> None:
        results = await reviewing.accept_together(
            self.desk("filing"), self.actors[reviewer], filing_ids, reviewing.Acceptance()
        )
        refused = [result.problem for result in results if not result.accepted]
        if refused:
            raise NotInRehearsal(f"not accepted together: {refused}")

    async def ask_correction(
        self, reviewer: str, filing_id: FilingId, items: Sequence[tuple[str, str, str, str]], *, days: int = 15
    ) -> None:
        """`items`: reason, field, and the court's words in both languages."""
        await self.open_review(reviewer, filing_id)
        wanted = [corrections.CorrectionItem(reason=r, field=f, text=Text(zh, en)) for r, f, zh, en in items]
        await corrections.request_correction(
            self.desk("filing"), self.actors[reviewer], filing_id, items=wanted, days=days
        )

    async def give_more_time(self, reviewer: str, filing_id: FilingId, *, days: int, zh: str, en: str) -> None:
        await self.open_review(reviewer, filing_id)
        await corrections.extend_correction(
            self.desk("filing"), self.actors[reviewer], filing_id, days=days, reason=Text(zh, en)
        )

    async def send_back(self, reviewer: str, filing_id: FilingId, *, reason: str, court: str | None = None) -> None:
        await self.open_review(reviewer, filing_id)
        await reviewing.return_filing(
            self.desk("filing"), self.actors[reviewer], filing_id, reason=reason, competent_court=court, note=None
        )

    async def refuse(self, reviewer: str, filing_id: FilingId, *, reason: str, unmet: str, zh: str, en: str) -> None:
        """By ruling; `unmet` is the condition of the checklist that fails."""
        await self.check(reviewer, filing_id, {unmet: ("not_met", zh)})
        await reviewing.refuse(
            self.desk("filing"), self.actors[reviewer], filing_id, reason=reason, grounds=Text(zh, en)
        )

    # The case

    async def case_of(self, filing_id: FilingId) -> CaseCard:
        found = await self.court.services.cases.of_filing(filing_id)
        if found is None:
            raise NotInRehearsal(f"no case of filing {filing_id}")
        return found

    async def order_of(self, who: str, case_id: CaseId, purpose: str = "acceptance_fee") -> OrderView:
        found = await orders.orders_of_case(self.desk("payments"), self.actors[who], case_id)
        for order in found:
            if order.purpose == purpose:
                return order
        raise NotInRehearsal(f"no {purpose} in case {case_id}")

    async def start_payment(self, who: str, order_id: OrderId) -> str:
        started = await paying.start_payment(self.desk("payments"), self.actors[who], order_id)
        return started.pay_at.rpartition("/")[2]

    async def finish_payment(self, reference: str, *, pay: bool = True) -> str:
        """At the stand-in's till; it tells the court under its signature, as a bank would."""
        desk = self.desk("payments")
        gateway: StandInGateway = desk.gateway
        self._money_moved.add(court_day(self.clock.now()))
        headers, body = await gateway.finish(reference, pay=pay)
        return await paying.take_notification(desk, headers, body)

    async def pay(self, who: str, filing_id: FilingId, purpose: str = "acceptance_fee") -> None:
        case = await self.case_of(filing_id)
        order = await self.order_of(who, case.id, purpose)
        await self.finish_payment(await self.start_payment(who, order.id))

    async def ask_relief(
        self, who: str, filing_id: FilingId, kind: ReliefKind, ground: str, why: str, proof: Piece | None = None
    ) -> None:
        files = []
        if proof is not None:
            content = await asyncio.to_thread(proof.make)
            files = [await self.upload(who, proof.file_name, proof.media_type, content)]
            await self.settle()
        case = await self.case_of(filing_id)
        order = await self.order_of(who, case.id)
        await relief.ask_relief(
            self.desk("payments"), self.actors[who], order.id, kind=kind, ground=ground, explanation=why, proof=files
        )

    async def decide_relief(
        self, who: str, filer: str, filing_id: FilingId, *, granted: bool, reasons: str = "", reduce_to: str | None = None,
        new_due: date | None = None,
    ) -> None:  # fmt: skip
        case = await self.case_of(filing_id)
        order = await self.order_of(filer, case.id)
        open_ = next(each for each in order.reliefs if each.state == "asked")
        await relief.decide_relief(
            self.desk("payments"), self.actors[who], open_.id, granted=granted, reasons=reasons,
            reduce_to=Money.parse(reduce_to) if reduce_to else None, new_due=new_due,
        )  # fmt: skip

    def key_of(self, person_id: PersonId) -> str:
        return next(key for key, actor in self.actors.items() if actor.person_id == person_id)


def _signature(name: str) -> str:
    return base64.b64encode(drawn(name)).decode()
