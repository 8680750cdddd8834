"""Small fakes of what other contexts promise, for tests of one context alone."""

from datetime import date, datetime

import msgspec

from tianping.interfaces.cases import CaseCard, CaseParty
from tianping.interfaces.delivery import DirectText, Notice
from tianping.interfaces.identity import Actor
from tianping.kit.ids import CaseId, FilingId, PersonId, UploadId, new_id
from tianping.kit.money import Money
from tianping.kit.problems import NotFound


class FakeDelivery:
    """Remembers notices, each key once."""

    def __init__(self) -> None:
        self.notices: dict[str, Notice] = {}
        self.texts: dict[str, DirectText] = {}

    async def notify(self, notice: Notice) -> None:
        self.notices.setdefault(notice.key, notice)

    async def text(self, text: DirectText) -> None:
        self.texts.setdefault(text.key, text)


class FakeMaterials:
    def __init__(self) -> None:
        self.kept: dict[UploadId, str] = {}

    async def keep(self, owner: PersonId, ids: tuple[UploadId, ...], *, held_by: str) -> None:
        for upload_id in ids:
            self.kept[upload_id] = held_by


class FakeFilings:
    def __init__(self) -> None:
        self.filers: dict[FilingId, PersonId] = {}

    async def filer_of(self, filing_id: FilingId) -> PersonId:
        if filing_id not in self.filers:
            raise NotFound
        return self.filers[filing_id]


class FakeCases:
    """Cases by id; the plaintiff of each stands as plaintiff, nobody else stands anywhere."""

    def __init__(self) -> None:
        self.cards: dict[CaseId, CaseCard] = {}
        self.closed: dict[FilingId, str] = {}

    async def closed_grounds(self, filing_ids: list[FilingId]) -> dict[FilingId, str]:
        return {filing_id: self.closed[filing_id] for filing_id in filing_ids if filing_id in self.closed}

    def add(
        self, *, plaintiff: PersonId, amount: Money | None, opened_on: date, opened_at: datetime, fee_act: str = "property",
        procedure: str = "simplified", plaintiff_kind: str = "person", number: str = "（2026）京0499民初1号",
    ) -> CaseCard:  # fmt: skip
        card = CaseCard(
            id=CaseId(new_id()), number=number, filing_id=FilingId(new_id()), cause="信息网络买卖合同纠纷",
            case_type="ecom_sale", fee_act=fee_act, procedure=procedure, bench_kind="sole", stage="opened",
            amount=amount, opened_at=opened_at, opened_on=opened_on, division="first",
            parties=[
                CaseParty("plaintiff", plaintiff_kind, "李明", plaintiff, None, []),
                CaseParty("defendant", "organisation", "晴川数码专营店", None, None, []),
            ],
            bench=[],
        )  # fmt: skip
        self.cards[card.id] = card
        return card

    def change(self, case_id: CaseId, **changes: object) -> None:
        self.cards[case_id] = msgspec.structs.replace(self.cards[case_id], **changes)

    async def card(self, case_id: CaseId) -> CaseCard:
        if case_id not in self.cards:
            raise NotFound
        return self.cards[case_id]

    async def standing(self, actor: Actor, case_id: CaseId) -> str | None:
        card = self.cards.get(case_id)
        if card and actor.person_id in {party.person_id for party in card.parties}:
            return "plaintiff"
        return None
