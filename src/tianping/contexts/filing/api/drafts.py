"""One's own filings: drafts, the complaint, handing in."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from msgspec import Meta

from tianping.contexts.filing.actions import complaint, drafting, refiling, submitting, views
from tianping.contexts.filing.actions.desk import person_of
from tianping.contexts.filing.actions.drafting import Saved
from tianping.contexts.filing.actions.standing import standing
from tianping.contexts.filing.actions.submitting import CheckView, ClaimsView
from tianping.contexts.filing.api.inputs import (
    Confirmation,
    Cursor,
    FilingDesk,
    GivenAnswers,
    Limit,
    NewFiling,
    SentenceEdit,
    SignatureInput,
    Who,
)
from tianping.contexts.filing.model.views import ComplaintView, FilingRow, FilingView, MaterialView
from tianping.contexts.filing.store import filings
from tianping.kit.ids import FilingId, OrganisationId, PersonId
from tianping.platform.http.guard import permit
from tianping.platform.http.paging import DEFAULT_LIMIT, Page, read_cursor, write_cursor

_FILE = "filing.filings.file"


@post("/filings", opt=permit(_FILE), tags=["filing"], summary="Begin a draft")
async def begin(data: NewFiling, filing_desk: FilingDesk, actor: Who) -> FilingView:
    """The plaintiff's registered particulars are filled in. Refused without membership or mandate."""
    return await drafting.begin(
        filing_desk, actor, case_type=data.case_type,
        for_person=PersonId(data.for_person) if data.for_person else None,
        for_organisation=OrganisationId(data.for_organisation) if data.for_organisation else None,
    )  # fmt: skip


@get("/filings", opt=permit(_FILE), tags=["filing"], summary="My filings")
async def list_mine(
    filing_desk: FilingDesk, actor: Who, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[FilingRow]:
    """Mine, those filed for me, and those of my organisations; newest first, drafts among them."""
    me = person_of(actor)
    units = [unit.id for unit in await filing_desk.people.organisations_of(me)]
    position = read_cursor(cursor, UUID)
    async with filing_desk.database.reading() as reader:
        found = await filings.mine(
            reader, filing_desk.keyring, me, units, before=FilingId(position[0]) if position else None, limit=limit + 1
        )
    again = await refiling.offers(filing_desk, actor, [filing.head for filing in found[:limit]])
    rows = [views.filing_row(filing, again.get(filing.head.id)) for filing in found[:limit]]
    return Page(rows, write_cursor(str(rows[-1].id)) if len(found) > limit else None)


class DeviceKey(msgspec.Struct, frozen=True):
    """`key`: 16 bytes in hexadecimal, always the same for one person. A browser seals with it (SM4-GCM) what it keeps of
    answers that were not sent yet, so that the next person at that browser cannot read them."""

    key: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]


@get("/filings/device-key", opt=permit(_FILE), tags=["filing"], summary="The key for what this browser keeps of mine")
async def device_key(filing_desk: FilingDesk, actor: Who) -> Response[DeviceKey]:
    """Never stored by the browser: it is asked for anew after each sign-in."""
    digest = filing_desk.keyring.digest(str(person_of(actor)), place="filing.device_key")
    return Response(DeviceKey(digest[:16].hex()), headers={"Cache-Control": "no-store"})


@get("/filings/{filing_id:uuid}", opt=permit(_FILE), tags=["filing"], summary="One filing")
async def read_one(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> FilingView:
    async with filing_desk.database.reading() as reader:
        head = await filings.head(reader, FilingId(filing_id))
    stand = await standing(filing_desk, actor, head)
    closed = await refiling.closed_grounds(filing_desk, [head])
    async with filing_desk.database.reading() as reader:
        filing = await filings.read(reader, filing_desk.keyring, FilingId(filing_id))
        return await views.filing_view(filing_desk, reader, filing, stand, closed=closed.get(head.id))


@patch("/filings/{filing_id:uuid}/answers", opt=permit(_FILE), tags=["filing"], summary="Save answers")
async def save_answers(filing_id: UUID, data: GivenAnswers, filing_desk: FilingDesk, actor: Who) -> Saved:
    """All of them or none, as one revision. Refused with `edited-elsewhere` when another device saved one of them since
    its `revision`: `values` then has the present `revision` and `conflicts`, each with `path`, `theirs` and `yours`."""
    return await drafting.save_answers(filing_desk, actor, FilingId(filing_id), data.answers)


@get("/filings/{filing_id:uuid}/check", opt=permit(_FILE), tags=["filing"], summary="Is it ready to be handed in?")
async def check(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> CheckView:
    return await submitting.check(filing_desk, actor, FilingId(filing_id))


@get("/filings/{filing_id:uuid}/claims", opt=permit(_FILE), tags=["filing"], summary="Claims, sums and fee")
async def read_claims(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> ClaimsView:
    return await submitting.read_claims(filing_desk, actor, FilingId(filing_id))


@get("/filings/{filing_id:uuid}/materials", opt=permit(_FILE), tags=["filing"], summary="The files of the evidence")
async def list_materials(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> list[MaterialView]:
    async with filing_desk.database.reading() as reader:
        filing = await filings.read(reader, filing_desk.keyring, FilingId(filing_id))
    await standing(filing_desk, actor, filing.head)
    return await views.materials_of(filing_desk, filing.answers)


@get("/filings/{filing_id:uuid}/complaint", opt=permit(_FILE), tags=["filing"], summary="The complaint by sentences")
async def read_complaint(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> ComplaintView:
    """Each sentence with the answers it came from (`sources`)."""
    return await complaint.read_complaint(filing_desk, actor, FilingId(filing_id))


@get(
    "/filings/{filing_id:uuid}/complaint.pdf", opt=permit(_FILE), tags=["filing"], summary="The complaint as PDF",
    media_type="application/pdf",
)  # fmt: skip
async def print_complaint(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> Response[bytes]:
    """Marked as a draft; the paper that counts is issued by the court."""
    printed = await complaint.print_complaint(filing_desk, actor, FilingId(filing_id))
    headers = {"Content-Disposition": 'inline; filename="complaint.pdf"', "Cache-Control": "private, no-store"}
    return Response(printed, media_type="application/pdf", headers=headers)


@post(
    "/filings/{filing_id:uuid}/complaint/edit", opt=permit(_FILE), status_code=200, tags=["filing"],
    summary="Edit a sentence of the complaint",
)  # fmt: skip
async def edit_sentence(filing_id: UUID, data: SentenceEdit, filing_desk: FilingDesk, actor: Who) -> ComplaintView:
    return await complaint.edit_sentence(
        filing_desk, actor, FilingId(filing_id), sentence=data.sentence, text=data.text, revision=data.revision
    )


@post("/filings/{filing_id:uuid}/sign", opt=permit(_FILE), status_code=200, tags=["filing"], summary="Sign")
async def sign(filing_id: UUID, data: SignatureInput, filing_desk: FilingDesk, actor: Who) -> FilingView:
    """Refused with `complaint-changed` when the text is not the one that was read. CPL art. 124; ORL art. 33."""
    return await complaint.sign(
        filing_desk, actor, FilingId(filing_id), name=data.name, image=data.image, digest=data.digest
    )


@post("/filings/{filing_id:uuid}/submit", opt=permit(_FILE), status_code=200, tags=["filing"], summary="Hand in")
async def submit(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> FilingView:
    """The court decides within seven days. CPL art. 126. `filing-incomplete` names the fields; `uploads-not-ready` the
    files."""
    return await submitting.submit(filing_desk, actor, FilingId(filing_id))


@post(
    "/filings/{filing_id:uuid}/correct", opt=permit(_FILE), status_code=200, tags=["filing"],
    summary="Hand in the correction",
)  # fmt: skip
async def correct(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> FilingView:
    """The seven days begin anew on the day after. ORL art. 9."""
    return await submitting.correct(filing_desk, actor, FilingId(filing_id))


@post("/filings/{filing_id:uuid}/withdraw", opt=permit(_FILE), status_code=200, tags=["filing"], summary="Withdraw")
async def withdraw(filing_id: UUID, data: Confirmation, filing_desk: FilingDesk, actor: Who) -> FilingView:
    """Before acceptance. An agent needs the special power. CPL arts. 13, 62."""
    return await submitting.withdraw(filing_desk, actor, FilingId(filing_id))


@post(
    "/filings/{filing_id:uuid}/discard", opt=permit(_FILE), status_code=200, tags=["filing"], summary="Discard a draft"
)
async def discard(filing_id: UUID, data: Confirmation, filing_desk: FilingDesk, actor: Who) -> FilingView:
    """Can be undone until the draft expires."""
    return await drafting.discard(filing_desk, actor, FilingId(filing_id))


@post(
    "/filings/{filing_id:uuid}/restore", opt=permit(_FILE), status_code=200, tags=["filing"], summary="Take it back up"
)
async def restore(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> FilingView:
    return await drafting.restore(filing_desk, actor, FilingId(filing_id))


ROUTES = [
    begin, list_mine, device_key, read_one, save_answers, check, read_claims, list_materials, read_complaint, print_complaint,
    edit_sentence, sign, submit, correct, withdraw, discard, restore,
]  # fmt: skip
