"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def take(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def take_together(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def retry(*a: Any, **k: Any) -> Any:
    raise Unavailable
