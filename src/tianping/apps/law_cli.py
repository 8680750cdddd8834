"""`tianping law …`: one JSON question a line on standard input, one JSON answer a line on standard output.

A line that cannot be answered gives `{"error": {"code", "field", "message": {"zh", "en"}}}`; the other lines are still
answered, and the exit status is 1 at the end.
"""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from tianping.kit.clock import SystemClock, court_day
from tianping.kit.problems import Text
from tianping.law import questions
from tianping.law.jurisdiction import CourtSeat
from tianping.law.lawbook import Lawbook, LawbookInvalid, load
from tianping.law.questions import QuestionProblem

Answer = Callable[[object], dict[str, Any]]
_BOM = b"\xef\xbb\xbf"


@click.group("law", help="法律计算：每行一个 JSON 问题，每行一个 JSON 答案。 Ask the lawbook: one JSON object a line.")
@click.option(
    "--lawbook",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="法律手册目录，默认随程序。 Folder of the lawbook; the one shipped by default.",
)
@click.pass_context
def law(context: click.Context, lawbook: Path | None) -> None:
    try:
        context.obj = load(lawbook)
    except LawbookInvalid as invalid:
        raise click.ClickException(f"法律手册有误 The lawbook is invalid: {invalid}") from invalid


@law.command("fee")
@click.pass_obj
def fee(book: Lawbook) -> None:
    """诉讼费用。 Litigation costs: act, amount, procedure, filed_on …"""
    _answer_lines(lambda obj: questions.answer_fee(obj, book, today=_today()))


@law.command("deadline")
@click.pass_obj
def deadline(book: Lawbook) -> None:
    """期限。 Time limits: topic or length, event_on …"""
    _answer_lines(lambda obj: questions.answer_deadline(obj, book, book.calendar))


@law.command("jurisdiction")
@click.option("--court", default="beijing", show_default=True, help="互联网法院。 Which Internet court asks.")
@click.pass_obj
def jurisdiction(book: Lawbook, court: str) -> None:
    """互联网法院管辖。 Jurisdiction of an Internet court: cause, filed_on, links."""
    seats = {c.id: CourtSeat.of(c) for c in book.internet_courts}
    if court not in seats:
        raise click.BadParameter(", ".join(seats), param_hint="--court")
    _answer_lines(lambda obj: questions.answer_jurisdiction(obj, book, seats[court], today=_today()))


@law.command("causes")
@click.pass_obj
def causes(book: Lawbook) -> None:
    """案由。 Causes of action: filed_on, query."""
    _answer_lines(lambda obj: questions.answer_causes(obj, book, today=_today()))


@law.command("elements")
@click.pass_obj
def elements(book: Lawbook) -> None:
    """要素和请求金额。 Elements of a case type and the sums claimed: type or cause, answers."""
    _answer_lines(lambda obj: questions.answer_elements(obj, book, today=_today()))


def _today() -> date:
    return court_day(SystemClock().now())


def _answer_lines(answer: Answer) -> None:
    """Answer every line; end with status 1 if any could not be answered."""
    failed = False
    source: BinaryIO = sys.stdin.buffer
    sink: BinaryIO = sys.stdout.buffer
    for number, line in enumerate(source):
        text = (line.removeprefix(_BOM) if number == 0 else line).strip()
        if not text:
            continue
        reply = _reply(text, answer)
        failed = failed or "error" in reply
        sink.write(msgspec.json.encode(reply) + b"\n")
        sink.flush()
    if failed:
        sys.exit(1)


def _reply(text: bytes, answer: Answer) -> dict[str, Any]:
    try:
        return answer(msgspec.json.decode(text))
    except QuestionProblem as wrong:
        problem = wrong.problem
        return _error(problem.code, problem.field, problem.message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _error("not-json", "", Text("这一行不是有效的 JSON", "This line is not valid JSON"))


def _error(code: str, field: str, message: Text) -> dict[str, Any]:
    return {"error": {"code": code, "field": field, "message": msgspec.to_builtins(message)}}
