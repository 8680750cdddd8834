"""Not yet."""

from typing import Any

from tianping.kit.problems import Unavailable


async def share(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def unshare(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def shared(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def shared_proof(*a: Any, **k: Any) -> Any:
    raise Unavailable


async def shared_certificate(*a: Any, **k: Any) -> Any:
    raise Unavailable
