"""`tianping worker`: works reactions, jobs and timers.

Its processes give way to those that answer people (niceness 5, a third of the weight): in a rush what is handed in is
acknowledged first and printed after. They always get their part of the processor, so nothing waits for ever.
"""

import os

import uvloop

from tianping.apps.assembly import assemble
from tianping.platform.settings import read_settings
from tianping.platform.telemetry import start_logging, start_tracing


async def _work() -> None:
    settings = read_settings()
    start_logging(settings.log_level)
    start_tracing("worker", settings.telemetry_endpoint)
    court = assemble(settings)
    await court.open()
    try:
        await court.work()
    finally:
        await court.close()


_NICENESS = 5


def main() -> None:
    os.nice(_NICENESS)
    uvloop.run(_work())


if __name__ == "__main__":
    main()
