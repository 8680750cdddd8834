"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def mine(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def see(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def certificate(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def proof(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def kept_file(*a: Any, **k: Any) -> Any:
    raise Unavailable


class Wanted:
    def __init__(self, **k: Any) -> None: ...
