"""The reviewers' side: the queue, one review, like filings."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import Parameter
from litestar.response import Stream

from tianping.contexts.filing.actions import reviews as looking
from tianping.contexts.filing.actions.reviews import ReviewView, SimilarView
from tianping.contexts.filing.api.inputs import LINE, Cursor, FilingDesk, Limit, Who
from tianping.contexts.filing.model import State
from tianping.contexts.filing.model.views import MaterialView, ReviewCounts, ReviewRow
from tianping.contexts.filing.store.reviews import QueueFilter
from tianping.interfaces.documents import ComposedSentence
from tianping.kit.ids import FilingId
from tianping.platform.http.guard import permit
from tianping.platform.http.paging import DEFAULT_LIMIT, Page, read_cursor, write_cursor

_READ = "filing.reviews.read"


@get("/reviews", opt=permit(_READ), tags=["review"], summary="The queue")
async def list_reviews(
    filing_desk: FilingDesk,
    actor: Who,
    standing_at: Annotated[
        list[State] | None, Parameter(query="state", description="Repeatable; under review unless told")
    ] = None,
    mine: Annotated[bool, Parameter(description="Only those I took")] = False,
    unclaimed: Annotated[bool, Parameter(description="Only those nobody took")] = False,
    late: Annotated[bool, Parameter(description="Only those that should have been decided")] = False,
    due_within: Annotated[int | None, Parameter(ge=0, le=60, description="Due within so many days")] = None,
    case_type: Annotated[str | None, Parameter(max_length=40, pattern="^[a-z_]*$")] = None,
    number: Annotated[
        str | None, Parameter(max_length=60, pattern=LINE, description="The whole number of the filing")
    ] = None,
    party: Annotated[str | None, Parameter(max_length=200, description="The whole name of a party or shop")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ReviewRow]:
    """Those due first first. A saved view is this address with its query. Names are compared by keyed digest."""
    wanted = QueueFilter(
        states=standing_at or ([State.UNDER_REVIEW] if not (number or party) else list(State)),
        reviewer=actor.person_id if mine else None, unclaimed=unclaimed,
        due_until=filing_desk.today + timedelta(days=due_within) if due_within is not None else None,
        due_before=filing_desk.today if late else None, case_type=case_type, number=number, party=party,
    )  # fmt: skip
    position = read_cursor(cursor, date, UUID)
    after = (position[0], position[1]) if position else None
    rows = await looking.queue(filing_desk, actor, wanted, after=after, limit=limit + 1)
    shown = rows[:limit]
    following = write_cursor(*map(str, looking.cursor_of(shown[-1]))) if len(rows) > limit else None
    return Page(shown, following)


@get("/reviews/counts", opt=permit(_READ), tags=["review"], summary="How many wait")
async def count_reviews(filing_desk: FilingDesk, actor: Who) -> ReviewCounts:
    return await looking.counts(filing_desk, actor)


@get("/reviews/{filing_id:uuid}", opt=permit(_READ), tags=["review"], summary="One review")
async def read_review(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    """Opening is noted for the audit administrator. Not found: drafts, and one's own matters."""
    return await looking.open_review(filing_desk, actor, FilingId(filing_id))


@get("/reviews/{filing_id:uuid}/complaint", opt=permit(_READ), tags=["review"], summary="The complaint by sentences")
async def read_sentences(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> list[ComposedSentence]:
    return await looking.read_sentences(filing_desk, actor, FilingId(filing_id))


@get(
    "/reviews/{filing_id:uuid}/complaint.pdf", opt=permit(_READ), tags=["review"], summary="The complaint as filed, PDF",
    media_type="application/pdf",
)  # fmt: skip
async def open_complaint(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> Stream:
    """The paper with its number, as it was printed when the complaint or its correction was handed in."""
    blocks = await looking.open_complaint(filing_desk, actor, FilingId(filing_id))
    headers = {"Content-Disposition": 'inline; filename="complaint.pdf"', "Cache-Control": "private, no-store"}
    return Stream(blocks, media_type="application/pdf", headers=headers)


@get("/reviews/{filing_id:uuid}/materials", opt=permit(_READ), tags=["review"], summary="The files handed in")
async def read_materials(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> list[MaterialView]:
    return await looking.read_materials(filing_desk, actor, FilingId(filing_id))


@get("/reviews/{filing_id:uuid}/similar", opt=permit(_READ), tags=["review"], summary="Same facts, and the series")
async def read_similar(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> SimilarView:
    """Same facts filed twice are shown and never blocked; a series shares defendant and type."""
    return await looking.similar(filing_desk, actor, FilingId(filing_id))


ROUTES = [list_reviews, count_reviews, read_review, read_sentences, open_complaint, read_materials, read_similar]
