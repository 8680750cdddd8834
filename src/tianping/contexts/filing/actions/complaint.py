"""The complaint: written from the answers by the documents context, edited and signed by the filer. CPL art. 124."""

import base64
import binascii
from typing import Any

import msgspec

from tianping.contexts.filing.actions import views
from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.actions.standing import Standing, standing
from tianping.contexts.filing.model import Edit, Filing, Signature
from tianping.contexts.filing.model.views import ComplaintView, FilingView
from tianping.contexts.filing.rules import complaint as rules
from tianping.contexts.filing.rules import states
from tianping.contexts.filing.rules.problems import (
    AnswerEditedElsewhere,
    ComplaintChanged,
    NameDiffers,
    SignatureUnreadable,
)
from tianping.contexts.filing.store import filings
from tianping.interfaces.documents import ComposedComplaint
from tianping.interfaces.identity import Actor
from tianping.kit.clock import court_day
from tianping.kit.ids import FilingId
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Text
from tianping.platform.database import once

_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST_SIGNATURE = 200_000
_GROUP = "complaint"


def content_of(desk: Desk, filing: Filing) -> dict[str, Any]:
    """What the complaint is written from."""
    day = court_day(filing.head.submitted_at) if filing.head.submitted_at else desk.today
    return rules.content(filing, desk.law, day)


async def read_complaint(desk: Desk, actor: Actor, filing_id: FilingId) -> ComplaintView:
    """Raises NotFound."""
    filing, _ = await _seen(desk, actor, filing_id)
    return _view(filing, await desk.documents.compose_complaint(content_of(desk, filing)))


async def print_complaint(desk: Desk, actor: Actor, filing_id: FilingId) -> bytes:
    """The complaint as PDF, marked as a draft. Raises NotFound."""
    filing, _ = await _seen(desk, actor, filing_id)
    return await desk.documents.preview_complaint(content_of(desk, filing))


@once
async def edit_sentence(
    desk: Desk, actor: Actor, filing_id: FilingId, *, sentence: str, text: str | None, revision: int
) -> ComplaintView:
    """Put the filer's own words in the place of a sentence; None takes them back, an empty text removes the sentence.

    Raises: NotFound, ActNotPossible, AnswerEditedElsewhere, InvalidInput for a sentence that is not editable.
    """
    seen, stand = await _seen(desk, actor, filing_id)
    written = await desk.documents.compose_complaint(content_of(desk, msgspec.structs.replace(seen, edits={})))
    before = next((each for each in written.sentences if each.id == sentence), None)
    if text is not None and before is None:
        raise NotFound
    if text is not None and before is not None and not before.editable:
        fixed = Text("当事人信息请在填写页面修改", "Particulars of parties are changed in the answers")
        raise InvalidInput(fields=(FieldProblem("sentence", "sentence-not-editable", fixed),))
    edits = {key: edit for key, edit in seen.edits.items() if key != sentence}
    if text is not None and before is not None and text != before.text:
        edits[sentence] = Edit(text=text, was=before.text, by=stand.person, at=desk.clock.now())
    after = await desk.documents.compose_complaint(content_of(desk, msgspec.structs.replace(seen, edits=edits)))
    group = f"{_GROUP}.{sentence}"
    async with desk.database.transaction() as tx:
        filing = await filings.lock(tx, desk.keyring, filing_id)
        head = filing.head
        states.after("answer", head.state)
        if head.touched.get(group, 0) > revision or head.revision != seen.head.revision:
            theirs = filing.edits[sentence].text if sentence in filing.edits else None
            conflict = {"path": group, "theirs": theirs, "yours": text}
            raise AnswerEditedElsewhere(revision=head.revision, conflicts=[conflict])
        now = head.revision + 1
        saved = msgspec.structs.replace(
            filing,
            edits=edits,
            head=msgspec.structs.replace(
                head, revision=now, touched={**head.touched, group: now}, changed_at=desk.clock.now()
            ),
        )
        await filings.save(tx, desk.keyring, saved)
        return tx.answer(_view(saved, after))


@once
async def sign(desk: Desk, actor: Actor, filing_id: FilingId, *, name: str, image: str, digest: str) -> FilingView:
    """Sign the complaint as it reads now. `image` is a PNG in base64 (at most 200 kB), `digest` SM3 of what was read.

    Law: CPL art. 124, ORL art. 33 (electronic signature), ORL art. 7 (the account's acts are one's own).
    Raises: NotFound, ActNotPossible, SignatureUnreadable, NameDiffers, ComplaintChanged.
    """
    seen, stand = await _seen(desk, actor, filing_id)
    drawn = _png(image)
    card = await desk.people.card(stand.person)
    if "".join(name.split()) != "".join(card.name.split()):
        message = Text("请签署实名登记的姓名", "Sign with the name you registered")
        raise NameDiffers(fields=(FieldProblem("name", "signature-name-differs", message),))
    written = await desk.documents.compose_complaint(content_of(desk, seen))
    if written.digest != digest:
        raise ComplaintChanged(digest=written.digest)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        filing = await filings.lock(tx, desk.keyring, filing_id)
        states.after("sign", filing.head.state)
        if filing.head.revision != seen.head.revision:
            raise ComplaintChanged(digest=written.digest)
        made = Signature(
            name=card.name, image=drawn, signed_at=now, signed_by=stand.person, digest=digest,
            revision=filing.head.revision,
        )  # fmt: skip
        signed = msgspec.structs.replace(filing, signature=made)
        await filings.save(tx, desk.keyring, signed)
        state = filing.head.state
        steps = await filings.note_and_read(
            tx, filing_id, "sign", state, by=stand.person, at=now, articles=("CPL 124",)
        )
        return tx.answer(await views.filing_view(desk, tx, signed, stand, steps=steps))


async def _seen(desk: Desk, actor: Actor, filing_id: FilingId) -> tuple[Filing, Standing]:
    async with desk.database.reading() as reader:
        filing = await filings.read(reader, desk.keyring, filing_id)
    return filing, await standing(desk, actor, filing.head)


def _view(filing: Filing, written: ComposedComplaint) -> ComplaintView:
    signed = filing.signature is not None and filing.signature.digest == written.digest
    return ComplaintView(
        sentences=written.sentences, orphans=written.orphans, digest=written.digest, signed=signed,
        revision=filing.head.revision,
    )  # fmt: skip


def _png(image: str) -> bytes:
    """Raises SignatureUnreadable."""
    try:
        drawn = base64.b64decode(image.removeprefix("data:image/png;base64,"), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise SignatureUnreadable from wrong
    if not drawn.startswith(_PNG) or len(drawn) > _LARGEST_SIGNATURE:
        raise SignatureUnreadable
    return drawn
