"""The quorum that this member itself has verified when a block is decided, one block before the chain has recorded it.

The engine has every other member's precommit verified before it decides a block, and its extension with it. So at Commit a
member that voted already holds co-signatures of more than two thirds of the power over its own root, and the block is on
its disk: what is in it can be neither lost nor rewritten, and may be acknowledged. Only the number is still to be known.

Why the number cannot differ. Its day is that of the *recorded* checkpoint's time, whose signers may be others than those
held here. But two sets of more than two thirds share more than half of either one's power, and whoever is in both gave one
clock: a member says the same clock again for the same tree until that is recorded (application.py), and until then no
block adds to the tree. Where all clocks held here lie on one court day, more than half of the recorded ones by power do,
and so does their lower median. Members that tell different people different clocks are less than a third; they alone move
nothing, because the median lies between clocks of the others. To move the day they need honest ones in the recorded quorum
whose clocks lie on the other side of midnight: hence the distance to midnight, in which clocks may differ and votes be late.
Near midnight, and while members change, the recorded checkpoint is waited for.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from tianping.engines.ledger.checkpoints import Checkpoint, Cosigned, Verify, gather
from tianping.engines.ledger.drivers.cometbft.sealing import Extension
from tianping.engines.ledger.model import Member
from tianping.kit.clock import court_day

FROM_MIDNIGHT_MS = 10 * 60_000
MOST_HEARD = 10_000
"""Extensions held at once; a member has one for each block that it votes for."""


class Heard:
    """Extensions by height, block and member, in memory: after a restart there is nothing, and no quorum."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, bytes], dict[str, Extension | None]] = {}
        self._count = 0

    def hear(self, height: int, block: bytes, member: str, told: Extension) -> None:
        """A member's verified extension, our own too. Who says two things of one block counts for neither."""
        of_block = self._told.setdefault((height, block), {})
        if member in of_block:
            if of_block[member] != told:
                of_block[member] = None
        elif self._count < MOST_HEARD:
            of_block[member] = told
            self._count += 1

    def quorum(
        self, checkpoint: Checkpoint, block: bytes, members: Sequence[Member], verify: Verify, *, own: frozenset[bytes]
    ) -> Cosigned | None:
        """What was heard over exactly this checkpoint, after this block; None short of a quorum or without our own word.

        `own`: fingerprints of our keys.
        """
        heard = self._told.get((checkpoint.height, block), {})
        fitting = [
            one.cosignature
            for one in heard.values()
            if one is not None and (one.size, one.root) == (checkpoint.size, checkpoint.root)
        ]
        found = gather(checkpoint, fitting, members, verify)
        signed = {one.member for one in found.cosignatures}
        mine = any(one.fingerprint in own and one.id in signed for one in members)
        return found if mine and found.quorate else None

    def forget(self, height: int) -> None:
        """All up to a height."""
        self._told = {place: heard for place, heard in self._told.items() if place[0] > height}
        self._count = sum(map(len, self._told.values()))

    def clear(self) -> None:
        self._told, self._count = {}, 0


def day_is_certain(quorum: Cosigned) -> bool:
    """Whether every clock lies on one court day, well away from its ends."""
    clocks = [one.time for one in quorum.cosignatures]
    try:
        return bool(clocks) and _day(min(clocks) - FROM_MIDNIGHT_MS) == _day(max(clocks) + FROM_MIDNIGHT_MS)
    except (ValueError, OverflowError, OSError):
        # A clock of no year that a calendar has.
        return False


def _day(time_ms: int) -> date:
    return court_day(datetime.fromtimestamp(time_ms / 1000, UTC))
