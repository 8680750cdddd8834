"""`tianping worker`: works reactions, jobs and timers."""

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


def main() -> None:
    uvloop.run(_work())


if __name__ == "__main__":
    main()
