"""The first state of a ledger: one that contradicts itself is refused."""

from typing import Any

import msgspec
import pytest
from tests.engines.ledger.cast import cast

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.model import (
    Level,
    SignerRole,
    Standing,
)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "court.test/other"}, {"origin": "court.test/works\n"}, {"members": []}, {"chain": "Works"},
        {"members": lambda g: [*g.members, g.members[0]]}, {"applications": lambda g: g.applications * 2},
        {"members": lambda g: [msgspec.structs.replace(g.members[0], power=0)]},
        {"members": lambda g: [msgspec.structs.replace(g.members[0], level=Level.SECOND)]},
        {"members": lambda g: [msgspec.structs.replace(g.members[0], standing=Standing.REMOVED)]},
        {"officers": lambda g: [msgspec.structs.replace(g.officers[0], owner="court-x")]},
        {"officers": lambda g: [msgspec.structs.replace(g.officers[0], role=SignerRole.NODE)]},
        {"officers": lambda g: [msgspec.structs.replace(g.officers[0], fingerprint=g.members[0].fingerprint)]},
        {"applications": lambda g: [msgspec.structs.replace(g.applications[0], standing=Standing.REVOKED)]},
        {"categories": ["contract"]}, {"version": 2},
    ],
)  # fmt: skip
def test_a_genesis_that_contradicts_itself(changed: dict[str, Any]) -> None:
    genesis = cast().genesis
    machine.begin(genesis)
    made = {name: value(genesis) if callable(value) else value for name, value in changed.items()}
    with pytest.raises(codec.Malformed):
        machine.begin(msgspec.structs.replace(genesis, **made))
