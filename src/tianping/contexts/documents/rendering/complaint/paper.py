"""The complaint as a paper, from its sentences."""

from collections.abc import Iterable
from datetime import date, datetime

from tianping.contexts.documents.rendering.complaint.answers import Answers, EvidenceAnswer
from tianping.contexts.documents.rendering.complaint.parties import short_name
from tianping.contexts.documents.rendering.complaint.sentences import Part, Sentence, paragraphs
from tianping.contexts.documents.rendering.model import Complaint, Court, EvidenceRow, Mark, Signature

_UNWRITTEN = "（尚未填写）"


def as_paper(
    answers: Answers,
    sentences: Iterable[Sentence],
    *,
    court: Court,
    made_at: datetime,
    mark: Mark | None = None,
    signatures: Iterable[Signature] = (),
    signed_on: date | None = None,
) -> Complaint:
    """The complaint to be printed. Parts for which there are no answers yet say so; a draft may be printed any time."""
    told = list(sentences)
    exhibits = [_row(exhibit) for exhibit in answers.evidence]
    copies = len(answers.defendants) + len(answers.third_parties)
    attachments = [f"本起诉状副本{copies}份"] if copies else []
    if exhibits:
        attachments.append(f"证据清单及证据材料{len(exhibits)}件")
    return Complaint(
        court=court,
        made_at=made_at,
        mark=mark,
        parties=paragraphs(told, Part.PARTIES) or [_UNWRITTEN],
        claims=paragraphs(told, Part.CLAIMS) or [_UNWRITTEN],
        facts=paragraphs(told, Part.FACTS, Part.GROUNDS) or [_UNWRITTEN],
        evidence=exhibits,
        attachments=attachments,
        signatures=list(signatures),
        plaintiffs=[short_name(party) for party in answers.plaintiffs] or [_UNWRITTEN],
        signed_on=signed_on,
    )


def _row(exhibit: EvidenceAnswer) -> EvidenceRow:
    form = {True: "原件", False: "复印件", None: "电子数据"}[exhibit.original]
    return EvidenceRow(name=exhibit.name, source=exhibit.source, proves=exhibit.proves, form=form, pages=exhibit.pages)
