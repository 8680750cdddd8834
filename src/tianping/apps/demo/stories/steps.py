"""Steps that most stories have in common."""

from typing import Any

from tianping.apps.demo.matters import Matter
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.kit.ids import FilingId

_HALF_PAST = {"19": "19:42", "20": "20:41", "21": "21:37", "22": "22:18", "12": "12:51", "13": "13:33", "09": "09:48"}


async def filed(
    r: Rehearsal, who: str, matter: Matter, back: int, at: str = "20:05", *, again: str = "", **filing: Any
) -> FilingId:
    """Answered at `at`, handed in a little later, when the court has looked into the files."""
    await r.at(back, at)
    filing_id = await r.draft(who, matter, **filing)
    await r.at(back, again or _HALF_PAST[at[:2]])
    await r.hand_in(who, filing_id)
    return filing_id


async def accepted(
    r: Rehearsal, filing_id: FilingId, back: int, at: str = "10:20", *, by: str = "filing_judge", **decided: Any
) -> None:
    await r.at(back, at)
    await r.accept(by, filing_id, **decided)


async def paid(r: Rehearsal, who: str, filing_id: FilingId, back: int, at: str = "12:10") -> None:
    await r.at(back, at)
    await r.pay(who, filing_id)


async def brought_in(
    r: Rehearsal, who: str, matter: Matter, back: int, *, at: str = "20:05", by: str = "filing_judge", **filing: Any
) -> FilingId:
    """Filed, accepted three working days later, paid the day after: the bench is drawn."""
    filing_id = await filed(r, who, matter, back, at, **filing)
    await accepted(r, filing_id, back - 3, by=by)
    await paid(r, who, filing_id, back - 4)
    return filing_id
