"""Contracts as data: the two that come with the ledger walked through, and what is refused at every door."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.access import admitted
from tests.engines.ledger.world import DIGEST, World

from tianping.engines.ledger import codec, definitions
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.transactions.base import Refused
from tianping.engines.ledger.transactions.contracts import (
    DAY_MS,
    Contract,
    Definition,
    Event,
    Open,
    Party,
    Publish,
    court_day_number,
    move,
    sound,
)
from tianping.interfaces.signing import Signer

MEDIATION = definitions.shipped("mediation-agreement")
LICENCE = definitions.shipped("licence-of-a-work")
START = 1_800_000_000_000
TODAY = court_day_number(START)


class Deal(World):
    """Two platforms: the shop speaks for creditor, author and court, the newcomer for debtor and licensee."""

    def __init__(self, definition: Definition, terms: list[Any], speakers: list[str]) -> None:
        super().__init__()
        admitted(self)
        self.definition = definition
        assert self.act("contract.publish", Publish(definition), *self.officers[:2], author="court-a") == "ok"
        self.parties = [
            Party(role.id, bytes([number]) * 32, speaker)
            for number, (role, speaker) in enumerate(zip(definition.roles, speakers, strict=True))
        ]
        self.opening = Open(definition.id, 1, self.parties, terms)
        receipt = self.take(self.made("contract.open", self.opening, *self.both, author="shop"))
        assert receipt.code == "ok"
        self.id = receipt.tx_id

    @property
    def both(self) -> list[Signer]:
        return [self.cast.platform, self.cast.newcomer]

    def event(self, event: str, *inputs: Any, by: str = "shop") -> str:
        signer = self.cast.platform if by == "shop" else self.cast.newcomer
        return self.act("contract.event", Event(self.id, event, list(inputs)), signer, author=by)

    def pass_days(self, days: int) -> None:
        self.clock += days * DAY_MS

    @property
    def now(self) -> Contract:
        return self.read("contract", self.id, Contract)

    def register(self, name: str) -> int:
        return self.now.registers[[one.id for one in self.definition.registers].index(name)]


def agreement(amount: int = 100_00, days: int = 10, grace: int = 3) -> Deal:
    return Deal(MEDIATION, [amount, TODAY + days, grace, DIGEST], ["shop", "newcomer", "shop"])


def licence(fee: int = 5_00, uses: int = 10, days: int = 30, pay_days: int = 7) -> Deal:
    return Deal(LICENCE, [fee, uses, TODAY, TODAY + days, pay_days, DIGEST, DIGEST], ["shop", "newcomer"])


def test_an_agreement_is_performed_in_parts() -> None:
    deal = agreement()
    assert (deal.now.state, deal.now.day) == ("due", TODAY)
    assert deal.event("pay", 40_00, DIGEST) == "ok"
    assert (deal.now.state, deal.register("paid"), deal.register("payments")) == ("part", 40_00, 1)
    assert deal.event("pay", 60_00, DIGEST) == "ok"
    assert (deal.now.state, deal.now.events, deal.register("paid")) == ("performed", 2, 100_00)
    assert deal.event("pay", 1, DIGEST) == "wrong-event"


def test_an_agreement_is_broken_and_enforcement_offered() -> None:
    deal = agreement()
    assert deal.event("pay", 40_00, DIGEST) == "ok"
    deal.pass_days(13)
    assert deal.event("overdue") == "wrong-event"
    deal.pass_days(1)
    assert deal.event("apply") == "wrong-event"
    assert deal.event("overdue") == "ok"
    assert deal.event("overdue") == "wrong-event"
    assert deal.event("offer", TODAY) == "wrong-event"
    assert deal.event("offer", TODAY + 30) == "ok"
    assert (deal.now.state, deal.register("apply_until")) == ("offered", TODAY + 30)
    assert deal.event("pay", 10_00, DIGEST) == "ok"
    assert (deal.now.state, deal.register("paid")) == ("offered", 50_00)
    deal.pass_days(17)
    assert deal.event("apply") == "wrong-event"
    deal.pass_days(-1)
    assert deal.event("apply") == "ok"
    assert deal.now.state == "enforcement"


@pytest.mark.parametrize("before", ["due", "part", "broken", "offered"])
@pytest.mark.parametrize(("event", "after"), [("release", "released"), ("pay", "performed")])
def test_late_payment_and_release_end_it_from_everywhere(before: str, event: str, after: str) -> None:
    deal = agreement()
    if before != "due":
        assert deal.event("pay", 1, DIGEST) == "ok"
    if before in ("broken", "offered"):
        deal.pass_days(20)
        assert deal.event("overdue") == "ok"
    if before == "offered":
        assert deal.event("offer", TODAY + 40) == "ok"
    assert deal.now.state == before
    assert deal.event(event, *([100_00, DIGEST] if event == "pay" else [])) == "ok"
    assert deal.now.state == after


def test_a_debtor_does_not_confirm_his_own_payment() -> None:
    deal = agreement()
    assert deal.event("pay", 100_00, DIGEST, by="newcomer") == "not-permitted"
    assert deal.event("release", by="newcomer") == "not-permitted"
    assert deal.now.events == 0


@pytest.mark.parametrize(
    ("event", "inputs", "code"),
    [
        ("pay", [], "malformed"), ("pay", [5], "malformed"), ("pay", [5, DIGEST, 1], "malformed"), ("pay", [DIGEST, 5], "malformed"),
        ("pay", [5, b"x" * 31], "malformed"), ("pay", [0, DIGEST], "wrong-event"), ("dance", [], "wrong-event"),
        ("pay", [(1 << 53) - 1, DIGEST], "ok"), ("pay", [1 << 53, DIGEST], "malformed"), ("overdue", [1], "malformed"),
    ],
)  # fmt: skip
def test_events_are_refused(event: str, inputs: list[Any], code: str) -> None:
    assert agreement().event(event, *inputs) == code


def test_sums_that_no_number_holds() -> None:
    deal = agreement(amount=(1 << 53) - 1)
    assert deal.event("pay", (1 << 53) - 2, DIGEST) == "ok"
    assert deal.event("pay", 2, DIGEST) == "wrong-event"
    assert deal.event("pay", 1, DIGEST) == "ok"
    assert deal.now.state == "performed"


def test_a_licence_is_used_reported_and_paid() -> None:
    deal = licence()
    assert deal.event("report", 0, DIGEST, by="newcomer") == "wrong-event"
    assert deal.event("use", 3, by="newcomer") == "ok"
    assert deal.event("use", 8, by="newcomer") == "wrong-event"
    assert deal.event("use", 1, by="newcomer") == "ok"
    assert deal.event("report", 3, DIGEST, by="newcomer") == "wrong-event"
    assert deal.event("report", 4, DIGEST, by="newcomer") == "ok"
    assert (deal.now.state, deal.register("owed"), deal.register("pay_by")) == ("reported", 20_00, TODAY + 7)
    assert deal.event("use", 1, by="newcomer") == "wrong-event"
    assert deal.event("pay", 5_00) == "ok"
    assert deal.event("pay", 15_00, by="newcomer") == "not-permitted"
    assert deal.event("pay", 15_00) == "ok"
    assert deal.now.state == "paid_up"
    assert deal.event("use", 6, by="newcomer") == "ok"
    deal.pass_days(31)
    assert deal.event("expire", by="newcomer") == "ok"
    assert deal.event("use", 1, by="newcomer") == "wrong-event"
    assert deal.event("report", 6, DIGEST, by="newcomer") == "ok"
    assert deal.event("pay", 30_00) == "ok"
    assert (deal.now.state, deal.register("owed"), deal.register("paid")) == ("expired", 50_00, 50_00)


def test_a_licence_ends_for_want_of_payment() -> None:
    deal = licence()
    assert [deal.event("use", 1, by="newcomer"), deal.event("report", 1, DIGEST, by="newcomer")] == ["ok", "ok"]
    deal.pass_days(7)
    assert deal.event("terminate") == "wrong-event"
    deal.pass_days(1)
    assert deal.event("terminate", by="newcomer") == "not-permitted"
    assert deal.event("terminate") == "ok"
    assert deal.event("pay", 5_00) == "ok"
    assert deal.now.state == "terminated"


def test_a_licence_without_a_fee_and_one_given_up() -> None:
    deal = licence(fee=0)
    assert [deal.event("use", 2, by="newcomer"), deal.event("report", 2, DIGEST, by="newcomer")] == ["ok", "ok"]
    assert deal.now.state == "paid_up"
    assert deal.event("renounce", by="newcomer") == "ok"
    assert deal.event("use", 1, by="newcomer") == "wrong-event"


# Publishing and opening


def changed(definition: Definition, **more: Any) -> Definition:
    return msgspec.structs.replace(definition, **more)


def test_definitions_are_published_by_two_officers_in_their_order() -> None:
    world = World()
    a, b = world.officers[:2]
    assert world.act("contract.publish", Publish(MEDIATION), a, author="court-a") == "not-enough-signatures"
    assert (
        world.act("contract.publish", Publish(changed(MEDIATION, version=2)), a, b, author="court-a")
        == "wrong-standing"
    )
    assert world.act("contract.publish", Publish(MEDIATION), a, b, author="court-a") == "ok"
    assert world.act("contract.publish", Publish(MEDIATION), a, b, author="court-a") == "wrong-standing"
    assert world.act("contract.publish", Publish(changed(MEDIATION, version=2)), a, b, author="court-a") == "ok"
    assert world.read("definition", "mediation-agreement/1", Definition) == MEDIATION


@pytest.mark.parametrize(
    "more",
    [
        {"states": MEDIATION.states[1:]}, {"roles": MEDIATION.roles[1:]}, {"registers": MEDIATION.registers[1:]},
        {"terms": MEDIATION.terms[1:]}, {"events": MEDIATION.events[1:]}, {"states": [*MEDIATION.states, MEDIATION.states[0]]},
        {"terms": [*MEDIATION.terms, MEDIATION.registers[0]]}, {"roles": [*MEDIATION.roles, MEDIATION.roles[0]]},
        {"terms": [msgspec.structs.replace(one, kind="digest") for one in MEDIATION.terms]},
        {"registers": [msgspec.structs.replace(one, kind="digest") for one in MEDIATION.registers]},
        {"registers": [*MEDIATION.registers, msgspec.structs.replace(MEDIATION.registers[0], id="today")]},
        {"registers": [*MEDIATION.registers, msgspec.structs.replace(MEDIATION.registers[0], id="sum")]},
    ],
)  # fmt: skip
def test_definitions_that_contradict_themselves(more: dict[str, Any]) -> None:
    assert sound(MEDIATION)
    world = World()
    definition = changed(MEDIATION, **more)
    assert world.act("contract.publish", Publish(definition), *world.officers[:2], author="court-a") == "malformed"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("one platform", "not-enough-signatures"), ("an officer too", "not-enough-signatures"), ("role missing", "malformed"),
        ("roles exchanged", "malformed"), ("term missing", "malformed"), ("term of another kind", "malformed"),
        ("due yesterday", "wrong-event"), ("nothing due", "wrong-event"), ("unknown", "unknown-contract"),
        ("unknown version", "unknown-contract"), ("by another", "not-enough-signatures"),
    ],
)  # fmt: skip
def test_openings_are_refused(case: str, code: str) -> None:
    deal = agreement()
    opening, both = deal.opening, deal.both
    terms = opening.terms

    def given(content: Open, *signers: Signer, author: str = "shop") -> str:
        return deal.act("contract.open", content, *(signers or both), author=author)

    def with_(**more: Any) -> Open:
        return msgspec.structs.replace(opening, **more)

    cases = {
        "one platform": lambda: given(opening, both[0]),
        "an officer too": lambda: given(opening, *both, deal.officers[0]),
        "role missing": lambda: given(with_(parties=opening.parties[:2])),
        "roles exchanged": lambda: given(with_(parties=opening.parties[::-1])),
        "term missing": lambda: given(with_(terms=terms[:-1])),
        "term of another kind": lambda: given(with_(terms=[DIGEST, *terms[1:]])),
        "due yesterday": lambda: given(with_(terms=[terms[0], TODAY - 1, *terms[2:]])),
        "nothing due": lambda: given(with_(terms=[0, *terms[1:]])),
        "unknown": lambda: given(with_(definition="marriage")),
        "unknown version": lambda: given(with_(version=2)),
        "by another": lambda: given(opening, author="court-a"),
    }
    assert cases[case]() == code


def test_events_of_no_contract() -> None:
    deal = agreement()
    deal.id = DIGEST
    assert deal.event("release") == "unknown-contract"


STEPS = st.lists(
    st.tuples(
        st.sampled_from([act.id for act in LICENCE.events]), st.integers(0, 12), st.sampled_from(["author", "licensee"]),
        st.integers(0, 9),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_whatever_happens_a_licence_keeps_its_bounds(steps: list[tuple[str, int, str, int]]) -> None:
    """Never more uses than allowed, never more reported than used, owed is the fee for what was reported."""
    fee, allowed, today = 7, 10, TODAY
    contract = Contract(
        LICENCE.id,
        1,
        [],
        [fee, allowed, TODAY, TODAY + 30, 5, DIGEST, DIGEST],
        [0] * len(LICENCE.registers),
        "granted",
        0,
        0,
    )
    acts = {act.id: act for act in LICENCE.events}
    for event, number, role, days in steps:
        today += days
        inputs: list[int | bytes] = [DIGEST if one.kind == "digest" else number for one in acts[event].inputs]
        before = contract
        try:
            contract = move(LICENCE, contract, event, inputs, {role}, today)
        except Refused:
            assert contract == before
            continue
        uses, reported, owed, paid, _ = contract.registers
        assert reported <= uses <= allowed
        assert owed == reported * fee
        assert paid >= before.registers[3]
        if before.state in ("expired", "terminated"):
            assert contract.state == before.state
        if event == "use":
            assert TODAY <= today <= TODAY + 30


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("amount > 0", "amount"), ("amount > 0", "amount > 0 > 1"), ("amount > 0", "amount > none"), ("amount > 0", "amount > -1"),
        ("version: 1", "version: 0"), ("from: [offered]", "from: [nowhere]"), ("kind: money", "kind: gold"), ("steps:", "stages:"),
        ("zh: 调解协议履行", "xx: 1"), ("{paid: paid + sum,", "{paid: paid + agreement,"), ("roles:", "roles: {"),
    ],
)  # fmt: skip
def test_definitions_written_wrongly(old: str, new: str) -> None:
    from importlib.resources import files

    text = files("tianping.engines.ledger.definitions").joinpath("mediation-agreement.yaml").read_text("utf-8")
    assert definitions.read(text) == MEDIATION
    assert old in text
    with pytest.raises(Malformed):
        definitions.read(text.replace(old, new))


def test_what_comes_with_the_ledger_fits_into_one_transaction() -> None:
    assert definitions.names() == ["licence-of-a-work", "mediation-agreement"]
    for name in definitions.names():
        encoded = codec.encode(definitions.shipped(name))
        assert codec.decode(encoded, Definition) == definitions.shipped(name)
        assert len(encoded) < 8000
