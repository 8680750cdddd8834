"""Builds identity."""

from argon2 import PasswordHasher

from tianping.contexts.identity import api
from tianping.contexts.identity.actions import POLICY, Desk
from tianping.contexts.identity.reactions import REACTIONS
from tianping.contexts.identity.service import SessionService
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform


def build(platform: Platform, database: Database) -> Built:
    desk = Desk(database, platform.journal, platform.keyring, platform.clock, PasswordHasher())
    return Built("identity", desk, database, api.ROUTES, POLICY, REACTIONS)


def sessions(platform: Platform, database: Database) -> SessionService:
    return SessionService(database, platform.keyring, platform.clock)
