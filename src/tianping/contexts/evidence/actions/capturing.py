"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def ask(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def mine(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def see(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def package(*a: Any, **k: Any) -> Any:
    raise Unavailable


def offer(desk: Any) -> Any:
    raise Unavailable
