"""What happened at the demo court in the last half year, one coroutine a story."""

from tianping.apps.demo.history import Story
from tianping.apps.demo.stories import clocks, deposits, elsewhere, others, series, services, shopping

ALL: tuple[Story, ...] = (
    *shopping.STORIES,
    *clocks.STORIES,
    *services.STORIES,
    *others.STORIES,
    *elsewhere.STORIES,
    *series.STORIES,
    *deposits.STORIES,
)
