"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def overview(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def chain(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def blocks(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def block(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def checkpoints(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def consistency(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def entry(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def console(*a: Any, **k: Any) -> Any:
    raise Unavailable
