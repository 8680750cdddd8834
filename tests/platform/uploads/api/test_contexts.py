"""What contexts may ask of uploads."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from tests.engines.materials import samples
from tests.platform.uploads.asking import TUS, code, create, upload
from tests.platform.uploads.court import UPLOADS, Place, person

from tianping.interfaces.materials import Part
from tianping.kit.clock import SettableClock
from tianping.kit.digests import Sm3, sm3
from tianping.platform.database import ActKey, acting
from tianping.platform.uploads import jobs
from tianping.platform.uploads.model import MaterialMissing, MaterialUnfit, NotReady


async def test_asking_does_not_claim_the_act_of_the_one_who_asks(court: Place, alice: httpx.AsyncClient) -> None:
    """An act that keeps files and then fails is done, not taken for done, when it is retried under its key."""
    url = await upload(alice, samples.pdf(1), "a.pdf")
    ids = (UUID(url.rsplit("/", 1)[1]),)
    async with acting(ActKey("person", "key-of-the-act", "digest")):
        await court.materials.keep(person("alice"), ids, held_by="filing:1")
        await court.materials.release(ids, held_by="filing:1")
        await court.desk.database.stop_if_done()


async def test_what_contexts_may_ask(court: Place, alice: httpx.AsyncClient, clock: SettableClock) -> None:
    content = samples.pdf(4)
    url = await upload(alice, content, "a.pdf")
    half = (await create(alice, 5)).headers["location"]
    ids = tuple(UUID(u.rsplit("/", 1)[1]) for u in (url, half))
    materials, one = court.materials, ids[:1]
    await materials.keep(person("alice"), one, held_by="filing:1")
    await materials.keep(person("alice"), one, held_by="filing:1")
    await court.settle()
    with pytest.raises(MaterialUnfit):
        await materials.keep(person("alice"), ids, held_by="filing:1")
    with pytest.raises(MaterialMissing):
        await materials.keep(person("bob"), one, held_by="filing:1")
    with pytest.raises(MaterialMissing):
        await materials.owned(person("bob"), one)
    (material,) = await materials.owned(person("alice"), one)
    assert (material.name, material.inspection.pages, material.digest) == ("a.pdf", 4, sm3(content))
    assert [m.id for m in await materials.describe((ids[1], ids[0]))] == [ids[1], ids[0]]
    read = Sm3()
    async for block in materials.read(material, Part.ORIGINAL):
        read.update(block)
    assert read.hexdigest() == sm3(content)
    with pytest.raises(NotReady):
        materials.read(material, Part.VIEW)
    assert code(await alice.delete(url, headers=TUS)) == (409, "material-held")
    assert (await alice.get(f"{UPLOADS}/rules")).json()["used"] == 5
    clock.move(timedelta(days=400))
    await jobs.sweep(court.desk)
    assert (await alice.get(f"{url}/content")).content == content
    await materials.release(one, held_by="filing:1")
    await jobs.sweep(court.desk)
    assert (await alice.get(f"{url}/content")).status_code == 410
