"""A disk without room: a clear refusal, nothing half kept, and work goes on as soon as there is room again."""

from pathlib import Path

import httpx
import psycopg
import pytest
from tests.engines.materials import samples
from tests.faults.clients import Person
from tests.faults.disks import MB, Disk, disk, fill
from tests.faults.people import settle_people
from tests.faults.processes import Processes
from tests.platform.uploads import court as uploads_court
from tests.platform.uploads.asking import CHUNK, TUS, metadata

from tianping.platform.supervisor import write_private
from tianping.platform.uploads.model import Limits

# A fixture counts where it is named.
__all__ = ["disk"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


async def test_an_upload_is_refused_kept_as_far_as_it_came_and_taken_up(dsn: str, disk: Disk):
    place = disk(12)
    content = samples.pdf(1).ljust(6 * MB, b"\n")
    environment = {"TIANPING_DATA": str(place), "TIANPING_DATABASE_DSN": dsn, "TIANPING_POOL_SIZE": "3"}
    async with uploads_court.opened(environment, limits=Limits(size=64 * MB, reserve=0)) as court:
        alice = court.client("alice")
        made = await announce(alice, len(content))
        assert made.status_code == 201, made.text
        url = made.headers["location"]
        filler = fill(place)

        refused = await send(alice, url, 0, content)
        assert (refused.status_code, refused.json()["code"]) == (507, "storage-full")
        assert refused.json()["messages"]["title"]["zh"]
        turned_away = await announce(alice, 1 * MB)
        assert (turned_away.status_code, turned_away.json()["code"]) == (507, "storage-full")
        state = (await alice.get(f"{url}/state")).json()
        assert state["state"] == "receiving"

        filler.unlink()
        offset = int((await alice.head(url, headers=TUS)).headers["upload-offset"])
        assert offset < len(content)
        sent = await send(alice, url, offset, content[offset:])
        assert sent.status_code == 204, sent.text
        await court.settle()
        assert (await alice.get(f"{url}/state")).json()["state"] == "ready"
        assert (await alice.get(f"{url}/content")).content == content
        left = {path.suffix for path in place.rglob("*") if path.is_file() and "keys" not in path.parts}
        assert ".part" not in left


async def announce(client: httpx.AsyncClient, size: int) -> httpx.Response:
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata("证据.pdf", "application/pdf")}
    return await client.post(uploads_court.UPLOADS, headers=headers)


async def send(client: httpx.AsyncClient, url: str, offset: int, content: bytes) -> httpx.Response:
    return await client.patch(url, content=content, headers=CHUNK | {"Upload-Offset": str(offset)})


def test_a_full_database_disk_loses_nothing(tmp_path: Path, disk: Disk):
    """PostgreSQL without room answers no act; afterwards all that was acknowledged is there, and nothing else."""
    place = disk(260)
    (place / "postgres").mkdir()
    court = Processes(tmp_path / "court", options=("--max_wal_size=64MB", "--min_wal_size=32MB"))
    write_private(court.directory.secrets / "postgres.place", f"{place / 'postgres'}\n".encode())
    try:
        court.start_database()
        people = settle_people(court)
        court.start()
        person = Person(court.address, people["plaintiff_0"])
        person.sign_in()
        kept = [person.act("/filings", {"case_type": "ecom_sale"})["id"] for _ in range(5)]
        filler = fill(place)
        refusals = until_refused(person, kept)
        assert refusals <= {503, 507}, refusals

        filler.unlink()
        court.until_answering()
        after = person.act("/filings", {"case_type": "ecom_sale"})["id"]
        with psycopg.connect(court.postgres.dsn) as connection:
            listed = {str(row[0]) for row in connection.execute("SELECT id FROM filing.filings")}
        assert set(kept) | {after} <= listed
        assert len(listed) <= len(kept) + 2  # one act may have been done whose answer was lost with the server
        person.close()
    finally:
        court.stop()


def until_refused(person: Person, kept: list[str]) -> set[int]:
    """Act until ten acts were refused; what is acknowledged meanwhile joins `kept`."""
    statuses: list[int] = []
    for number in range(2000):
        headers = {**person._headers, "Idempotency-Key": f"full-disk-{number:05d}"}
        try:
            answer = person._http.post("/filings", json={"case_type": "ecom_sale"}, headers=headers)
        except httpx.TransportError:
            continue
        if answer.status_code == 201:
            kept.append(answer.json()["id"])
            continue
        statuses.append(answer.status_code)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        if len(statuses) == 10:
            return set(statuses)
    raise AssertionError("a full disk refused nothing")
