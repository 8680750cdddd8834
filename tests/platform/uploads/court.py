"""Uploads alone, on a real database: the site, its worker, and a server process to be killed."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import NAMESPACE_DNS, uuid5

import httpx
import procrastinate
from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar, Request
from litestar.di import Provide

from tianping.engines.materials.sandbox import SandboxedInspector
from tianping.engines.materials.scanning import open_scanner
from tianping.interfaces.identity import Actor, Role
from tianping.interfaces.scanning import Scanner
from tianping.kit.clock import Clock, SystemClock
from tianping.kit.ids import PersonId
from tianping.platform.blobs import open_blobs
from tianping.platform.events import Jobs, Journal
from tianping.platform.http.guard import Guard
from tianping.platform.http.site import build_site
from tianping.platform.keyring import FileKeys, Keyring
from tianping.platform.parts import Built, Platform
from tianping.platform.settings import read_settings
from tianping.platform.uploads import wiring
from tianping.platform.uploads.actions import Desk
from tianping.platform.uploads.model import Limits
from tianping.platform.uploads.service import MaterialService

UPLOADS = "/api/v1/uploads"


def person(name: str) -> PersonId:
    return PersonId(uuid5(NAMESPACE_DNS, name))


async def actor_of(request: Request[Any, Any, Any]) -> Actor:
    return request.scope["user"]


class Bearers:
    """Sessions in which a bearer token is the name of a person."""

    async def of_cookie(self, token: str) -> tuple[Actor, str] | None:
        return None

    async def of_bearer(self, token: str) -> Actor | None:
        return Actor(person(token), roles=frozenset({Role.LITIGANT})) if token else None


@dataclass
class Place:
    """Uploads, wired, without the contexts."""

    platform: Platform
    built: Built
    site: Litestar

    @property
    def desk(self) -> Desk:
        return self.built.desk

    @property
    def materials(self) -> MaterialService:
        return wiring.materials(self.built)

    async def open(self) -> None:
        await self.built.database.open()
        await self.platform.jobs.app.open_async()

    async def close(self) -> None:
        await self.platform.jobs.app.close_async()
        await self.built.database.close()

    async def settle(self) -> None:
        """Work the queue until nothing in it is due."""
        await self.platform.jobs.app.run_worker_async(
            wait=False, install_signal_handlers=False, listen_notify=False,
            delete_jobs=procrastinate.jobs.DeleteJobCondition.SUCCESSFUL,
        )  # fmt: skip

    def client(self, name: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {name}"} if name else {}
        transport = httpx.ASGITransport(app=self.site, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://court", headers=headers)


def place(
    environment: Mapping[str, str],
    *,
    clock: Clock | None = None,
    scanner: Scanner | None = None,
    limits: Limits | None = None,
) -> Place:
    settings = read_settings(environment)
    keyring = Keyring(FileKeys(settings.keys))
    jobs = Jobs(settings.database_dsn)
    unused = cast("Any", None)
    platform = Platform(
        settings=settings, court=unused, clock=clock or SystemClock(), keyring=keyring, jobs=jobs, journal=Journal(jobs),
        law=unused, calendar=unused, blobs=open_blobs(settings.blobs.as_uri()),
    )  # fmt: skip
    built = wiring.build(
        platform, platform.database("uploads"), SandboxedInspector(), scanner or open_scanner(None), limits=limits
    )
    for name, run in built.jobs.items():
        jobs.work(name, run)
    guard = Guard()
    guard.add(built.policy)
    here = Place(platform, built, cast("Litestar", None))
    here.site = build_site(
        handlers=built.routes, guard=guard, sessions=Bearers(), checks={}, public_url=settings.public_url,
        web_dist=settings.web_dist, on_startup=[here.open], on_shutdown=[here.close],
        dependencies={built.dependency: Provide(lambda: built.desk, sync_to_thread=False), "actor": Provide(actor_of)},
    )  # fmt: skip
    return here


@asynccontextmanager
async def opened(environment: Mapping[str, str], **options: Any) -> AsyncIterator[Place]:
    here = place(environment, **options)
    await here.open()
    try:
        yield here
    finally:
        await here.close()


def application() -> Litestar:
    import os

    return place(os.environ).site


if __name__ == "__main__":
    Granian(
        "tests.platform.uploads.court:application", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.ASGI,
        factory=True, workers=1, log_enabled=False, websockets=False,
    ).serve()  # fmt: skip
