"""Speaking to the person at the terminal: in the language of the terminal, in both where it names none."""

import os
import sys

import click

from tianping.kit.problems import Problem, Text
from tianping.platform.supervisor.problems import CannotRun


def language() -> str:
    """`zh`, `en` or `both`: from TIANPING_LANGUAGE, else the locale that POSIX programs obey."""
    for name in ("TIANPING_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return next((known for known in ("zh", "en") if value.lower().startswith(known)), "both")
    return "both"


def spoken(text: Text) -> str:
    wanted = language()
    if wanted != "both":
        return text.in_(wanted)
    return text.zh if text.zh == text.en else f"{text.zh} · {text.en}"


def say(zh: str, en: str, *, mark: str = "") -> None:
    click.echo(f"{mark}{spoken(Text(zh, en))}")
    sys.stdout.flush()


def complain(problem: Problem | Exception) -> None:
    """Say what went wrong and what to do, on stderr."""
    if isinstance(problem, Problem):
        lines = [spoken(problem.title)]
        if problem.explanation:
            wanted = language()
            texts = [problem.explanation.zh, problem.explanation.en] if wanted == "both" else []
            lines += texts or [problem.explanation.in_(wanted)]
        if isinstance(problem, CannotRun):
            lines += [f"| {line}" for line in problem.tail.splitlines()]
    else:
        lines = [str(problem)]
    click.echo("\n".join([f"✗ {lines[0]}", *(f"  {line}" for line in lines[1:])]), err=True)
