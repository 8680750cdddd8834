"""What tests of the assignment look at."""

from tianping.contexts.cases.store import docket
from tianping.contexts.cases.store import draws as draw_store

WHY = "理由充分，请依法处理。"


async def draws(w, case_id):
    async with w.desk.database.reading() as reader:
        return await draw_store.draws_of(reader, case_id)


async def told(w, event) -> int:
    async with w.desk.database.reading() as reader:
        return len(await reader.all("SELECT id FROM platform.journal WHERE name = %s", (event.wire_name(),)))


async def kinds(w, case_id):
    async with w.desk.database.reading() as reader:
        return [e.kind for e in await docket.entries(reader, w.desk.keyring, case_id)]
