"""The text that stands for a docket on the ledger (docs/docket-format.md says how the hash is made)."""

from uuid import UUID

MEDIA_TYPE = "text/plain"


def text(case_id: UUID, seq: int, head: str) -> bytes:
    """Four lines: format, case, number of the entry, its hash, which covers all entries before it."""
    return f"tianping-docket-head/1\n{case_id}\n{seq}\n{head}\n".encode()
