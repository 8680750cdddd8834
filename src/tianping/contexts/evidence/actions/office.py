"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def all_of_them(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def see(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def paper(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def assess(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def approve(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def decide(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def drop(*a: Any, **k: Any) -> Any:
    raise Unavailable
