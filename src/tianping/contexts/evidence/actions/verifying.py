"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def answer(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def answer_for_file(*a: Any, **k: Any) -> Any:
    raise Unavailable
