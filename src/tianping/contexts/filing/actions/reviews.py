"""What reviewers see: the queue, one review side by side, like filings. Every opening by staff is noted (ORL art. 38)."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from tianping.contexts.filing.actions import views
from tianping.contexts.filing.actions.complaint import content_of
from tianping.contexts.filing.actions.desk import Desk, person_of
from tianping.contexts.filing.actions.submitting import ClaimsView, Competence, claims_of, competence_of, prints_of
from tianping.contexts.filing.model import Answers, Filing, Head, Notice, State
from tianping.contexts.filing.model.views import (
    ChecklistItem,
    LikeFiling,
    MaterialView,
    NoticeView,
    PartyLine,
    ReasonChoice,
    ReviewCounts,
    ReviewRow,
    SignatureView,
    StepView,
)
from tianping.contexts.filing.rules import clocks, completeness, likeness, states, words
from tianping.contexts.filing.rules.problems import ComplaintNotPrinted
from tianping.contexts.filing.store import filings, reviews
from tianping.contexts.filing.store.reviews import QueueFilter
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.documents import ComposedSentence
from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import FilingId, PersonId
from tianping.kit.problems import NotFound, Text
from tianping.law.lawbook import Lawbook
from tianping.law.review_reasons import filing_conditions
from tianping.platform.database import Reader
from tianping.platform.keyring import Keyring

UNDECIDED = "accepted_undecided"
"""The reason on which what could not be decided within seven days is registered first. RG art. 8."""
_SOON = timedelta(days=2)
_LATEST = date.max


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """One filing as its reviewer sees it: content on one side, materials and checklist on the other.

    `permitted_acts` and `reasons` say what may be decided and on what ground. Complaint sentences, materials and like
    filings come with `GET /reviews/{id}/complaint`, `/materials` and `/similar`.
    """

    row: ReviewRow
    answers: Answers
    parties: list[PartyLine]
    money: ClaimsView
    competence: Competence | None
    obstacles: list[Text]
    checklist: list[ChecklistItem]
    reasons: list[ReasonChoice]
    signature: SignatureView | None
    digest: str | None
    notices: list[NoticeView]
    correction_due: date | None
    history: list[StepView]
    permitted_acts: list[PermittedAct]


class SimilarView(msgspec.Struct, frozen=True):
    """`duplicates` tell the same facts; `series` are open filings against the same defendant in the same type."""

    duplicates: list[LikeFiling]
    series: list[ReviewRow]


async def queue(
    desk: Desk, actor: Actor, wanted: QueueFilter, *, after: tuple[date, UUID] | None, limit: int
) -> list[ReviewRow]:
    """The filings that were asked for, those due first first."""
    async with desk.database.reading() as reader:
        position = (after[0], FilingId(after[1])) if after else None
        found = await reviews.queue(reader, desk.keyring, wanted, after=position, limit=limit)
    return await rows(desk, actor, found)


async def rows(desk: Desk, actor: Actor, found: list[Filing]) -> list[ReviewRow]:
    names = await desk.people.cards(list({f.head.reviewer for f in found if f.head.reviewer is not None}))
    return [_row(desk, actor, filing, {k: v.name for k, v in names.items()}) for filing in found]


async def counts(desk: Desk, actor: Actor) -> ReviewCounts:
    async with desk.database.reading() as reader:
        found = await reviews.counts(reader, reviewer=person_of(actor), today=desk.today, soon=desk.today + _SOON)
    return ReviewCounts(**found)


async def open_review(desk: Desk, actor: Actor, filing_id: FilingId) -> ReviewView:
    """Raises NotFound, also for a filing that was never handed in and for one's own matter."""
    async with desk.database.reading() as reader:
        head = await filings.head(reader, filing_id)
    names = await desk.people.cards([head.reviewer] if head.reviewer else [])
    async with desk.database.reading() as reader:
        filing = await handed_in(desk.keyring, reader, actor, filing_id)
        view = await review_view(desk, reader, actor, filing, names={key: card.name for key, card in names.items()})
    await note_access(desk, actor, filing_id, "open")
    return view


async def handed_in(keyring: Keyring, reader: Reader, actor: Actor, filing_id: FilingId) -> Filing:
    """The filing as it was handed in, never what the filer is still correcting.

    Raises NotFound for drafts and for the reader's own matters.
    """
    filing = await filings.read_filed(reader, keyring, filing_id)
    if filing.head.number is None or is_own_matter(person_of(actor), filing):
        raise NotFound
    return filing


async def note_access(desk: Desk, actor: Actor, filing_id: FilingId, what: str) -> None:
    await desk.people.record_access(actor, matter="filing", matter_id=filing_id, what=what, at=desk.clock.now())


async def review_view(
    desk: Desk, reader: Reader, actor: Actor, filing: Filing, *, names: dict[PersonId, str] | None = None
) -> ReviewView:
    head = filing.head
    told = await reviews.notices(reader, desk.keyring, head.id)
    parties = [
        PartyLine(capacity, party.called)
        for capacity, group in (
            ("plaintiff", filing.answers.plaintiffs),
            ("defendant", filing.answers.defendants),
            ("third_party", filing.answers.third_parties),
        )
        for party in group
    ]
    signed = filing.signature
    competence = competence_of(desk, filing)
    return ReviewView(
        row=_row(desk, actor, filing, names or {}), answers=filing.answers, parties=parties, money=claims_of(desk, filing),
        competence=competence, obstacles=_obstacles(desk, filing),
        checklist=await _checklist(desk, reader, filing, competence), reasons=_reasons(desk, head),
        signature=SignatureView(signed.name, signed.signed_at, signed.digest, signed.digest == head.digest) if signed else None,
        digest=head.digest, notices=[views.notice_view(desk, notice) for notice in told],
        correction_due=views.correction_due(head),
        history=views.history(desk, await filings.history(reader, head.id)),
        permitted_acts=reviewer_acts(head, actor, told, desk.today, desk.law),
    )  # fmt: skip


async def read_sentences(desk: Desk, actor: Actor, filing_id: FilingId) -> list[ComposedSentence]:
    """The complaint as handed in, sentence by sentence with its sources. Raises NotFound."""
    async with desk.database.reading() as reader:
        filing = await handed_in(desk.keyring, reader, actor, filing_id)
    written = await desk.documents.compose_complaint(content_of(desk, filing))
    return written.sentences


async def open_complaint(desk: Desk, actor: Actor, filing_id: FilingId) -> AsyncIterator[bytes]:
    """The complaint that was handed in, as the court printed and numbered it: PDF in blocks. Opening it is noted.

    Raises NotFound, ComplaintNotPrinted.
    """
    async with desk.database.reading() as reader:
        await handed_in(desk.keyring, reader, actor, filing_id)
    printed = [card for card in await desk.documents.of_filing(filing_id) if card.kind == "complaint"]
    if not printed:
        raise ComplaintNotPrinted
    await note_access(desk, actor, filing_id, "complaint")
    return desk.documents.content(printed[-1])


async def read_materials(desk: Desk, actor: Actor, filing_id: FilingId) -> list[MaterialView]:
    """Raises NotFound."""
    async with desk.database.reading() as reader:
        filing = await handed_in(desk.keyring, reader, actor, filing_id)
    return await views.materials_of(desk, filing.answers)


async def similar(desk: Desk, actor: Actor, filing_id: FilingId) -> SimilarView:
    """The same facts filed twice, and the series to which the filing belongs. Raises NotFound."""
    async with desk.database.reading() as reader:
        filing = await handed_in(desk.keyring, reader, actor, filing_id)
        sharing = await reviews.sharing(reader, desk.keyring, filing_id, prints_of(desk, filing))
        series = [
            await filings.read_filed(reader, desk.keyring, head.id)
            for head, kinds in sharing
            if likeness.in_series(kinds) and head.state == State.UNDER_REVIEW
        ]
    duplicates = [views.like_filing(h, kinds, visible=True) for h, kinds in sharing if likeness.same_facts(kinds)]
    return SimilarView(duplicates, await rows(desk, actor, series))


def is_own_matter(person: PersonId, filing: Filing) -> bool:
    """Whether the person filed it, is a party, or acts for one. CPL art. 47."""
    answers = filing.answers
    theirs = {filing.head.filer, filing.head.for_person}
    theirs |= {party.person_id for party in (*answers.plaintiffs, *answers.defendants, *answers.third_parties)}
    theirs |= {agent.person_id for agent in answers.agents}
    return person in theirs


def reviewer_acts(head: Head, actor: Actor, told: list[Notice], today: date, law: Lawbook) -> list[PermittedAct]:
    """Every act of a reviewer, permitted or with the reason why not."""
    me, is_judge = actor.person_id, Role.FILING_JUDGE in actor.roles
    may_decide = is_judge or Role.CLERK in actor.roles
    acts = []
    for act in states.acts_of(["reviewer", "judge"]):
        reason = None
        if not states.possible(act.name, head.state):
            reason = Text("当前状态不能办理", "Not possible in the present state")
        elif not may_decide:
            reason = Text("仅立案人员可以办理", "Only filing clerks and filing judges decide")
        elif act.side == "judge" and not is_judge:
            reason = Text("不予受理须由立案法官裁定", "Refusing is a ruling of a filing judge")
        elif head.reviewer not in (None, me):
            reason = Text("已由其他人员审查", "Another reviewer has taken it")
        elif act.name == "claim" and head.reviewer == me:
            reason = Text("已由您审查", "It is yours already")
        elif act.name == "release" and head.reviewer is None:
            reason = Text("尚无人领取", "Nobody has taken it")
        elif act.name == "request-correction" and head.correction_asked:
            reason = Text("补正须一次性告知，已告知过", "Corrections are asked for once, and were")
        acts.append(
            PermittedAct(
                act=act.name, label=act.label, permitted=reason is None, href=f"/reviews/{head.id}/{act.name}",
                reason=reason, article=law.article(act.articles[0]) if act.articles else None,
                due=head.review_due if reason is None and head.state == State.UNDER_REVIEW else None,
            )
        )  # fmt: skip
    return acts


def _row(desk: Desk, actor: Actor, filing: Filing, names: dict[PersonId, str]) -> ReviewRow:
    head = filing.head
    assert head.number is not None
    submitted: datetime | None = head.submitted_at
    assert submitted is not None
    waiting = head.state == State.UNDER_REVIEW
    return ReviewRow(
        id=head.id, number=head.number, state=head.state, state_name=states.STATE_NAMES[head.state],
        case_type=head.case_type, cause=head.cause, title=views.title(filing.answers), amount=head.amount,
        submitted_at=submitted, received_at=head.received_at or submitted, review_due=head.review_due,
        days_left=clocks.days_left(head, on=desk.today) if waiting else None, late=clocks.is_late(head, on=desk.today),
        correction_due=views.correction_due(head), corrected=head.corrected,
        reviewer=head.reviewer, reviewer_name=names.get(head.reviewer) or None if head.reviewer else None,
        mine=head.reviewer is not None and head.reviewer == actor.person_id,
    )  # fmt: skip


def cursor_of(row: ReviewRow) -> tuple[date, UUID]:
    return (row.review_due or _LATEST, row.id)


async def _checklist(desk: Desk, reader: Reader, filing: Filing, competence: Competence | None) -> list[ChecklistItem]:
    found = await reviews.checks(reader, desk.keyring, filing.head.id, filing.head.round)
    hints = _hints(desk, filing, competence)
    items = []
    for condition in filing_conditions(desk.law, desk.today):
        made = found.get(condition.id)
        items.append(
            ChecklistItem(
                item=condition.id, text=words.label(condition.text), articles=views.articles(desk, condition.articles),
                finding=made.finding if made else None, note=made.note if made else "", page=made.page if made else "",
                at=made.at if made else None, hint=hints.get(condition.id),
            )
        )  # fmt: skip
    return items


def _hints(desk: Desk, filing: Filing, competence: Competence | None) -> dict[str, Text]:
    """What the answers show by themselves; the finding is the reviewer's."""
    hints: dict[str, Text] = {}
    if competence is not None:
        hints["within_competence"] = competence.why
    unknown = [party.called for party in filing.answers.defendants if party.kind == "unknown"]
    if unknown:
        hints["definite_defendant"] = Text(
            f"被告身份待查明：{'、'.join(unknown)}", f"Identity still open: {', '.join(unknown)}"
        )
    money = claims_of(desk, filing)
    kind = desk.law.case_types.get(filing.answers.case_type or "")
    findings, _ = completeness.check(filing.answers, kind, money.claims, desk.law, desk.today)
    if findings:
        hints["complaint_complete"] = Text(
            f"有 {len(findings)} 处值得留意：" + "；".join(f.message.zh for f in findings[:5]),
            f"{len(findings)} points to look at: " + "; ".join(f.message.en for f in findings[:5]),
        )
    bare = [e.name or str(n + 1) for n, e in enumerate(filing.answers.evidence) if e.upload_id is None]
    if not filing.answers.evidence:
        hints["materials_complete"] = Text("未提交证据", "No evidence was handed in")
    elif bare:
        hints["materials_complete"] = Text(f"无附件：{'、'.join(bare)}", f"Without a file: {', '.join(bare)}")
    return hints


def _obstacles(desk: Desk, filing: Filing) -> list[Text]:
    links = filing.answers.links
    return [words.label(reason.text) for reason in desk.law.reasons.in_force(desk.today)
            if reason.outcome == "redirect" and links.get(reason.id) is True]  # fmt: skip


def _reasons(desk: Desk, head: Head) -> list[ReasonChoice]:
    shown = {"accept", "correct", "return", "redirect", "refuse"}
    return [
        ReasonChoice(
            reason.id,
            reason.outcome,
            words.label(reason.text),
            views.articles(desk, reason.articles),
            head.review_due if reason.id == UNDECIDED else None,
        )
        for reason in desk.law.reasons.in_force(desk.today)
        if reason.outcome in shown
    ]
