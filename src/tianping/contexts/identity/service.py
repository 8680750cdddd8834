"""What identity answers when others ask (`interfaces/identity.py`)."""

from tianping.contexts.identity import store
from tianping.interfaces.identity import Actor, Role
from tianping.kit.clock import Clock
from tianping.kit.digests import sm3
from tianping.kit.ids import SessionId
from tianping.platform.database import Database
from tianping.platform.keyring import Keyring


class SessionService:
    """Resolves cookies to actors (`interfaces.identity.Sessions`)."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def of_cookie(self, token: str) -> tuple[Actor, str] | None:
        digest = bytes.fromhex(sm3(token.encode()))
        async with self._database.reading() as reader:
            row = await store.live_session(reader, digest, at=self._clock.now())
        if row is None:
            return None
        actor = Actor(
            row["person_id"], SessionId(row["session_id"]), frozenset(Role(r) for r in row["roles"]), row["division"]
        )
        return actor, row["csrf_token"]

    async def of_bearer(self, token: str) -> Actor | None:
        return None
