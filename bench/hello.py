"""The peer of our reads: a bare Litestar application that answers a msgspec object, on the same server.

python -m bench.hello PORT
"""

import sys

import msgspec
from granian import Granian
from granian.constants import Interfaces, Loops
from litestar import Litestar, get


class Hello(msgspec.Struct):
    message: str
    number: int


@get("/hello")
async def hello() -> Hello:
    return Hello("hello", 1)


def application() -> Litestar:
    return Litestar(route_handlers=[hello], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    Granian(
        "bench.hello:application", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.ASGI,
        loop=Loops.uvloop, factory=True, workers=1, log_enabled=False,
    ).serve()  # fmt: skip
