"""Contracts that come with the ledger, written as YAML for people and read into what is published on a chain.

A condition is `sum compared with sum`, an effect `register: sum`; a sum is products joined by `+`, a product names and whole
numbers joined by `*`. What is published is the read form (`docs/ledger-contracts.md`), so the spelling here binds nobody.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec
import yaml

from tianping.engines.ledger import codec
from tianping.engines.ledger.transactions.contracts import Comparison, Definition, sound

_SIGNS = {
    ">=": Comparison.AT_LEAST, "<=": Comparison.AT_MOST, "==": Comparison.EQUAL, "!=": Comparison.DIFFERENT,
    ">": Comparison.MORE, "<": Comparison.LESS,
}  # fmt: skip


def names() -> list[str]:
    """Ids of the definitions that come with the ledger."""
    return sorted(one.name.removesuffix(".yaml") for one in files(__name__).iterdir() if one.name.endswith(".yaml"))


def shipped(name: str) -> Definition:
    return read(files(__name__).joinpath(f"{name}.yaml").read_text("utf-8"))


def read(text: str) -> Definition:
    """A definition from YAML. Raises Malformed where it is not one that a chain takes."""
    try:
        given = yaml.safe_load(text)
        plain = [
            given["id"], given["version"], given["zh"], given["en"],
            [_title(*one) for one in given["roles"].items()],
            _fields(given.get("terms")), _fields(given.get("registers")),
            [_condition(one) for one in given.get("opening", [])],
            [_title(*one) for one in given["states"].items()],
            [[*_title(name, one), _fields(one.get("inputs"))] for name, one in given["events"].items()],
            [_step(one) for one in given["steps"]],
        ]  # fmt: skip
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise codec.Malformed from wrong
    definition = codec.shape(msgspec.to_builtins(plain), Definition)
    if not sound(definition):
        raise codec.Malformed
    return definition


def _title(name: str, text: Mapping[str, str]) -> list[str]:
    return [name, text["zh"], text["en"]]


def _fields(given: Mapping[str, Mapping[str, str]] | None) -> list[list[str]]:
    return [[name, one["kind"], one["zh"], one["en"]] for name, one in (given or {}).items()]


def _step(one: Mapping[str, Any]) -> list[Any]:
    return [
        one["event"], one["by"], one["from"],
        [_condition(text) for text in one.get("when", [])],
        [[register, _sum(text)] for register, text in one.get("then", {}).items()], one["to"],
    ]  # fmt: skip


def _condition(text: str) -> list[Any]:
    found = re.fullmatch(r"([^<>=!]+)(>=|<=|==|!=|>|<)([^<>=!]+)", text)
    if not found:
        raise ValueError(text)
    return [_sum(found[1]), _SIGNS[found[2]], _sum(found[3])]


def _sum(text: str | int) -> list[list[str | int]]:
    return [[_factor(factor.strip()) for factor in product.split("*")] for product in str(text).split("+")]


def _factor(text: str) -> str | int:
    return int(text) if re.fullmatch(r"[0-9]+", text) else text
