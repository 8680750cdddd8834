"""Filings: one row each, its answers sealed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, LiteralString

import msgspec

from tianping.contexts.filing.model import Answers, Edit, ExhibitFacts, Filing, Head, Signature, State, Step
from tianping.interfaces.materials import Material
from tianping.kit.ids import FilingId, OrganisationId, PersonId, UploadId
from tianping.platform.database import Reader, Transaction, as_json, read_as, to_json
from tianping.platform.keyring import Keyring

ANSWERS = "filing.filings.answers"
EDITS = "filing.filings.edits"
SIGNATURE = "filing.filings.signature"

HEAD: LiteralString = """id, state, number, filer, for_person, for_organisation, mandate_id, case_type, revision,
    touched, created_at, changed_at, expires_at, submitted_at, received_at, review_due, round, correction_asked,
    corrected, reviewer, claimed_at, decided_at, decided_by, cause, subject_type, fee_act, procedure, bench, amount,
    digest, related_cases, correction_due, third_parties_left_out"""
WHOLE: LiteralString = HEAD + ", answers, edits, signature"
LISTED: LiteralString = HEAD + ", answers"
"""For lists: without the signature, whose image is large."""
FILED: LiteralString = (
    HEAD
    + """, coalesce(filed_answers, answers) AS answers,
    CASE WHEN filed_answers IS NULL THEN edits ELSE filed_edits END AS edits,
    CASE WHEN filed_answers IS NULL THEN signature ELSE filed_signature END AS signature"""
)
FILED_LISTED: LiteralString = HEAD + ", coalesce(filed_answers, answers) AS answers"
"""As it was handed in: what the court sees while the filer is still correcting it."""


def _open(sealed: bytes, keyring: Keyring, model: Any, place: str) -> Any:
    return read_as(model, msgspec.json.decode(keyring.open_bytes(sealed, place=place)))


def as_filing(row: dict[str, Any], keyring: Keyring) -> Filing:
    answers, edits, signature = row.pop("answers"), row.pop("edits", None), row.pop("signature", None)
    return Filing(
        head=read_as(Head, row),
        answers=_open(answers, keyring, Answers, ANSWERS),
        edits=_open(edits, keyring, dict[str, Edit], EDITS) if edits else {},
        signature=_open(signature, keyring, Signature, SIGNATURE) if signature else None,
    )


async def insert(tx: Transaction, keyring: Keyring, filing: Filing) -> None:
    head = filing.head
    await tx.run(
        """INSERT INTO filing.filings (id, state, filer, for_person, for_organisation, mandate_id, case_type, revision,
             touched, answers, created_at, changed_at, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            head.id, head.state, head.filer, head.for_person, head.for_organisation, head.mandate_id, head.case_type,
            head.revision, as_json(head.touched), keyring.seal(to_json(filing.answers), place=ANSWERS),
            head.created_at, head.changed_at, head.expires_at,
        ),
    )  # fmt: skip


async def lock(tx: Transaction, keyring: Keyring, filing_id: FilingId) -> Filing:
    """The filing, for this transaction alone. Raises NotFound."""
    return as_filing(
        await tx.one(f"SELECT {WHOLE} FROM filing.filings WHERE id = %s FOR UPDATE", (filing_id,)), keyring
    )


async def read(reader: Reader, keyring: Keyring, filing_id: FilingId) -> Filing:
    """Raises NotFound."""
    return as_filing(await reader.one(f"SELECT {WHOLE} FROM filing.filings WHERE id = %s", (filing_id,)), keyring)


async def lock_filed(tx: Transaction, keyring: Keyring, filing_id: FilingId) -> Filing:
    """The filing as it was handed in, for this transaction alone; only its head may be saved. Raises NotFound."""
    return as_filing(
        await tx.one(f"SELECT {FILED} FROM filing.filings WHERE id = %s FOR UPDATE", (filing_id,)), keyring
    )


async def read_filed(reader: Reader, keyring: Keyring, filing_id: FilingId) -> Filing:
    """The filing as it was handed in. Raises NotFound."""
    return as_filing(await reader.one(f"SELECT {FILED} FROM filing.filings WHERE id = %s", (filing_id,)), keyring)


async def keep_filed(tx: Transaction, filing_id: FilingId) -> None:
    """Set what was handed in aside, before the filer begins to correct it."""
    await tx.run(
        """UPDATE filing.filings SET filed_answers = answers, filed_edits = edits, filed_signature = signature
           WHERE id = %s""",
        (filing_id,),
    )


async def forget_filed(tx: Transaction, filing_id: FilingId) -> None:
    """The correction was handed in and takes the place of what was handed in before."""
    await tx.run(
        "UPDATE filing.filings SET filed_answers = NULL, filed_edits = NULL, filed_signature = NULL WHERE id = %s",
        (filing_id,),
    )


async def head(reader: Reader, filing_id: FilingId) -> Head:
    """Raises NotFound."""
    return await reader.one_as(Head, f"SELECT {HEAD} FROM filing.filings WHERE id = %s", (filing_id,))


async def save(tx: Transaction, keyring: Keyring, filing: Filing) -> None:
    """Write everything that may change."""
    h = filing.head
    await tx.run(
        """UPDATE filing.filings SET state = %s, number = %s, case_type = %s, revision = %s, touched = %s, answers = %s,
             edits = %s, signature = %s, changed_at = %s,
             warned_at = CASE WHEN expires_at = %s THEN warned_at END, expires_at = %s, submitted_at = %s, received_at = %s,
             review_due = %s, round = %s, correction_asked = %s, corrected = %s, reviewer = %s, claimed_at = %s,
             decided_at = %s, decided_by = %s, cause = %s, subject_type = %s, fee_act = %s, procedure = %s, bench = %s,
             amount = %s, digest = %s, related_cases = %s, correction_due = %s
           WHERE id = %s""",
        (
            h.state, h.number, h.case_type, h.revision, as_json(h.touched),
            keyring.seal(to_json(filing.answers), place=ANSWERS),
            keyring.seal(to_json(filing.edits), place=EDITS) if filing.edits else None,
            keyring.seal(to_json(filing.signature), place=SIGNATURE) if filing.signature else None,
            h.changed_at, h.expires_at, h.expires_at, h.submitted_at, h.received_at, h.review_due, h.round, h.correction_asked,
            h.corrected, h.reviewer, h.claimed_at, h.decided_at, h.decided_by, h.cause, h.subject_type, h.fee_act,
            h.procedure, h.bench, h.amount.yuan if h.amount is not None else None, h.digest, h.related_cases,
            h.correction_due, h.id,
        ),
    )  # fmt: skip


async def save_head(tx: Transaction, h: Head) -> None:
    """Write what an act changes that touches neither answers nor signature."""
    await tx.run(
        """UPDATE filing.filings SET state = %s, review_due = %s, correction_asked = %s, reviewer = %s, claimed_at = %s,
             decided_at = %s, decided_by = %s, cause = %s, subject_type = %s, fee_act = %s, procedure = %s, bench = %s,
             amount = %s, related_cases = %s, expires_at = %s, changed_at = %s, correction_due = %s,
             third_parties_left_out = %s
           WHERE id = %s""",
        (
            h.state, h.review_due, h.correction_asked, h.reviewer, h.claimed_at, h.decided_at, h.decided_by, h.cause,
            h.subject_type, h.fee_act, h.procedure, h.bench, h.amount.yuan if h.amount is not None else None,
            h.related_cases, h.expires_at, h.changed_at, h.correction_due, h.third_parties_left_out, h.id,
        ),
    )  # fmt: skip


async def next_number(tx: Transaction, year: int) -> int:
    """The next number of the year's series, without gaps: the row is locked until the act commits."""
    row = await tx.one(
        """INSERT INTO filing.number_series (year, last) VALUES (%s, 1)
           ON CONFLICT (year) DO UPDATE SET last = filing.number_series.last + 1 RETURNING last""",
        (year,),
    )
    return row["last"]


async def mine(
    reader: Reader,
    keyring: Keyring,
    person: PersonId,
    organisations: list[OrganisationId],
    *,
    before: FilingId | None,
    limit: int,
) -> list[Filing]:
    """Filings by or for the person and their organisations, newest first; discarded ones included."""
    rows = await reader.all(
        f"""SELECT {LISTED} FROM filing.filings
            WHERE (filer = %(person)s OR for_person = %(person)s OR for_organisation = ANY(%(organisations)s))
              AND (%(before)s::uuid IS NULL OR id < %(before)s)
            ORDER BY id DESC LIMIT %(limit)s""",
        {"person": person, "organisations": organisations, "before": before, "limit": limit},
    )
    return [as_filing(row, keyring) for row in rows]


async def note(
    tx: Transaction, filing_id: FilingId, act: str, state: State, *, by: PersonId | None, at: datetime,
    articles: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Add a line to the filing's history."""
    await tx.run(
        "INSERT INTO filing.steps (filing_id, act, state, by, at, articles) VALUES (%s, %s, %s, %s, %s, %s)",
        (filing_id, act, state, by, at, list(articles)),
    )


async def note_and_read(
    tx: Transaction, filing_id: FilingId, act: str, state: State, *, by: PersonId | None, at: datetime,
    articles: tuple[str, ...] = (),
) -> list[Step]:  # fmt: skip
    """Add a line to the filing's history, and answer the whole of it."""
    return await tx.all_as(
        Step,
        """WITH noted AS (
             INSERT INTO filing.steps (filing_id, act, state, by, at, articles) VALUES (%s, %s, %s, %s, %s, %s)
             RETURNING seq, act, state, by, at, articles),
           whole AS (
             SELECT seq, act, state, by, at, articles FROM filing.steps WHERE filing_id = %s
             UNION ALL SELECT seq, act, state, by, at, articles FROM noted)
           SELECT act, state, by, at, articles FROM whole ORDER BY seq""",
        (filing_id, act, state, by, at, list(articles), filing_id),
    )


async def history(reader: Reader, filing_id: FilingId) -> list[Step]:
    return await reader.all_as(
        Step, "SELECT act, state, by, at, articles FROM filing.steps WHERE filing_id = %s ORDER BY seq", (filing_id,)
    )


async def replace_exhibits(
    tx: Transaction,
    filing_id: FilingId,
    uploads: dict[UploadId, PersonId],
    described: Mapping[UploadId, Material] | None = None,
) -> None:
    """Note whose uploads the evidence is; `described` (when handed in) fixes digest, pages and size."""
    there = [described.get(upload_id) if described else None for upload_id in uploads]
    looked = [material.inspection if material else None for material in there]
    await tx.run(
        """WITH gone AS (DELETE FROM filing.exhibits WHERE filing_id = %(filing)s AND upload_id <> ALL(%(uploads)s::uuid[]))
           INSERT INTO filing.exhibits (filing_id, upload_id, owner, digest, pages, size)
           SELECT %(filing)s, upload_id, owner, digest, pages, size
           FROM unnest(%(uploads)s::uuid[], %(owners)s::uuid[], %(digests)s::text[], %(pages)s::integer[], %(sizes)s::bigint[])
             AS given(upload_id, owner, digest, pages, size)
           ON CONFLICT (filing_id, upload_id) DO UPDATE
           SET owner = excluded.owner, digest = excluded.digest, pages = excluded.pages, size = excluded.size""",
        {
            "filing": filing_id,
            "uploads": list(uploads),
            "owners": list(uploads.values()),
            "digests": [material.digest if material else None for material in there],
            "pages": [inspection.pages if inspection else None for inspection in looked],
            "sizes": [material.size if material else None for material in there],
        },
    )


async def handed_in(reader: Reader, filing_id: FilingId) -> dict[UploadId, ExhibitFacts]:
    """Digest, pages and size of the uploads as they were handed in."""
    rows = await reader.all(
        "SELECT upload_id, digest, pages, size FROM filing.exhibits WHERE filing_id = %s AND digest IS NOT NULL",
        (filing_id,),
    )
    return {row["upload_id"]: read_as(ExhibitFacts, row) for row in rows}


async def acted(reader: Reader, filing_id: FilingId, acts: list[str]) -> set[PersonId]:
    """Who did one of these acts on the filing."""
    rows = await reader.all(
        "SELECT DISTINCT by FROM filing.steps WHERE filing_id = %s AND act = ANY(%s) AND by IS NOT NULL",
        (filing_id, acts),
    )
    return {row["by"] for row in rows}


async def exhibits(reader: Reader, filing_id: FilingId) -> dict[UploadId, PersonId]:
    rows = await reader.all("SELECT upload_id, owner FROM filing.exhibits WHERE filing_id = %s", (filing_id,))
    return {row["upload_id"]: row["owner"] for row in rows}


async def drafts_to_warn(reader: Reader, *, until: datetime) -> list[Head]:
    """Drafts that expire by `until` and whose owner was not told yet."""
    return await reader.all_as(
        Head,
        f"""SELECT {HEAD} FROM filing.filings
            WHERE state = 'draft' AND expires_at <= %s AND warned_at IS NULL ORDER BY expires_at LIMIT 500""",
        (until,),
    )


async def note_warned(tx: Transaction, filing_id: FilingId, *, at: datetime) -> None:
    await tx.run("UPDATE filing.filings SET warned_at = %s WHERE id = %s", (at, filing_id))


async def expired_drafts(reader: Reader, *, at: datetime) -> list[FilingId]:
    rows = await reader.all(
        """SELECT id FROM filing.filings WHERE state IN ('draft', 'discarded') AND expires_at <= %s
           ORDER BY expires_at LIMIT 500""",
        (at,),
    )
    return [FilingId(row["id"]) for row in rows]


async def erase(tx: Transaction, filing_id: FilingId, *, at: datetime) -> bool:
    """Remove an expired draft and all that hangs on it. False if it is not one any more."""
    return (
        await tx.run(
            "DELETE FROM filing.filings WHERE id = %s AND state IN ('draft', 'discarded') AND expires_at <= %s",
            (filing_id, at),
        )
        == 1
    )


async def reviews_due(reader: Reader, *, until: date, today: date) -> list[Head]:
    """Filings under review whose last day is near and for which no warning went out today."""
    return await reader.all_as(
        Head,
        f"""SELECT {HEAD} FROM filing.filings
            WHERE state = 'under_review' AND review_due <= %s
              AND (review_warned_on IS NULL OR review_warned_on < %s)
            ORDER BY review_due LIMIT 500""",
        (until, today),
    )


async def note_review_warned(tx: Transaction, filing_id: FilingId, *, on: date) -> None:
    await tx.run("UPDATE filing.filings SET review_warned_on = %s WHERE id = %s", (on, filing_id))


async def corrections_run_out(reader: Reader, *, today: date) -> list[FilingId]:
    """Filings whose correction was due before `today` and did not come."""
    rows = await reader.all(
        """SELECT id FROM filing.filings WHERE state = 'correction_requested' AND correction_due < %s
           ORDER BY correction_due LIMIT 500""",
        (today,),
    )
    return [FilingId(row["id"]) for row in rows]


async def corrections_to_remind(reader: Reader, *, today: date, until: date) -> list[Head]:
    """Filings whose correction is due soon and whose filer was not reminded of that day yet."""
    return await reader.all_as(
        Head,
        f"""SELECT {HEAD} FROM filing.filings
            WHERE state = 'correction_requested' AND correction_due BETWEEN %s AND %s
              AND correction_warned_for IS DISTINCT FROM correction_due
            ORDER BY correction_due LIMIT 500""",
        (today, until),
    )


async def note_correction_reminded(tx: Transaction, filing_id: FilingId, *, due: date) -> None:
    await tx.run("UPDATE filing.filings SET correction_warned_for = %s WHERE id = %s", (due, filing_id))


async def late_reviews(reader: Reader, *, today: date) -> list[FilingId]:
    """Filings not decided by the last day of their review, whose lateness was not noted yet."""
    rows = await reader.all(
        """SELECT id FROM filing.filings
           WHERE state = 'under_review' AND review_due < %s AND late_noted_for IS DISTINCT FROM review_due
           ORDER BY review_due LIMIT 500""",
        (today,),
    )
    return [FilingId(row["id"]) for row in rows]


async def note_late(tx: Transaction, filing_id: FilingId) -> bool:
    """Note that the running review is late. False if it was noted already."""
    noted = await tx.run(
        """UPDATE filing.filings SET late_noted_for = review_due
           WHERE id = %s AND late_noted_for IS DISTINCT FROM review_due""",
        (filing_id,),
    )
    return noted == 1
