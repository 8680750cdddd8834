"""The ledger's genesis inside the engine's: what it carries, and whether both began with the same members."""

from collections.abc import Sequence

import msgspec

from tianping.engines.ledger import codec
from tianping.engines.ledger.model import Genesis, Member


class GenesisDiffers(Exception):
    """The engine's genesis is not the ledger's; the message says how."""


def engine_powers(members: Sequence[Member]) -> dict[bytes, int]:
    """Power by engine key of those who vote."""
    return {one.engine_key: one.power for one in members if one.power and len(one.engine_key) == 32}


def app_state(genesis: Genesis) -> dict[str, str]:
    """The ledger's genesis as the engine's genesis carries it."""
    return {"ledger": codec.encode(genesis).hex()}


def read_app_state(raw: bytes) -> Genesis:
    """Raises GenesisDiffers."""
    try:
        return codec.decode(bytes.fromhex(msgspec.json.decode(raw, type=dict[str, str])["ledger"]), Genesis)
    except (msgspec.MsgspecError, KeyError, ValueError, codec.Malformed) as wrong:
        raise GenesisDiffers("the engine's genesis carries no ledger genesis") from wrong
