"""A court to be measured: PostgreSQL that writes through to disk, web and worker as processes, people and cases."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.clients import Acknowledged, Person
from tests.faults.people import PLAINTIFFS, settle_people
from tests.faults.processes import Processes


@dataclass
class MeasuredCourt:
    processes: Processes
    people: dict[str, str]
    plaintiffs: list[Person]
    cases: list[tuple[Person, Acknowledged]]


@contextmanager
def measured_court(cases: int, *, workers: int = 1) -> Iterator[MeasuredCourt]:
    """A running court with so many cases filed, accepted, paid and assigned by its own API."""
    with tempfile.TemporaryDirectory(prefix="tianping-bench-") as place:
        # The limit is counted, as it would be, and never reached.
        settings = {"TIANPING_WEB_WORKERS": str(workers), "TIANPING_REQUESTS_A_MINUTE": "100000000"}
        processes = Processes(Path(place) / "court", settings=settings)
        try:
            processes.start_database()
            people = settle_people(processes)
            processes.start()
            plaintiffs = [Person(processes.address, people[f"plaintiff_{n}"]) for n in range(PLAINTIFFS)]
            clerk = Person(processes.address, people["clerk"])
            for person in (*plaintiffs, clerk):
                person.sign_in()
            walked = []
            for number in range(cases):
                person = plaintiffs[number % PLAINTIFFS]
                mine = person.file(lambda _: None)
                clerk.accept(mine)
                person.pay(mine)
                walked.append((person, mine))
            yield MeasuredCourt(processes, people, plaintiffs, walked)
        finally:
            processes.stop()
