"""The press: prints papers as PDF/A-2b with Typst, many at a time, without leaving the machine."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import msgspec
import pylopdf_fonts_zh_cn
import typst

from tianping.contexts.documents.rendering import view
from tianping.contexts.documents.rendering.model import Paper
from tianping.kit.glyphs import Glyphs
from tianping.kit.money import Money

TEMPLATES = Path(__file__).parent / "templates"
STANDARD = "a-2b"

P = TypeVar("P", bound=Paper)
R = TypeVar("R")
Args = ParamSpec("Args")


class Press:
    """Prints papers; safe to use from many threads. One compiler a thread, since a compiler serves one at a time.

    Typst works outside the interpreter lock, so threads print in parallel and an event loop stays free. `fonts` are
    further OpenType files that may draw what the built-in ones cannot (rare characters of names).
    """

    def __init__(self, *, workers: int = 2, fonts: Iterable[Path] = ()) -> None:
        built_in = [pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()]
        files = [*built_in, *fonts]
        self._glyphs = Glyphs(files)
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=sorted({str(path.parent) for path in files}),
        )
        self._of_thread = threading.local()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="press")

    async def print(self, paper: Paper) -> bytes:
        """The paper as PDF/A-2b, printed by one of the press's threads. Raises as `print_now` does."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.print_now, paper)

    async def run(self, work: Callable[Args, R], *args: Args.args, **kwargs: Args.kwargs) -> R:
        """Do other slow work on pages in one of the press's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    def print_now(self, paper: Paper) -> bytes:
        """The paper as PDF/A-2b. The same paper gives the same bytes.

        Raises: msgspec.ValidationError for a paper that is not complete; signature.Unreadable for a broken image.
        """
        complete = checked(paper)
        printed = self._compiler().compile(
            input=str(TEMPLATES / f"{complete.kind}.typ"),
            format="pdf",
            pdf_standards=STANDARD,
            sys_inputs={"paper": view.of_paper(complete, self._glyphs)},
            timestamp=int(complete.made_at.timestamp()),
        )
        assert isinstance(printed, bytes), "one file is asked for"
        return printed

    def close(self) -> None:
        """Finish what is being printed and stop the threads."""
        self._threads.shutdown(wait=True)

    def _compiler(self) -> typst.Compiler:
        compiler = getattr(self._of_thread, "compiler", None)
        if compiler is None:
            compiler = typst.Compiler(root=str(TEMPLATES), font_paths=self._fonts, ignore_system_fonts=True)
            self._of_thread.compiler = compiler
        return compiler


def checked(paper: P) -> P:
    """The paper, if it is complete. Raises: msgspec.ValidationError naming what is not, and where."""
    plain = msgspec.to_builtins(paper, builtin_types=(bytes,), enc_hook=str)
    return msgspec.convert(plain, type(paper), builtin_types=(bytes,), dec_hook=_money)


def _money(_: type, text: Any) -> Money:
    return Money.parse(text)
