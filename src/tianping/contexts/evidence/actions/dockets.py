"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def of_case(*a: Any, **k: Any) -> Any:
    raise Unavailable
