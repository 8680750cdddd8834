"""Filing again: a new draft with the answers of a filing that came to nothing. CPL art. 126; JI arts. 212, 214."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from tianping.contexts.filing.actions import views
from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.actions.drafting import agent_under, held_by
from tianping.contexts.filing.actions.standing import Standing, mandate_for, standing
from tianping.contexts.filing.model import Answers, Filing, Head, State
from tianping.contexts.filing.model.views import FilingView
from tianping.contexts.filing.rules import clocks, refiling, states
from tianping.contexts.filing.rules.problems import StillInCourt
from tianping.contexts.filing.store import filings
from tianping.contexts.filing.store import refiling as store
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Actor, MandateCard
from tianping.interfaces.materials import MaterialState
from tianping.kit.ids import FilingId, PersonId, UploadId, new_id
from tianping.kit.problems import NotFound
from tianping.platform.database import Transaction

_HELD = frozenset({MaterialState.READY, MaterialState.INSPECTING})


class FileMissing(msgspec.Struct, frozen=True):
    """An exhibit of the new draft, by its position in the list, whose file is to be uploaded again."""

    position: int
    name: str


class BegunAgain(msgspec.Struct, frozen=True, kw_only=True):
    """The new draft. `resumed`: it was there already, begun from the same filing, and nothing new was made."""

    filing: FilingView
    upload_again: list[FileMissing]
    resumed: bool


async def closed_grounds(desk: Desk, heads: Iterable[Head]) -> dict[FilingId, str]:
    """On which ground the cases of these filings were closed; those that are open, or have none, are left out."""
    accepted = [head.id for head in heads if head.state == State.ACCEPTED]
    return await desk.cases.closed_grounds(accepted) if accepted else {}


async def offers(desk: Desk, actor: Actor, heads: list[Head]) -> dict[FilingId, PermittedAct]:
    """The act for each filing in whose state it can begin at all, permitted or not, as far as the actor may act."""
    over = [head for head in heads if states.possible(refiling.ACT, head.state)]
    closed = await closed_grounds(desk, over)
    found: dict[FilingId, PermittedAct] = {}
    for head in over:
        try:
            stand = await standing(desk, actor, head)
        except NotFound:
            continue
        acts = views.filer_acts(head, stand, None, desk.today, desk.law, closed=closed.get(head.id))
        found[head.id] = next(act for act in acts if act.act == refiling.ACT)
    return found


async def file_again(desk: Desk, actor: Actor, filing_id: FilingId) -> BegunAgain:
    """Begin a draft with the answers of an earlier filing, its files as far as they are still held. The complaint is
    written and signed anew. While such a draft is open, asking again gives that draft.

    Raises: NotFound, ActNotPossible, StillInCourt (JI art. 247), MandateNeeded (CPL art. 62).
    """
    await desk.database.stop_if_done()
    async with desk.database.reading() as reader:
        earlier = await filings.read(reader, desk.keyring, filing_id)
        owners = await filings.exhibits(reader, filing_id)
        open_draft = await store.draft_begun_from(reader, desk.keyring, filing_id)
    stand = await standing(desk, actor, earlier.head)
    states.after(refiling.ACT, earlier.head.state)
    if refiling.in_court(earlier.head.state, (await closed_grounds(desk, [earlier.head])).get(filing_id)):
        raise StillInCourt
    mandate = await mandate_for(desk, actor, earlier.head.for_person, earlier.head.for_organisation)
    answers, gone = await _carried_over(desk, earlier.answers, stand.person, mandate)
    draft = Filing(head=_new_head(desk, earlier.head, stand.person, mandate, answers), answers=answers)
    kept = {upload: owners.get(upload, stand.person) for upload in views.uploads_of(answers)}
    whose = await standing(desk, actor, open_draft.head if open_draft else draft.head)
    async with desk.database.transaction() as tx:
        # The lock makes two devices that ask at once get one draft.
        await filings.lock(tx, desk.keyring, filing_id)
        open_draft = await store.draft_begun_from(tx, desk.keyring, filing_id)
        if open_draft is not None:
            missing = refiling.without_file(open_draft.answers)
            return tx.answer(await _begun(desk, tx, open_draft, whose, missing, resumed=True))
        await _insert(desk, tx, draft, earlier.head, kept, by=stand.person)
        done = tx.answer(await _begun(desk, tx, draft, whose, gone, resumed=False))
    # The earlier filing holds the files as well, and handing in holds them once more: nothing is lost on the way here.
    for owner in sorted(set(kept.values())):
        theirs = tuple(upload for upload, who in kept.items() if who == owner)
        await desk.materials.keep(owner, theirs, held_by=held_by(draft.head.id))
    return done


async def _carried_over(
    desk: Desk, answers: Answers, me: PersonId, mandate: MandateCard | None
) -> tuple[Answers, list[int]]:
    uploads = views.uploads_of(answers)
    described = await desk.materials.describe(uploads) if uploads else ()
    held: set[UploadId] = {material.id for material in described if material.state in _HELD}
    kept, gone = refiling.carried_over(
        answers, held=held, mandates=await _mandates(desk, answers), case_types=desk.law.case_types.keys()
    )
    if mandate is not None and mandate.id not in {agent.mandate_id for agent in kept.agents}:
        others = [agent for agent in kept.agents if agent.person_id != me]
        kept = msgspec.structs.replace(kept, agents=[await agent_under(desk, me, mandate), *others])
    return kept, gone


async def _mandates(desk: Desk, answers: Answers) -> set[UUID]:
    """Those of the agents' mandates that are in force today and not for the earlier filing alone."""
    agents = {agent.person_id for agent in answers.agents if agent.person_id is not None and agent.mandate_id}
    return {
        mandate.id
        for agent in agents
        for mandate in await desk.people.mandates_of(agent, on=desk.today)
        if mandate.matter is None
    }


def _new_head(desk: Desk, earlier: Head, me: PersonId, mandate: MandateCard | None, answers: Answers) -> Head:
    now = desk.clock.now()
    return Head(
        id=FilingId(new_id()), state=State.DRAFT, filer=me, for_person=earlier.for_person,
        for_organisation=earlier.for_organisation, mandate_id=mandate.id if mandate else None,
        case_type=answers.case_type, created_at=now, changed_at=now,
        expires_at=clocks.draft_expiry(now, days=desk.court.retention.draft_days),
    )  # fmt: skip


async def _insert(
    desk: Desk, tx: Transaction, draft: Filing, earlier: Head, files: dict[UploadId, PersonId], *, by: PersonId
) -> None:
    head = draft.head
    await filings.insert(tx, desk.keyring, draft)
    await store.note_begun_from(tx, head.id, earlier.id)
    await filings.replace_exhibits(tx, head.id, files)
    await filings.note(tx, head.id, "begin", head.state, by=by, at=head.created_at)
    await filings.note(
        tx,
        earlier.id,
        refiling.ACT,
        earlier.state,
        by=by,
        at=head.created_at,
        articles=(refiling.ground(earlier.state),),
    )


async def _begun(
    desk: Desk, tx: Transaction, draft: Filing, stand: Standing, missing: list[int], *, resumed: bool
) -> BegunAgain:
    names = [FileMissing(n, draft.answers.evidence[n].name) for n in missing]
    return BegunAgain(filing=await views.filing_view(desk, tx, draft, stand), upload_again=names, resumed=resumed)
