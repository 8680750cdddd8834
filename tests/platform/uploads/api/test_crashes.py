"""What breaks on the way in: twice, half done, a scanner that is silent."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from tests.engines.materials import samples
from tests.fakes.clamd import FakeClamd
from tests.platform.uploads.asking import TUS, code, create, upload
from tests.platform.uploads.court import UPLOADS, Place, opened

from tianping.engines.materials.scanning import ClamdScanner
from tianping.kit.clock import SettableClock
from tianping.platform.uploads import jobs


async def test_the_inspection_may_run_twice(court: Place, alice: httpx.AsyncClient) -> None:
    url = await upload(alice, samples.pdf(), "a.pdf")
    identity = url.rsplit("/", 1)[1]
    await jobs.inspect(court.desk, identity)
    first = (await alice.get(f"{url}/state")).json()
    await jobs.inspect(court.desk, identity)
    await court.settle()
    assert (await alice.get(f"{url}/state")).json() == first
    await jobs.inspect(court.desk, "00000000-0000-7000-8000-000000000000")


async def test_a_crash_between_storing_and_recording_loses_nothing(
    court: Place, alice: httpx.AsyncClient, monkeypatch
) -> None:
    content = samples.pdf()
    url = await upload(alice, content, "a.pdf")
    identity = url.rsplit("/", 1)[1]

    async def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(jobs.store, "record_digest", crash)
        with pytest.raises(KeyboardInterrupt):
            await jobs.inspect(court.desk, identity)
    await jobs.sweep(court.desk)
    await jobs.inspect(court.desk, identity)
    assert (await alice.get(f"{url}/content")).content == content
    assert not list(court.desk.spool.root.glob("*.part"))


async def test_a_crash_after_the_last_byte_is_taken_up(
    court: Place, alice: httpx.AsyncClient, clock: SettableClock
) -> None:
    """The bytes are on disk, but the process was killed before it said so: asking, or the sweep, completes them."""
    for ask in (True, False):
        created = await create(alice, 5, "a.txt")
        url = created.headers["location"]
        court.desk.spool.path(UUID(url.rsplit("/", 1)[1])).write_bytes(b"hello")
        if ask:
            assert (await alice.head(url, headers=TUS)).headers["upload-offset"] == "5"
        else:
            clock.move(timedelta(hours=1))
            await jobs.sweep(court.desk)
        await court.settle()
        assert (await alice.get(f"{url}/content")).content == b"hello"


async def test_a_scanner_that_does_not_answer_leaves_the_file_unreadable(
    environment: dict[str, str], tmp_path: Path
) -> None:
    address = tmp_path / "clamd.sock"
    async with opened(environment, scanner=ClamdScanner(f"unix://{address}")) as court, court.client("alice") as alice:
        clean, infected = (
            await upload(alice, samples.pdf(), "a.pdf"),
            await upload(alice, samples.TEST_VIRUS + b"\n", "b.txt"),
        )
        await court.settle()
        for url in (clean, infected):
            assert (await alice.get(f"{url}/state")).json()["state"] == "inspecting"
            assert code(await alice.get(f"{url}/content")) == (409, "material-not-ready")
        assert (await alice.get(f"{UPLOADS}/rules")).json()["notice"] is None
        with FakeClamd({samples.TEST_VIRUS: b"Eicar-Test"}, path=address):
            for url in (clean, infected):
                await jobs.inspect(court.desk, url.rsplit("/", 1)[1])
        assert (await alice.get(f"{clean}/state")).json()["state"] == "ready"
        state = (await alice.get(f"{infected}/state")).json()
        assert (state["state"], state["finding"]["code"]) == ("quarantined", "infected")
