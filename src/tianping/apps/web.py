"""`tianping web`: the HTTP process."""

import gc
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops

from tianping.apps.assembly import assemble
from tianping.platform.settings import read_settings
from tianping.platform.telemetry import start_logging, start_tracing


def application() -> Any:
    """The ASGI application, built from the environment."""
    settings = read_settings()
    start_logging(settings.log_level)
    start_tracing("web", settings.telemetry_endpoint)
    site = assemble(settings).site()
    # What was built now stays for good: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    return site


def main() -> None:
    settings = read_settings()
    Granian(
        "tianping.apps.web:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        factory=True,
        workers=settings.web_workers,
        log_enabled=False,
        http1_settings=None,
        backpressure=512,
    ).serve()


if __name__ == "__main__":
    main()
