"""What the court does with filings: the queue, the checklist, its words to the filer, like filings."""

from datetime import date
from typing import Any

import msgspec

from tianping.contexts.filing.model import Check, Filing, Head, Notice, State
from tianping.contexts.filing.store.filings import FILED_LISTED, HEAD, as_filing
from tianping.kit.ids import FilingId, PersonId
from tianping.platform.database import Reader, Transaction, read_as, to_json
from tianping.platform.keyring import Keyring

NOTICE = "filing.notices.content"
CHECK_NOTE = "filing.checks.note"


class QueueFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer asks the queue for. `party` and `number` are exact; `due_until` a court-local day, included,
    `due_before` one that is not."""

    states: list[State]
    reviewer: PersonId | None = None
    unclaimed: bool = False
    due_until: date | None = None
    due_before: date | None = None
    case_type: str | None = None
    number: str | None = None
    party: str | None = None


async def queue(
    reader: Reader, keyring: Keyring, wanted: QueueFilter, *, after: tuple[date, FilingId] | None, limit: int
) -> list[Filing]:
    """Filings handed in, those due first first."""
    digests = None
    if wanted.party:
        digests = [fingerprint(keyring, "plaintiff", wanted.party)]
    rows = await reader.all(
        f"""SELECT {FILED_LISTED} FROM filing.filings
            WHERE state = ANY(%(states)s) AND submitted_at IS NOT NULL
              AND (%(reviewer)s::uuid IS NULL OR reviewer = %(reviewer)s)
              AND (NOT %(unclaimed)s OR reviewer IS NULL)
              AND (%(due)s::date IS NULL OR review_due <= %(due)s)
              AND (%(before)s::date IS NULL OR review_due < %(before)s)
              AND (%(case_type)s::text IS NULL OR case_type = %(case_type)s)
              AND (%(number)s::text IS NULL OR number = %(number)s)
              AND (%(digests)s::bytea[] IS NULL OR EXISTS (
                     SELECT 1 FROM filing.fingerprints f
                     WHERE f.filing_id = filings.id AND f.digest = ANY(%(digests)s)
                       AND f.kind IN ('plaintiff', 'defendant', 'third_party')))
              AND (%(after_due)s::date IS NULL
                   OR (coalesce(review_due, 'infinity'::date), id) > (%(after_due)s, %(after_id)s))
            ORDER BY coalesce(review_due, 'infinity'::date), id LIMIT %(limit)s""",
        {
            "states": [s.value for s in wanted.states],
            "reviewer": wanted.reviewer,
            "unclaimed": wanted.unclaimed,
            "due": wanted.due_until,
            "before": wanted.due_before,
            "case_type": wanted.case_type,
            "number": wanted.number,
            "digests": digests,
            "after_due": after[0] if after else None,
            "after_id": after[1] if after else None,
            "limit": limit,
        },
    )
    return [as_filing(row, keyring) for row in rows]


async def counts(reader: Reader, *, reviewer: PersonId, today: date, soon: date) -> dict[str, int]:
    """How many wait: by nobody taken, mine, due soon, overdue, waiting for a correction."""
    row = await reader.one(
        """SELECT count(*) FILTER (WHERE state = 'under_review' AND reviewer IS NULL) AS unclaimed,
                  count(*) FILTER (WHERE state = 'under_review' AND reviewer = %(reviewer)s) AS mine,
                  count(*) FILTER (WHERE state = 'under_review' AND review_due BETWEEN %(today)s AND %(soon)s) AS due_soon,
                  count(*) FILTER (WHERE state = 'under_review' AND review_due < %(today)s) AS overdue,
                  count(*) FILTER (WHERE state = 'correction_requested') AS waiting
           FROM filing.filings WHERE state IN ('under_review', 'correction_requested')""",
        {"reviewer": reviewer, "today": today, "soon": soon},
    )
    return dict(row)


def fingerprint(keyring: Keyring, kind: str, text: str) -> bytes:
    """The keyed digest of a fact. White space and letter case do not count. Parties share one place, whatever the
    capacity, so that a name is found on either side."""
    place = "party" if kind in ("plaintiff", "defendant", "third_party") else kind
    return keyring.digest("".join(text.split()).casefold(), place=f"filing.fingerprints.{place}")


async def replace_fingerprints(
    tx: Transaction, keyring: Keyring, filing_id: FilingId, prints: list[tuple[str, str]]
) -> None:
    """`prints` are pairs of kind and readable text; only digests are kept."""
    await tx.run(
        """WITH given AS (SELECT DISTINCT kind, digest FROM unnest(%(kinds)s::text[], %(digests)s::bytea[]) AS g(kind, digest)),
                gone AS (DELETE FROM filing.fingerprints WHERE filing_id = %(filing)s
                           AND (kind, digest) NOT IN (SELECT kind, digest FROM given))
           INSERT INTO filing.fingerprints (filing_id, kind, digest) SELECT %(filing)s, kind, digest FROM given
           ON CONFLICT DO NOTHING""",
        {
            "filing": filing_id,
            "kinds": [kind for kind, _ in prints],
            "digests": [fingerprint(keyring, kind, text) for kind, text in prints],
        },
    )


async def sharing(
    reader: Reader, keyring: Keyring, filing_id: FilingId, prints: list[tuple[str, str]]
) -> list[tuple[Head, list[str]]]:
    """Other submitted filings that share fingerprints, with the kinds shared."""
    digests = [fingerprint(keyring, kind, text) for kind, text in prints]
    kinds = [kind for kind, _ in prints]
    rows = await reader.all(
        f"""WITH asked AS (SELECT unnest(%s::text[]) AS kind, unnest(%s::bytea[]) AS digest),
                 shared AS (SELECT f.filing_id, array_agg(DISTINCT f.kind ORDER BY f.kind) AS kinds
                            FROM filing.fingerprints f JOIN asked USING (kind, digest)
                            WHERE f.filing_id <> %s GROUP BY f.filing_id)
            SELECT {HEAD}, shared.kinds AS shared_kinds
            FROM shared JOIN filing.filings ON filings.id = shared.filing_id
            WHERE submitted_at IS NOT NULL ORDER BY submitted_at DESC LIMIT 200""",
        (kinds, digests, filing_id),
    )
    return [(read_as(Head, {k: v for k, v in row.items() if k != "shared_kinds"}), row["shared_kinds"]) for row in rows]


async def add_notice(tx: Transaction, keyring: Keyring, filing_id: FilingId, notice: Notice) -> None:
    await tx.run(
        """INSERT INTO filing.notices (filing_id, position, kind, content, due, decided_by, decided_at)
           SELECT %s, count(*) + 1, %s, %s, %s, %s, %s FROM filing.notices WHERE filing_id = %s""",
        (
            filing_id, notice.kind, keyring.seal(to_json(notice), place=NOTICE), notice.due, notice.decided_by,
            notice.decided_at, filing_id,
        ),
    )  # fmt: skip


async def notices(reader: Reader, keyring: Keyring, filing_id: FilingId) -> list[Notice]:
    """In the order in which they were given."""
    rows = await reader.all("SELECT content FROM filing.notices WHERE filing_id = %s ORDER BY position", (filing_id,))
    return [read_as(Notice, _json(keyring, row["content"])) for row in rows]


def _json(keyring: Keyring, sealed: bytes) -> Any:
    return msgspec.json.decode(keyring.open_bytes(sealed, place=NOTICE))


async def put_check(tx: Transaction, keyring: Keyring, filing_id: FilingId, round_: int, check: Check) -> None:
    await tx.run(
        """INSERT INTO filing.checks (filing_id, round, item, finding, note, page, by, at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (filing_id, round, item) DO UPDATE
           SET finding = excluded.finding, note = excluded.note, page = excluded.page, by = excluded.by, at = excluded.at""",
        (
            filing_id, round_, check.item, check.finding, keyring.seal(check.note, place=CHECK_NOTE), check.page,
            check.by, check.at,
        ),
    )  # fmt: skip


async def checks(reader: Reader, keyring: Keyring, filing_id: FilingId, round_: int) -> dict[str, Check]:
    rows = await reader.all(
        "SELECT item, finding, note, page, by, at FROM filing.checks WHERE filing_id = %s AND round = %s",
        (filing_id, round_),
    )
    return {row["item"]: read_as(Check, {**row, "note": keyring.open(row["note"], place=CHECK_NOTE)}) for row in rows}
