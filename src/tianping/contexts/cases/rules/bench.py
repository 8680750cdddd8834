"""Composition of the bench: which seats there are, which are empty, who keeps the record.

Law: CPL art. 40 (a collegial bench is odd, here three), 42-44 (sole or collegial, presiding judge), 131.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from tianping.contexts.cases.model import Case, Seat
from tianping.interfaces.identity import StaffMember

SEATS: dict[str, tuple[Seat, ...]] = {"sole": (Seat.SOLE,), "collegial": (Seat.PRESIDING, Seat.JUDGE, Seat.JUDGE)}


def empty_seats(case: Case) -> list[Seat]:
    """Seats of judges that nobody has, in the order in which a draw fills them: the first drawn presides unless the
    division head or the president designates another (CPL art. 44)."""
    left = list(SEATS[case.bench_kind])
    for seated in case.judges:
        if seated.seat in left:
            left.remove(seated.seat)
    return left


def clerk_for(
    clerks: Iterable[StaffMember], division: str | None, open_cases: Mapping[UUID, int]
) -> StaffMember | None:
    """The clerk of the division with the fewest open cases (the lowest id among equals); of the court, if it has none."""
    everyone = list(clerks)
    own = [c for c in everyone if c.division == division] or everyone
    return min(own, key=lambda c: (open_cases.get(c.person_id, 0), c.person_id), default=None)
