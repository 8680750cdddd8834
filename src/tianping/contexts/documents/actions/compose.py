"""The complaint from what filing hands over: composed, previewed, or made into the paper to issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from tianping.contexts.documents.rendering import complaint
from tianping.contexts.documents.rendering.model import Complaint, Court, EvidenceRow, Signature
from tianping.interfaces.documents import ComposedComplaint, ComposedSentence
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.law.lawbook import Lawbook
from tianping.platform.database import encode_ours, read_as


@dataclass(frozen=True)
class Writing:
    """What a complaint is written with: the law it cites and the court it is addressed to."""

    law: Lawbook
    court: Court


class ComplaintContent(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as answers, with the filer's edits and signatures (images in base64 where it travels as JSON)."""

    answers: complaint.Answers
    edits: list[complaint.Edit] = []
    signatures: list[Signature] = []
    signed_on: date | None = None


class WrittenComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint that is already written, paragraph by paragraph."""

    parties: list[str]
    claims: list[str]
    facts: list[str]
    plaintiffs: list[str]
    evidence: list[EvidenceRow] = []
    attachments: list[str] = []
    signatures: list[Signature] = []
    signed_on: date | None = None


def composed(writing: Writing, content: Mapping[str, object]) -> ComposedComplaint:
    """Raises InvalidInput for content of another shape, NotEditable for an edit of the parties."""
    given = _read(ComplaintContent, content)
    edited = complaint.apply_edits(complaint.compose(given.answers, writing.law), given.edits)
    return ComposedComplaint(
        sentences=[
            ComposedSentence(
                id=s.id, part=s.part.value, paragraph=s.paragraph, text=s.text, sources=s.sources, edited=s.edited,
                editable=s.part in complaint.EDITABLE, original=s.original, stale=s.stale,
            )
            for s in edited.sentences
        ],
        orphans=[edit.id for edit in edited.orphans],
        digest=complaint.digest(edited.sentences),
    )  # fmt: skip


def complaint_paper(writing: Writing, content: Mapping[str, object], *, made_at: datetime) -> Complaint:
    """The complaint without a number: a draft until it is issued. Raises InvalidInput for content of another shape."""
    if "answers" in content:
        given = _read(ComplaintContent, content)
        edited = complaint.apply_edits(complaint.compose(given.answers, writing.law), given.edits)
        return complaint.as_paper(
            given.answers,
            edited.sentences,
            court=writing.court,
            made_at=made_at,
            signatures=given.signatures,
            signed_on=given.signed_on,
        )
    written = _read(WrittenComplaint, content)
    return Complaint(court=writing.court, made_at=made_at, **msgspec.structs.asdict(written))


def _read(shape: type[Any], content: Mapping[str, object]) -> Any:
    try:
        return read_as(shape, msgspec.to_builtins(dict(content), enc_hook=encode_ours))
    except msgspec.ValidationError as wrong:
        message = Text(f"起诉状内容格式有误：{wrong}", f"The complaint does not have the right form: {wrong}")
        raise InvalidInput(fields=(FieldProblem("content", "complaint-invalid", message),)) from wrong
