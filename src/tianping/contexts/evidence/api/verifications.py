"""Is this what was stored? For anybody, by number and digest, or with the file."""

from typing import Annotated, Any

import msgspec
from litestar import post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body
from msgspec import Meta

from tianping.contexts.evidence.actions import verifying
from tianping.contexts.evidence.api.inputs import EvidenceDesk
from tianping.contexts.evidence.model.deposits import Number
from tianping.contexts.evidence.model.verifications import Question, VerificationView
from tianping.platform.http import PUBLIC, permit

LARGEST_FILE = 200 * 1024 * 1024


class FileQuestion(msgspec.Struct, frozen=True):
    """The file is hashed as it is read and kept nowhere."""

    file: Annotated[UploadFile, Meta(description="The file, at most 200 MB")]
    number: Number
    salt: str = ""


@post("/verifications", opt=permit(PUBLIC, idempotent=False), status_code=200, tags=["verification"],
      summary="Hold a file's digest against what is stored under a number")  # fmt: skip
async def verify(data: Question, evidence_desk: EvidenceDesk) -> VerificationView:
    """ "Unaltered since it was stored at …", never "authentic": what was true before is a separate question. ORL arts. 16-18."""
    return await verifying.answer(evidence_desk, data)


@post("/verifications/file", opt=permit(PUBLIC, idempotent=False), status_code=200, tags=["verification"],
      request_max_body_size=LARGEST_FILE + 64 * 1024, summary="The same with the file itself, which is kept nowhere")  # fmt: skip
async def verify_file(
    data: Annotated[FileQuestion, Body(media_type=RequestEncodingType.MULTI_PART)], evidence_desk: EvidenceDesk
) -> VerificationView:
    return await verifying.answer_for_file(
        evidence_desk, data.file.read, number=data.number, salt=data.salt.strip() or None, largest=LARGEST_FILE
    )


ROUTES: list[Any] = [verify, verify_file]
