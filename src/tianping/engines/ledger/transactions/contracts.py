"""Contracts as data: a published definition is a small state machine; its instances move by events, the same everywhere.

Parties are digests, never names; amounts are whole fen, days are court days. No clock moves a contract: whoever may say
that a day has passed says so by an event, and the ledger's own time decides whether it is true. Docs: `ledger-contracts.md`.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tianping.engines.ledger.checkpoints import LIMIT
from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.model import Bytes32, Count, Name, SignerRole, Slug
from tianping.engines.ledger.transactions.base import (
    Desk,
    Kind,
    Refused,
    Transaction,
    depositor,
    is_depositor,
    key_of,
    need_two_officers,
)

TODAY = "today"
DAY_MS = 86_400_000
COURT_OFFSET_MS = 8 * 3_600_000
"""Asia/Shanghai, without summer time since 1991."""

Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,30}\Z")]
Factor = Word | Count
Sum = Annotated[list[Annotated[list[Factor], Meta(min_length=1, max_length=4)]], Meta(min_length=1, max_length=8)]
"""Products of names and numbers, added up. There is no minus: what would be taken away stands on the other side."""


class ValueKind(StrEnum):
    MONEY = "money"
    DAY = "day"
    COUNT = "count"
    DIGEST = "digest"


class Comparison(StrEnum):
    EQUAL = "eq"
    DIFFERENT = "ne"
    LESS = "lt"
    AT_MOST = "le"
    MORE = "gt"
    AT_LEAST = "ge"


class Title(Encoded, frozen=True):
    """Something with a name in both languages: a role, a state."""

    id: Word
    zh: Name
    en: Name


class Field(Encoded, frozen=True):
    """A value: money in fen, a day in days since 1970-01-01 at the court, a count, or a digest of 32 bytes."""

    id: Word
    kind: ValueKind
    zh: Name
    en: Name


class Condition(Encoded, frozen=True):
    left: Sum
    comparison: Comparison
    right: Sum


class Effect(Encoded, frozen=True):
    """`register` becomes `value`; all effects of a step see the values before it."""

    register: Word
    value: Sum


class Act(Encoded, frozen=True):
    """Something that may happen, and what must be said of it."""

    id: Word
    zh: Name
    en: Name
    inputs: Annotated[list[Field], Meta(max_length=10)]


class Step(Encoded, frozen=True):
    """On `event`, caused by one of the roles `by`, in one of the states `before` and if all conditions hold: to `after`."""

    event: Word
    by: Annotated[list[Word], Meta(min_length=1, max_length=10)]
    before: Annotated[list[Word], Meta(min_length=1, max_length=20)]
    conditions: Annotated[list[Condition], Meta(max_length=10)]
    effects: Annotated[list[Effect], Meta(max_length=10)]
    after: Word


class Definition(Encoded, frozen=True):
    """`terms`: agreed at the opening and never changed; `registers`: begin at 0; `opening`: conditions on the terms; the
    first of `states` is where it begins. Of several steps for one event the first that fits is taken.
    """

    id: Slug
    version: Annotated[int, Meta(ge=1, lt=10_000)]
    zh: Name
    en: Name
    roles: Annotated[list[Title], Meta(min_length=1, max_length=10)]
    terms: Annotated[list[Field], Meta(max_length=30)]
    registers: Annotated[list[Field], Meta(max_length=20)]
    opening: Annotated[list[Condition], Meta(max_length=10)]
    states: Annotated[list[Title], Meta(min_length=1, max_length=20)]
    events: Annotated[list[Act], Meta(max_length=30)]
    steps: Annotated[list[Step], Meta(max_length=60)]


class Publish(Encoded, frozen=True):
    definition: Definition


class Party(Encoded, frozen=True):
    """`digest`: salted digest of who it is, opened off the chain; `application`: the platform that speaks for it here."""

    role: Word
    digest: Bytes32
    application: Slug


class Open(Encoded, frozen=True):
    """`parties`: one for each role, in the definition's order; `terms`: their values, in the definition's order."""

    definition: Slug
    version: Count
    parties: Annotated[list[Party], Meta(max_length=10)]
    terms: Annotated[list[Count | bytes], Meta(max_length=30)]


class Event(Encoded, frozen=True):
    """`contract`: id of the transaction that opened it; `inputs`: in the order in which the definition names them."""

    contract: Bytes32
    event: Word
    inputs: Annotated[list[Count | bytes], Meta(max_length=10)]


class Contract(Encoded, frozen=True):
    """An instance as it stands. `events`: how many moved it; `day`: court day of the last one."""

    definition: Slug
    version: Count
    parties: list[Party]
    terms: list[Count | bytes]
    registers: list[Count]
    state: Word
    events: Count
    day: Count


def publish(desk: Desk, tx: Transaction) -> None:
    need_two_officers(desk, tx)
    definition = tx.content(Publish).definition
    latest = desk.state.read(key_of("definitions", definition.id), int) or 0
    if definition.version != latest + 1:
        raise Refused("wrong-standing")
    if not sound(definition):
        raise Refused("malformed")
    desk.state.write(key_of("definitions", definition.id), definition.version)
    desk.state.write(_definition_key(definition.id, definition.version), definition)


def open_contract(desk: Desk, tx: Transaction) -> None:
    content = tx.content(Open)
    definition = _definition(desk, content.definition, content.version)
    if [party.role for party in content.parties] != [role.id for role in definition.roles]:
        raise Refused("malformed")
    speaking = {party.application for party in content.parties}
    signed = {key.owner for key in tx.signers if key.role == SignerRole.APPLICATION}
    # Nobody is bound by an opening that its platform has not signed.
    if signed != speaking or len(tx.signers) != len(signed) or tx.body.author not in signed:
        raise Refused("not-enough-signatures")
    if not all(is_depositor(desk, application) for application in speaking):
        raise Refused("wrong-standing")
    _must_fit(definition.terms, content.terms)
    values = _numbers(definition.terms, content.terms)
    values[TODAY] = today = court_day_number(desk.clock)
    if not all(holds(one, values) for one in definition.opening):
        raise Refused("wrong-event")
    kept = Contract(
        definition.id, definition.version, content.parties, content.terms, [0] * len(definition.registers),
        definition.states[0].id, 0, today,
    )  # fmt: skip
    desk.state.write(key_of("contract", tx.id), kept)


def happen(desk: Desk, tx: Transaction) -> None:
    application = depositor(desk, tx)
    content = tx.content(Event)
    contract = desk.state.read(key_of("contract", content.contract), Contract)
    if contract is None:
        raise Refused("unknown-contract")
    definition = _definition(desk, contract.definition, contract.version)
    roles = {party.role for party in contract.parties if party.application == application.id}
    moved = move(definition, contract, content.event, content.inputs, roles, court_day_number(desk.clock))
    desk.state.write(key_of("contract", content.contract), moved)


def move(
    definition: Definition, contract: Contract, event: str, inputs: list[int | bytes], roles: set[str], today: int
) -> Contract:
    """The contract after an event that these roles cause. Raises Refused: not-permitted, malformed, wrong-event."""
    act = next((one for one in definition.events if one.id == event), None)
    if act is None:
        raise Refused("wrong-event")
    allowed = [step for step in definition.steps if step.event == event and roles & set(step.by)]
    if not allowed:
        raise Refused("not-permitted")
    _must_fit(act.inputs, inputs)
    values = {
        **_numbers(definition.terms, contract.terms),
        **_numbers(definition.registers, contract.registers),
        **_numbers(act.inputs, inputs),
        TODAY: today,
    }
    for step in allowed:
        if contract.state not in step.before or not all(holds(one, values) for one in step.conditions):
            continue
        changed = {effect.register: total(effect.value, values) for effect in step.effects}
        if any(value >= LIMIT for value in changed.values()):
            raise Refused("wrong-event")
        registers = [
            changed.get(one.id, now) for one, now in zip(definition.registers, contract.registers, strict=True)
        ]
        return msgspec.structs.replace(
            contract, registers=registers, state=step.after, events=contract.events + 1, day=today
        )
    raise Refused("wrong-event")


def court_day_number(clock: int) -> int:
    """Days since 1970-01-01 at the court, of the ledger's clock in milliseconds; 0 before the first checkpoint."""
    return (clock + COURT_OFFSET_MS) // DAY_MS if clock else 0


def holds(condition: Condition, values: dict[str, int]) -> bool:
    left, right = total(condition.left, values), total(condition.right, values)
    return {
        Comparison.EQUAL: left == right, Comparison.DIFFERENT: left != right, Comparison.LESS: left < right,
        Comparison.AT_MOST: left <= right, Comparison.MORE: left > right, Comparison.AT_LEAST: left >= right,
    }[condition.comparison]  # fmt: skip


def total(expression: Sum, values: dict[str, int]) -> int:
    result = 0
    for factors in expression:
        product = 1
        for factor in factors:
            product *= values[factor] if isinstance(factor, str) else factor
        result += product
    return result


def sound(definition: Definition) -> bool:
    """Whether every name that a definition uses is one that it has, once."""
    roles, states = {one.id for one in definition.roles}, {one.id for one in definition.states}
    acts = {one.id: one for one in definition.events}
    lasting = [*definition.terms, *definition.registers]
    registers = {one.id for one in definition.registers}
    return (
        (len(roles), len(states), len(acts)) == (len(definition.roles), len(definition.states), len(definition.events))
        and _once(lasting)
        and all(_once([*lasting, *act.inputs]) for act in acts.values())
        and all(one.kind != ValueKind.DIGEST for one in definition.registers)
        and _knows(definition.terms, definition.opening, [])
        and all(
            step.event in acts
            and set(step.by) <= roles
            and {*step.before, step.after} <= states
            and {effect.register for effect in step.effects} <= registers
            and len({effect.register for effect in step.effects}) == len(step.effects)
            and _knows([*lasting, *acts[step.event].inputs], step.conditions, step.effects)
            for step in definition.steps
        )
    )


def _once(fields: list[Field]) -> bool:
    names = {one.id for one in fields}
    return len(names) == len(fields) and TODAY not in names


def _knows(fields: list[Field], conditions: list[Condition], effects: list[Effect]) -> bool:
    names = {one.id for one in fields if one.kind != ValueKind.DIGEST} | {TODAY}
    sums = [side for one in conditions for side in (one.left, one.right)] + [one.value for one in effects]
    used = {factor for one in sums for product in one for factor in product if isinstance(factor, str)}
    return used <= names


def _must_fit(fields: list[Field], values: list[int | bytes]) -> None:
    for field, value in zip(fields, values, strict=False):
        fits = (
            isinstance(value, bytes) and len(value) == 32 if field.kind == ValueKind.DIGEST else isinstance(value, int)
        )
        if not fits:
            raise Refused("malformed")
    if len(fields) != len(values):
        raise Refused("malformed")


def _numbers(fields: list[Field], values: list[int] | list[int | bytes]) -> dict[str, int]:
    return {field.id: value for field, value in zip(fields, values, strict=True) if isinstance(value, int)}


def _definition(desk: Desk, name: str, version: int) -> Definition:
    definition = desk.state.read(_definition_key(name, version), Definition)
    if definition is None:
        raise Refused("unknown-contract")
    return definition


def _definition_key(name: str, version: int) -> str:
    return f"definition/{name}/{version}"


KINDS = (Kind("contract.publish", publish), Kind("contract.open", open_contract), Kind("contract.event", happen))
