"""`tianping demo`: fill the demo court with people, shops and about forty cases in every state that exists."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tianping.apps.console import say, spoken
from tianping.apps.demo.cast import introductions
from tianping.kit.problems import Text

__all__ = ["demo", "people"]

_TITLE = Text("演示法院", "Demo court")


def people() -> list[str]:
    """A line for each of the people that a newcomer should try: role, name, what to look at first."""
    return [f"{spoken(role)}  {name}  {spoken(about)}" for role, name, about in introductions()]


@contextmanager
def progress_shown() -> Iterator[Callable[[float], None]]:
    """A bar on a terminal; elsewhere, as under `tianping up`, a line at every tenth."""
    console = Console()
    if console.is_terminal:
        columns = (
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(spoken(_TITLE), total=1)
            yield lambda share: bar.update(task, completed=share)
        return
    told = 0

    def tell(share: float) -> None:
        nonlocal told
        tenths = int(share * 10)
        if tenths > told:
            told = tenths
            click.echo(f"{spoken(_TITLE)}  {tenths * 10}%")
            sys.stdout.flush()

    yield tell


@click.command(
    help="填入演示法院的人物与案件 · Fill the demo court with people and cases. Only once, and only a demo court."
)
def demo() -> None:
    from tianping.apps.demo.seeding import fill
    from tianping.platform.settings import read_settings

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    begun = time.monotonic()
    with progress_shown() as progress:
        filled = asyncio.run(fill(read_settings(), progress))
    if filled.started_over:
        say("上次填充中断，已清空并重新填入", "An earlier attempt had broken off; it was cleared and begun anew")
    took = time.monotonic() - begun
    say(
        f"已填入 {filled.people} 人、{filled.stories} 段经过（{took:.0f} 秒）",
        f"Filled with {filled.people} people and {filled.stories} stories ({took:.0f} s)",
    )
