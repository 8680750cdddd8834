"""Check a copy against what the court issued; open to anyone who holds its number."""

from tianping.contexts.documents import rules, store
from tianping.contexts.documents.actions.desk import Desk
from tianping.contexts.documents.model import CheckAnswer


async def check_copy(desk: Desk, number: str, digest: str) -> CheckAnswer:
    """Compare a copy's SM3 digest with the paper of that number. Reveals nothing personal, and nothing by digest alone."""
    number = rules.normal_number(number)
    async with desk.database.reading() as reader:
        found = await store.by_number(reader, number) if rules.is_number(number) else None
        newest = await store.newest_version(reader, matter=found.matter, kind=found.kind) if found else 0
    return rules.checked(found, digest.lower(), number=number, issuer=desk.court.name, newest=newest)
