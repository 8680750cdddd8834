"""Passphrases come from a file, the environment or the person at the terminal; never from the command line, where
every process of the machine reads them."""

import os
import sys
from pathlib import Path

import click

from tianping.kit.problems import InvalidInput, Text

SHORTEST = 8


class PassphraseMissing(InvalidInput):
    code = "passphrase-missing"
    title = Text("缺少口令", "A passphrase is missing")
    detail = Text(
        "请在终端输入，或用 {option} 指定文件，或设置环境变量 {variable}",
        "Type it at a terminal, or name a file with {option}, or set {variable}",
    )


class PassphraseTooShort(InvalidInput):
    code = "passphrase-too-short"
    title = Text(f"新口令至少 {SHORTEST} 个字符", f"A new passphrase has at least {SHORTEST} characters")


def passphrase(file: Path | None, variable: str, *, zh: str, en: str, option: str, new: bool = False) -> str:
    """The first line of `file`, else the environment's `variable`, else what is typed (twice where `new`).

    Raises: PassphraseMissing, PassphraseTooShort: only for new ones.
    """
    if file is not None:
        try:
            found = file.read_text().split("\n", 1)[0].rstrip("\r")
        except OSError as error:
            raise click.ClickException(f"{file}: {error.strerror}") from error
    elif variable in os.environ:
        found = os.environ[variable]
    elif sys.stdin.isatty():
        found = click.prompt(f"{zh} · {en}", hide_input=True, confirmation_prompt=new, err=True)
    else:
        raise PassphraseMissing(option=option, variable=variable)
    if new and len(found) < SHORTEST:
        raise PassphraseTooShort
    return found
