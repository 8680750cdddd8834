"""How fast a chain grows, from its newest checkpoints."""

from datetime import UTC, datetime, timedelta

import pytest

from tianping.contexts.evidence.actions.ledger import rate
from tianping.interfaces.ledger_reading import Checkpoint

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def seen(*points: tuple[float, int]) -> list[Checkpoint]:
    """Minutes ago and size, newest first."""
    return [
        Checkpoint(
            height=1, size=size, root="00", time=NOW - timedelta(minutes=ago), power=1, total_power=1, cosigners=[],
            stamped_at=None, note="",
        )
        for ago, size in points
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        ((), 0.0),
        (((61, 500), (90, 10)), 0.0),
        # What came in within a few seconds half an hour ago is not hundreds a minute.
        (((30, 120), (30.05, 0)), 3.99),
        (((10, 160), (100, 100)), 1.0),
        (((0, 130), (30, 70), (90, 10)), 2.0),
        (((0, 5),), 0.0),
        (((0.1, 900), (0.2, 300)), 600.0),
        (((1, 1000), (2, 400), (3, 100)), 300.0),
    ],
)
def test_entries_a_minute(points: tuple[tuple[float, int], ...], wanted: float) -> None:
    assert rate(seen(*points), NOW) == wanted
