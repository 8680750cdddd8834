"""Builds identity."""

from collections.abc import Mapping

from argon2 import PasswordHasher

from tianping.contexts.identity import store
from tianping.contexts.identity.actions import governing
from tianping.contexts.identity.actions.desk import POLICY, Desk
from tianping.contexts.identity.adapters.stand_in_register import StandInRegister
from tianping.contexts.identity.api import ROUTES
from tianping.contexts.identity.reactions import REACTIONS
from tianping.contexts.identity.service import PeopleService, SessionService
from tianping.interfaces.identity import RealNameRegister, Role
from tianping.interfaces.services import Services
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform, Timed
from tianping.platform.sealed import SealedRows


class RegisterMissing(Exception):
    """A production court needs a real register of identities; the stand-in refuses to serve it."""


def build(
    platform: Platform,
    database: Database,
    services: Services,
    *,
    permissions: Mapping[str, frozenset[Role]],
    sealed: SealedRows,
    register: RealNameRegister | None = None,
) -> Built:
    """`permissions` is the guard's policy and `sealed` the court's sealed tables; both may still grow after this.

    `register`: the real-name register; without one the local stand-in answers. Raises RegisterMissing in production.
    """
    if register is None and platform.settings.production:
        raise RegisterMissing("TIANPING_PRODUCTION=1 needs a real-name register; see docs/contexts/identity.md")
    desk = Desk(
        database, platform.journal, platform.keyring, platform.clock, platform.court, PasswordHasher(),
        register or StandInRegister(), services.delivery, services.sessions, permissions, sealed,
        platform.law,
    )  # fmt: skip

    async def reseal() -> None:
        await governing.reseal(desk)

    async def forget_old() -> None:
        await governing.forget_old(desk)

    return Built(
        "identity",
        desk,
        database,
        ROUTES,
        POLICY,
        REACTIONS,
        # Every night too: another process may have sealed with the older key shortly after a rotation.
        timed=[Timed("identity.reseal_nightly", "20 18 * * *", reseal), Timed("identity.forget_old", "40 * * * *", forget_old)],
        jobs={governing.RESEAL: reseal},
        sealed=store.SEALED,
    )  # fmt: skip


def sessions(platform: Platform, database: Database) -> SessionService:
    return SessionService(database, platform.clock)


def service(platform: Platform, database: Database) -> PeopleService:
    return PeopleService(database, platform.keyring, platform.clock)
