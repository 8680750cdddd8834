"""The people of a court of processes, registered before it opens its doors."""

import asyncio
from datetime import timedelta

from tests.faults.processes import Processes
from tests.journeys.cast import STAFF, identity_number

from tianping.apps.assembly import assemble
from tianping.contexts.cases.actions.commitments import replenish
from tianping.contexts.identity.actions import seeding
from tianping.kit.clock import SettableClock, SystemClock
from tianping.kit.problems import Text
from tianping.platform.settings import read_settings

PLAINTIFFS = 3
SURNAMES = "李王张刘陈杨黄赵吴周"


def settle_people(processes: Processes) -> dict[str, str]:
    """Ids by name: the staff of `STAFF` and `plaintiff_0` … ."""
    return asyncio.run(_settle(processes))


async def _settle(processes: Processes) -> dict[str, str]:
    # Commitments to seeds are published before a filing is handed in: in a court that opens now, an hour ago.
    clock = SettableClock(SystemClock().now() - timedelta(hours=1))
    court = assemble(read_settings(processes.environment), clock=clock)
    await court.open()
    try:
        desk = next(part.desk for part in court.built if part.name == "identity")
        ids: dict[str, str] = {}
        for number, (key, (name, role, division, subjects)) in enumerate(STAFF.items()):
            person = await seeding.register_staff(
                desk, name=name, mobile=f"1390000{number:04d}", roles={role}, division=division, subjects=subjects,
                about=Text(name, name),
            )  # fmt: skip
            ids[key] = str(person)
        for number in range(PLAINTIFFS):
            name = f"{SURNAMES[number]}明"
            person = await seeding.open_account(
                desk, name=name, mobile=f"1380000{number:04d}",
                identity_number=identity_number(f"51010719900307{number}83"), about=Text(name, name),
            )  # fmt: skip
            ids[f"plaintiff_{number}"] = str(person)
        await replenish(next(part.desk for part in court.built if part.name == "cases"))
        return ids
    finally:
        await court.close()
