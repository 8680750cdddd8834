"""Provenance facts: what is said about the time before the deposit, as the one JSON text whose digest goes on the ledger."""

import json

import msgspec

from tianping.contexts.evidence.model.deposits import DepositInput, Source
from tianping.kit.digests import canonical

FORMAT = "tianping-facts/1"


def facts_of(asked: DepositInput, *, opening: str, more: dict[str, object] | None = None) -> bytes:
    """Canonical JSON. `opening`: random, so that nobody finds short facts by guessing; `more`: what the court saw itself.

    Nothing in it names the depositor.
    """
    said = {name: value for name, value in msgspec.to_builtins(asked.source).items() if value is not None}
    facts: dict[str, object] = {"format": FORMAT, "opening": opening, "source": said}
    if asked.claimed_at is not None:
        facts["claimed_at"] = asked.claimed_at.isoformat()
    if more:
        facts["recorded"] = more
    return canonical(facts)


def source_of(facts: bytes | None) -> Source | None:
    """What the depositor said; None once it was forgotten."""
    return None if facts is None else msgspec.convert(json.loads(facts)["source"], Source)
