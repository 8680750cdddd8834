"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def listed(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def public(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def apply(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def mine(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def own_paper(*a: Any, **k: Any) -> Any:
    raise Unavailable


def standard(desk: Any) -> Any:
    return desk.standards.at(desk.clock.now().date())
