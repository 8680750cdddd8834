"""Fakes of what filing asks: people, materials, documents. Only what filing uses."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tianping.interfaces.documents import ComposedComplaint, ComposedSentence, DocumentCard
from tianping.interfaces.identity import (
    Actor,
    MandateCard,
    OrganisationCard,
    PersonCard,
    PersonIdentity,
    Power,
    Role,
    StaffMember,
)
from tianping.interfaces.materials import Inspection, Kind, Material, MaterialState, Part
from tianping.kit.digests import canonical, sm3
from tianping.kit.ids import DocumentId, FilingId, MandateId, OrganisationId, PersonId, UploadId, new_id
from tianping.kit.problems import NotFound, Text


class FakePeople:
    def __init__(self) -> None:
        self.identities: dict[PersonId, PersonIdentity] = {}
        self.members: dict[PersonId, list[OrganisationCard]] = {}
        self.mandates: list[MandateCard] = []
        self.court: list[StaffMember] = []
        self.accesses: list[tuple[PersonId | None, UUID, str]] = []

    def add(self, name: str) -> PersonId:
        person = PersonId(new_id())
        self.identities[person] = PersonIdentity(
            person,
            name,
            f"1101011990030{len(self.identities):04d}1",
            "13800000001",
            None,
            "四川省成都市武侯区人民南路四段1号",
            None,
            None,
            None,
        )
        return person

    def add_staff(self, name: str, *roles: Role, division: str = "filing") -> PersonId:
        person = self.add(name)
        self.court.append(StaffMember(person, name, list(roles), division, [], "1.0", []))
        return person

    def join(self, person: PersonId, name: str) -> OrganisationCard:
        unit = OrganisationCard(OrganisationId(new_id()), name, "91110105MA01ABCD2X", "王芳", "北京市朝阳区示例路1号")
        self.members.setdefault(person, []).append(unit)
        return unit

    def mandate(self, agent: PersonId, principal: PersonId, *powers: Power) -> MandateCard:
        card = MandateCard(MandateId(new_id()), agent, principal, None, None, list(powers), None)
        self.mandates.append(card)
        return card

    async def card(self, person_id: PersonId) -> PersonCard:
        found = await self.identity(person_id)
        return PersonCard(person_id, found.name, "138****0001", [], True)

    async def cards(self, person_ids: list[PersonId]) -> dict[PersonId, PersonCard]:
        return {person: await self.card(person) for person in person_ids}

    async def identity(self, person_id: PersonId) -> PersonIdentity:
        if person_id not in self.identities:
            raise NotFound
        return self.identities[person_id]

    async def organisations_of(self, person_id: PersonId) -> list[OrganisationCard]:
        return self.members.get(person_id, [])

    async def organisation(self, organisation_id: OrganisationId) -> OrganisationCard:
        return next(unit for units in self.members.values() for unit in units if unit.id == organisation_id)

    async def mandates_of(self, agent: PersonId, *, on: date) -> list[MandateCard]:
        return [card for card in self.mandates if card.agent == agent]

    async def staff(self, role: Role | None = None) -> list[StaffMember]:
        return [member for member in self.court if role is None or role in member.roles]

    async def record_access(self, actor: Actor, *, matter: str, matter_id: UUID, what: str, at: datetime) -> None:
        self.accesses.append((actor.person_id, matter_id, what))


class FakeUploads:
    """`interfaces.materials.Materials`, with contents in memory."""

    def __init__(self) -> None:
        self.files: dict[UploadId, Material] = {}
        self.contents: dict[UploadId, bytes] = {}
        self.held: dict[UploadId, set[str]] = {}

    def add(self, owner: PersonId, name: str, content: bytes = b"%PDF-1.7", *, state: str = "ready") -> UploadId:
        upload = UploadId(new_id())
        look = Inspection(Kind.PDF, "application/pdf", "pdf", pages=3)
        self.files[upload] = Material(
            upload, owner, name, len(content), MaterialState(state), None, sm3(content), look, None
        )
        self.contents[upload] = content
        return upload

    async def describe(self, ids: tuple[UploadId, ...]) -> tuple[Material, ...]:
        return tuple(self.files[upload] for upload in ids if upload in self.files)

    async def owned(self, owner: PersonId, ids: tuple[UploadId, ...]) -> tuple[Material, ...]:
        if any(upload not in self.files or self.files[upload].owner != owner for upload in ids):
            raise NotFound
        return await self.describe(ids)

    async def keep(self, owner: PersonId, ids: tuple[UploadId, ...], *, held_by: str) -> None:
        for upload in ids:
            self.held.setdefault(upload, set()).add(held_by)

    async def release(self, ids: tuple[UploadId, ...], *, held_by: str) -> None:
        for upload in ids:
            self.held.get(upload, set()).discard(held_by)

    async def read(
        self, material: Material, part: Part, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        yield self.contents[material.id][start:end]


class FakeDocuments:
    """Writes one sentence an answer: parties (not editable), claims, facts."""

    async def compose_complaint(self, content: dict[str, Any]) -> ComposedComplaint:
        answers, edits = content["answers"], {edit["id"]: edit for edit in content["edits"]}
        plain: list[tuple[str, str, str]] = []
        for group in ("plaintiffs", "defendants", "third_parties"):
            plain += [
                (f"{group}.{n}", "parties", party.get("name") or party["label"])
                for n, party in enumerate(answers[group])
            ]
        plain += [
            (f"claims.{n}", "claims", f"{claim['id']} {claim['amount'] or ''}")
            for n, claim in enumerate(answers["claims"])
        ]
        plain += [(f"facts.{key}", "facts", str(value)) for key, value in sorted(answers["facts"].items())]
        sentences = []
        for n, (place, part, text) in enumerate(plain):
            edit = edits.pop(place, None)
            sentences.append(
                ComposedSentence(
                    id=place, part=part, paragraph=n, text=edit["text"] if edit else text, sources=[place],
                    edited=edit is not None, editable=part != "parties", original=text if edit else None,
                    stale=edit is not None and edit["replaces"] != text,
                )
            )  # fmt: skip
        digest = sm3(canonical([s.text for s in sentences]))
        return ComposedComplaint(sentences=sentences, orphans=list(edits), digest=digest)

    def __init__(self) -> None:
        self.issued: dict[FilingId, list[DocumentCard]] = {}
        self.papers: dict[str, bytes] = {}

    def issue(self, filing_id: FilingId, content: bytes) -> None:
        """As the court prints a complaint that was handed in."""
        digest = sm3(content)
        self.papers[digest] = content
        self.issued.setdefault(filing_id, []).append(
            DocumentCard(
                DocumentId(new_id()), f"京0499-2026-SZ-{len(self.papers):06d}", "complaint", Text("民事起诉状", "Complaint"),
                filing_id, None, digest, 1, datetime(2026, 3, 2, tzinfo=UTC),
            )
        )  # fmt: skip

    async def of_filing(self, filing_id: FilingId) -> list[DocumentCard]:
        return self.issued.get(filing_id, [])

    async def content(self, card: DocumentCard) -> AsyncIterator[bytes]:
        yield self.papers[card.digest]

    async def preview_complaint(self, content: dict[str, Any]) -> bytes:
        return b"%PDF-1.7 " + canonical(content["answers"]["facts"])
