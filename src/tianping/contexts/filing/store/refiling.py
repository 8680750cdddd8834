"""SQL of filing again: which draft was begun from which filing."""

from tianping.contexts.filing.model import Filing
from tianping.contexts.filing.store.filings import WHOLE, as_filing
from tianping.kit.ids import FilingId
from tianping.platform.database import Reader, Transaction
from tianping.platform.keyring import Keyring


async def note_begun_from(tx: Transaction, filing_id: FilingId, earlier: FilingId) -> None:
    await tx.run("UPDATE filing.filings SET begun_from = %s WHERE id = %s", (earlier, filing_id))


async def draft_begun_from(reader: Reader, keyring: Keyring, earlier: FilingId) -> Filing | None:
    """The newest draft that was begun from the earlier filing and is still one."""
    row = await reader.maybe(
        f"SELECT {WHOLE} FROM filing.filings WHERE begun_from = %s AND state = 'draft' ORDER BY id DESC LIMIT 1",
        (earlier,),
    )
    return None if row is None else as_filing(row, keyring)
