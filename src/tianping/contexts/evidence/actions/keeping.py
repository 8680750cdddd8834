"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def rename(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def forget(*a: Any, **k: Any) -> Any:
    raise Unavailable
