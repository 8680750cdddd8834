"""Filing again with the answers of an earlier filing."""

from uuid import UUID

from litestar import post

from tianping.contexts.filing.actions import refiling
from tianping.contexts.filing.actions.refiling import BegunAgain
from tianping.contexts.filing.api.inputs import FilingDesk, Who
from tianping.kit.ids import FilingId
from tianping.platform.http.guard import permit


@post(
    "/filings/{filing_id:uuid}/file-again", opt=permit("filing.filings.file"), status_code=200, tags=["filing"],
    summary="File again with these answers",
)  # fmt: skip
async def file_again(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> BegunAgain:
    """For what was returned, withdrawn or refused, and for a case treated as withdrawn because its fee stayed unpaid. A
    new draft takes the answers and the files that are still held; `upload_again` names the exhibits whose files are
    not. Asked again while that draft is open, it answers with the same draft. CPL art. 126; JI arts. 212, 214, 247."""
    return await refiling.file_again(filing_desk, actor, FilingId(filing_id))


ROUTES = [file_again]
