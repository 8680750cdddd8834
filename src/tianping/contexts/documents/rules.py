"""Rules of documents as pure functions: numbers, who may read, what a check answers."""

import re
import unicodedata

from tianping.contexts.documents.model import CheckAnswer, Issued, Verdict
from tianping.interfaces.identity import Actor, Role
from tianping.kit.problems import Conflict, Text

WORDS = {
    "complaint": "SZ",
    "filing_receipt": "SJ",
    "correction_notice": "BZ",
    "return_notice": "GX",
    "ruling_nonacceptance": "CD",
    "acceptance_notice": "SL",
    "fee_notice": "JF",
    "fee_receipt": "PJ",
    "bench_notice": "SP",
    "mandate": "SQ",
    "verification_report": "HY",
}
"""The letters of each kind in a document number (initials of its Chinese name)."""

FILING_STAFF = frozenset({Role.CLERK, Role.FILING_JUDGE})
"""Who reads papers of filings by office; papers of cases are read by those whom `cases` knows as the court's side."""
COURT_SIDE = frozenset({"bench", "clerk", "staff"})
_NUMBER = re.compile(r"(?P<court>\w{1,8})-(?P<year>\d{4})-(?P<word>[A-Z]{2})-(?P<no>\d{1,9})")


class PageMissing(Conflict):
    status = 404
    code = "page-missing"
    title = Text("没有这一页", "There is no such page")


def number(court_code: str, year: int, kind: str, position: int) -> str:
    """`京0499-2026-SJ-000012`: court, year, kind, place in the series of that court, year and kind."""
    return f"{court_code}-{year}-{WORDS[kind]}-{position:06d}"


def normal_number(text: str) -> str:
    """A number as people type it: full-width letters, other dashes, small letters, missing zeros."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    text = re.sub(r"\s+", "", re.sub(r"[‐-―−－_]", "-", text))
    found = _NUMBER.fullmatch(text)
    if not found:
        return text
    return f"{found['court']}-{found['year']}-{found['word']}-{int(found['no']):06d}"


def is_number(text: str) -> bool:
    """Whether it has the form of a number of ours; anything else was issued by nobody."""
    return _NUMBER.fullmatch(text) is not None


def may_read(paper: Issued, actor: Actor, *, standing: str | None) -> bool:
    """Whether the actor may read it. `standing` is how the actor stands to the case, None for no case or no standing.

    Named readers always; the court's side of the case and, before there is one, the filing staff; parties and agents
    what is open to the parties.
    """
    if actor.person_id is not None and actor.person_id in paper.readers:
        return True
    if paper.case_id is not None:
        return standing in COURT_SIDE or (standing is not None and paper.open_to_parties)
    return bool(actor.roles & FILING_STAFF)


def checked(found: Issued | None, digest: str, *, number: str, issuer: Text, newest: int) -> CheckAnswer:
    """What a check of a copy answers. `newest` is the highest version of that paper."""
    if found is None:
        unknown = Text("没有找到该编号的文书", "The court issued no paper with this number")
        return CheckAnswer(verdict=Verdict.UNKNOWN, explanation=unknown, number=number, digest=digest)
    same = found.digest == digest
    words = (
        Text("与本院签发的文书一致，未被改动", "This is what the court issued, unchanged")
        if same
        else Text("与本院签发的同编号文书不一致，请勿采信", "This differs from the paper issued under this number")
    )
    return CheckAnswer(
        verdict=Verdict.SAME if same else Verdict.DIFFERENT,
        explanation=words,
        number=found.number,
        digest=digest,
        kind=found.kind,
        title=found.title,
        issuer=issuer,
        issued_at=found.issued_at,
        newer=newest > found.version,
    )
