"""Drafts: begun, answered page by page, discarded, taken back up. ORL art. 11."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from tianping.contexts.filing.actions import views
from tianping.contexts.filing.actions.desk import Desk, person_of
from tianping.contexts.filing.actions.standing import mandate_for, standing
from tianping.contexts.filing.model import Agent, Answers, Filing, GivenAnswer, Head, Party, State
from tianping.contexts.filing.model.views import FilingView
from tianping.contexts.filing.rules import answering, claims, clocks, completeness, states
from tianping.contexts.filing.rules.completeness import Finding, Progress
from tianping.contexts.filing.store import filings
from tianping.interfaces.identity import Actor, MandateCard, Power
from tianping.kit.ids import FilingId, OrganisationId, PersonId, UploadId, new_id
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.law.claim_entries import CaseType
from tianping.platform.database import Transaction, once


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What a save answers: the new revision, what is still wrong in the `groups` (such as `plaintiffs`, `facts`) that it
    touched, and how far the filing is."""

    groups: list[str]
    revision: int
    changed_at: str
    expires_on: str
    findings: list[Finding]
    progress: Progress


def kind_of(desk: Desk, answers: Answers) -> CaseType | None:
    return desk.law.case_types.get(answers.case_type) if answers.case_type else None


def held_by(filing_id: UUID) -> str:
    return f"filing:{filing_id}"


@once
async def begin(
    desk: Desk,
    actor: Actor,
    *,
    case_type: str | None,
    for_person: PersonId | None,
    for_organisation: OrganisationId | None,
) -> FilingView:
    """Begin a draft, for oneself, one's organisation or a principal; the plaintiff's known particulars are filled in,
    and those of the agent with the powers of the mandate.

    Raises: MandateNeeded (CPL arts. 61, 62); InvalidInput.
    """
    me, now = person_of(actor), desk.clock.now()
    if for_person is not None and for_organisation is not None:
        both = Text("只能为一人或者一个单位起诉", "One files for a person or for an organisation, not both")
        raise InvalidInput(fields=(FieldProblem("for_person", "both-given", both),))
    if case_type is not None and case_type not in desk.law.case_types:
        raise _unknown_type()
    mandate = await mandate_for(desk, actor, for_person, for_organisation)
    plaintiff = await _plaintiff(desk, for_person or me, for_organisation)
    head = Head(
        id=FilingId(new_id()), state=State.DRAFT, filer=me, for_person=for_person, for_organisation=for_organisation,
        mandate_id=mandate.id if mandate else None, case_type=case_type, created_at=now, changed_at=now,
        expires_at=clocks.draft_expiry(now, days=desk.court.retention.draft_days),
    )  # fmt: skip
    agents = [await agent_under(desk, me, mandate)] if mandate else []
    filing = Filing(head=head, answers=Answers(case_type=case_type, plaintiffs=[plaintiff], agents=agents))
    stand = await standing(desk, actor, head)
    async with desk.database.transaction() as tx:
        await filings.insert(tx, desk.keyring, filing)
        steps = await filings.note_and_read(tx, head.id, "begin", head.state, by=me, at=now)
        return tx.answer(await views.filing_view(desk, tx, filing, stand, steps=steps))


async def _plaintiff(desk: Desk, person_id: PersonId, organisation_id: OrganisationId | None) -> Party:
    if organisation_id is not None:
        unit = await desk.people.organisation(organisation_id)
        return Party(
            kind="organisation", name=unit.name, credit_code=unit.credit_code, representative=unit.legal_representative,
            address=unit.address or "", organisation_id=unit.id,
        )  # fmt: skip
    known = await desk.people.identity(person_id)
    return Party(
        name=known.name, identity_number=known.identity_number, telephone=known.mobile,
        service_address=known.email or "", address=known.address or "", person_id=known.id,
    )  # fmt: skip


async def agent_under(desk: Desk, me: PersonId, mandate: MandateCard) -> Agent:
    """The agent as the mandate has it: what they act as and each power. CPL arts. 61, 62."""
    known = await desk.people.identity(me)
    return msgspec.convert(
        {
            "name": known.name, "kind": mandate.kind, "unit": known.organisation_name or "", "telephone": known.mobile,
            "powers": list(dict.fromkeys((Power.GENERAL.value, *(power.value for power in mandate.powers)))),
            "person_id": me, "mandate_id": mandate.id,
        },
        Agent,
    )  # fmt: skip


@once
async def save_answers(
    desk: Desk,
    actor: Actor,
    filing_id: FilingId,
    given: Sequence[GivenAnswer],
    *,
    matched: frozenset[UUID] = frozenset(),
) -> Saved:
    """Save answers in their order, all or none, as one revision. Another device's later save of one of them is told and
    not overwritten. `matched` are accounts that the court itself found to belong to parties; never from a form.

    Raises: NotFound, AnswerEditedElsewhere, ActNotPossible, PathUnknown, InvalidInput, MaterialMissing.
    """
    async with desk.database.reading() as reader:
        head = await filings.head(reader, filing_id)
    stand = await standing(desk, actor, head)
    drafted = head.state == State.DRAFT
    known: dict[UploadId, PersonId] = {}
    owners = None
    if any(answer.path.partition(".")[0] == "evidence" for answer in given):
        async with desk.database.reading() as reader:
            seen = await filings.read(reader, desk.keyring, filing_id)
            known = await filings.exhibits(reader, filing_id)
        owners = await _uploads(desk, stand.person, filing_id, answering.with_answers(seen.answers, given), known)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        filing = await filings.lock(tx, desk.keyring, filing_id)
        head = filing.head
        states.after("answer", head.state)
        answering.check_not_touched(head.touched, filing.answers, given, revision=head.revision)
        answers = answering.with_answers(filing.answers, given)
        answering.check_accounts(filing.answers, answers, matched | {stand.person})
        answering.check_mandates(filing.answers, answers)
        _check_types(desk, answers, [answer.path for answer in given])
        saved = await _store(desk, tx, filing, answers, touched={answering.group_of(answer.path) for answer in given})
        if owners is not None:
            await filings.replace_exhibits(tx, filing_id, owners)
        kind = kind_of(desk, answers)
        worked_out = claims.compute(kind, answers, desk.law, desk.today)
        findings, progress = completeness.check(answers, kind, worked_out, desk.law, desk.today)
        groups = list(dict.fromkeys(answer.path.partition(".")[0] for answer in given))
        done = Saved(
            groups=groups, revision=saved.head.revision, changed_at=now.isoformat(),
            expires_on=str(views.expires_on(saved.head) or ""),
            findings=[finding for finding in findings if finding.field.partition(".")[0] in groups], progress=progress,
        )  # fmt: skip
        tx.answer(done)
    # Until the correction is handed in, the court still reads the files that were handed in before.
    if drafted and owners is not None and (gone := tuple(set(known) - set(owners))):
        await desk.materials.release(gone, held_by=held_by(filing_id))
    return done


async def _store(desk: Desk, tx: Transaction, filing: Filing, answers: Answers, *, touched: Iterable[str]) -> Filing:
    head, now = filing.head, desk.clock.now()
    revision = head.revision + 1
    saved = msgspec.structs.replace(
        filing,
        answers=answers,
        head=msgspec.structs.replace(
            head,
            revision=revision,
            touched={**head.touched, **dict.fromkeys(touched, revision)},
            case_type=answers.case_type,
            changed_at=now,
            expires_at=clocks.draft_expiry(now, days=desk.court.retention.draft_days),
        ),
    )
    await filings.save(tx, desk.keyring, saved)
    return saved


async def _uploads(
    desk: Desk, me: PersonId, filing_id: FilingId, answers: Answers, known: dict[UploadId, PersonId]
) -> dict[UploadId, PersonId]:
    """Who owns each upload of the evidence; new ones must be the actor's own, and are held from now on."""
    ids = views.uploads_of(answers)
    new = tuple(upload_id for upload_id in ids if upload_id not in known)
    if new:
        await desk.materials.owned(me, new)
        await desk.materials.keep(me, new, held_by=held_by(filing_id))
    return {upload_id: known.get(upload_id, me) for upload_id in ids}


def _check_types(desk: Desk, answers: Answers, paths: Sequence[str]) -> None:
    """Facts must have the form that the elements of the case type ask for, in a draft too."""
    if "case_type" in paths and answers.case_type is not None and answers.case_type not in desk.law.case_types:
        raise _unknown_type()
    facts = [path.split(".") for path in paths if path.partition(".")[0] == "facts"]
    if not facts:
        return
    kind = kind_of(desk, answers)
    keys = list(answers.facts) if ["facts"] in facts else [names[1] for names in facts]
    problems = [p for key in keys for p in completeness.fact_problems(kind, key, answers.facts.get(key))]
    if problems:
        raise InvalidInput(fields=tuple(problems))


def _unknown_type() -> InvalidInput:
    message = Text("没有这种纠纷类型", "There is no such type of dispute")
    return InvalidInput(fields=(FieldProblem("case_type", "case-type-unknown", message),))


async def discard(desk: Desk, actor: Actor, filing_id: FilingId) -> FilingView:
    """Put a draft away; it can be taken back up until it expires. Raises NotFound, ActNotPossible."""
    return await _move(desk, actor, filing_id, "discard")


async def restore(desk: Desk, actor: Actor, filing_id: FilingId) -> FilingView:
    """Take a discarded draft back up. Raises NotFound, ActNotPossible."""
    return await _move(desk, actor, filing_id, "restore")


async def _move(desk: Desk, actor: Actor, filing_id: FilingId, act: str) -> FilingView:
    async with desk.database.reading() as reader:
        stand = await standing(desk, actor, await filings.head(reader, filing_id))
    async with desk.database.transaction() as tx:
        filing = await filings.lock(tx, desk.keyring, filing_id)
        head = msgspec.structs.replace(filing.head, state=states.after(act, filing.head.state))
        await filings.save_head(tx, head)
        steps = await filings.note_and_read(tx, filing_id, act, head.state, by=stand.person, at=desk.clock.now())
        moved = msgspec.structs.replace(filing, head=head)
        return tx.answer(await views.filing_view(desk, tx, moved, stand, steps=steps))
