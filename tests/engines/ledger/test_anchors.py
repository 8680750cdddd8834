"""Anchors: another chain's checkpoint, its growth, its quorum and the changes of its members."""

import hashlib
from typing import Any

import msgspec
import pytest
from tests.engines.ledger.cast import HeldKey, cast, member_of, verify
from tests.engines.ledger.world import World, item

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checkpoints import Checkpoint, cosign, gather
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.merkle import LeafList, consistency_path, inclusion_path
from tianping.engines.ledger.model import Envelope, Standing
from tianping.engines.ledger.transactions.anchors import Anchor, Anchored, TreeHash
from tianping.engines.ledger.transactions.following import ProvenChange
from tianping.engines.ledger.transactions.membership import ChangeMember
from tianping.interfaces.signing import Signer

WORKS = cast(nodes=4, chain="works")


class Foreign(World):
    """The business chain that is anchored: keeps its leaves, and signs notes of any of its blocks."""

    def __init__(self) -> None:
        super().__init__(WORKS)
        self.leaves: list[bytes] = []

    def grow(self, *envelopes: bytes) -> int:
        outcome = self.block(envelopes)
        for entry in outcome.entries:
            envelope, body = machine.read_envelope(entry.envelope)
            self.leaves += machine.leaves_of("works", body.kind, entry.tx_id, envelope.items)
        return len(self.leaves)

    def note(self, *names: str, keys: dict[str, Signer] | None = None, height: int | None = None) -> str:
        at = Checkpoint("court.test/works", len(self.leaves), LeafList(self.leaves).root(), height or self.height)
        members = machine.signers_at(self.view, at.height)
        signing = {**self.cast.nodes, **(keys or {})}
        chosen = [one for one in members if one.id in (names or signing)]
        own = [cosign(at, one, 1000 + n, signing[one.id].sign) for n, one in enumerate(chosen)]
        return gather(at, own, members, verify).note()

    def growth(self, since: int) -> list[bytes]:
        return consistency_path(LeafList(self.leaves), since, len(self.leaves)) if since else []


def anchored(main: World) -> Anchored:
    return main.read("anchor", "court.test/works", Anchored)


def anchor(main: World, note: str, consistency: list[bytes], genesis: Any = None, **more: Any) -> str:
    encoded = codec.encode(genesis) if genesis is not None else None
    content = Anchor(note, consistency, TreeHash.SM3, encoded, [])
    return main.act("anchor", msgspec.structs.replace(content, **more), main.nodes[0], author="court-a")


@pytest.fixture
def main() -> World:
    return World(cast(chain="main"))


@pytest.fixture
def works() -> Foreign:
    foreign = Foreign()
    foreign.grow(foreign.deposit(items=[item(f"i{n}") for n in range(5)]))
    return foreign


def test_a_business_chain_is_anchored_again_and_again(main: World, works: Foreign) -> None:
    assert anchor(main, works.note(), [], WORKS.genesis) == "ok"
    first = anchored(main)
    assert (first.size, first.root, first.time, first.checked) == (5, LeafList(works.leaves).root(), 1001, True)
    for _ in range(3):
        before = anchored(main).size
        works.grow(works.deposit(), works.deposit())
        assert anchor(main, works.note("court-a", "court-c", "court-d"), works.growth(before)) == "ok"
        assert anchored(main).size == before + 2
    works.block([])
    assert anchor(main, works.note(), []) == "ok"
    assert anchored(main).index == main.last.entries[0].first


def test_the_first_may_be_of_an_empty_log(main: World) -> None:
    works = Foreign()
    works.block([])
    assert anchor(main, works.note(), [], WORKS.genesis) == "ok"
    works.grow(works.deposit())
    assert anchor(main, works.note(), []) == "ok"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("two of four", "not-enough-signatures"), ("note cut", "malformed"), ("no path", "not-consistent"),
        ("forked", "not-consistent"), ("shrunk", "not-consistent"), ("wrong path", "not-consistent"),
        ("other hash", "not-consistent"), ("genesis again", "not-permitted"), ("not a note", "malformed"),
        ("itself", "not-permitted"), ("officer", "not-permitted"), ("platform", "not-permitted"),
        ("other members", "not-enough-signatures"), ("a wrong line more", "not-enough-signatures"), ("growth of nothing", "malformed"),
    ],
)  # fmt: skip
def test_anchors_are_refused(main: World, works: Foreign, case: str, code: str) -> None:
    small = works.note()
    works.grow(works.deposit())
    assert anchor(main, works.note(), [], WORKS.genesis) == "ok"
    works.grow(works.deposit())
    good, path = works.note(), works.growth(6)
    forked = Foreign()
    forked.leaves = [b"another", *works.leaves[1:]]
    forked.height = works.height
    strangers = {name: HeldKey(name) for name in WORKS.nodes}
    content = Anchor(good, path, TreeHash.SM3, None, [])
    given = {
        "two of four": lambda: anchor(main, works.note("court-a", "court-b"), path),
        "note cut": lambda: anchor(main, good[:-5], path),
        "no path": lambda: anchor(main, good, []),
        "forked": lambda: anchor(main, forked.note(), forked.growth(6)),
        "shrunk": lambda: anchor(main, small, []),
        "wrong path": lambda: anchor(main, good, [*path[:-1], sm3(b"")]),
        "other hash": lambda: anchor(main, good, path, hash=TreeHash.SHA256),
        "genesis again": lambda: anchor(main, good, path, WORKS.genesis),
        "not a note": lambda: anchor(main, "court.test/works\n7", path),
        "itself": lambda: anchor(main, good.replace("court.test/works", "court.test/main"), []),
        "officer": lambda: main.act("anchor", content, main.officers[0], author="court-a"),
        "platform": lambda: main.act("anchor", content, main.cast.platform, author="shop"),
        "other members": lambda: anchor(main, _resigned(good, strangers), path),
        "a wrong line more": lambda: anchor(main, good + _resigned(good, strangers).split("\n\n")[1], path),
        "growth of nothing": lambda: anchor(main, good.replace("court.test/works", "other.test/works"), path),
    }
    before = anchored(main)
    assert given[case]() == code
    assert anchored(main) == before
    assert anchor(main, good, path) == "ok"


def _resigned(note: str, keys: dict[str, Signer]) -> str:
    from tianping.engines.ledger.checkpoints import line, read_note

    at, _ = read_note(note)
    own = [cosign(at, member_of(name, key), 1000, key.sign) for name, key in keys.items()]
    return at.text() + "\n" + "".join(line(one) for one in own)


@pytest.mark.parametrize("changed", [{"origin": "court.test/contract", "chain": "contract"}, {"members": []}])
def test_a_genesis_that_is_not_this_chains(main: World, works: Foreign, changed: dict[str, Any]) -> None:
    genesis = msgspec.structs.replace(WORKS.genesis, **changed)
    assert anchor(main, works.note(), [], genesis) == "malformed"


def proven(works: Foreign, envelope: bytes, index: int) -> ProvenChange:
    opened = codec.decode(envelope, Envelope)
    path = inclusion_path(LeafList(works.leaves), index, len(works.leaves))
    return ProvenChange(index, opened.body, opened.signatures, path)


def test_members_that_changed_are_proven(main: World, works: Foreign) -> None:
    """Two of four leave for two new ones; from their height on only the new set signs."""
    assert anchor(main, works.note(), [], WORKS.genesis) == "ok"
    new = {name: HeldKey(name) for name in ("court-e", "court-f")}
    acts = [
        works.made("member.change", ChangeMember(member_of(name, key)), *works.nodes, author="court-a")
        for name, key in new.items()
    ]
    gone = [msgspec.structs.replace(one, power=0, standing=Standing.REMOVED) for one in WORKS.genesis.members[:2]]
    signing = [*works.nodes, *new.values()]
    acts.append(works.made("member.change", ChangeMember(gone[0]), *signing, author="court-a"))
    acts.append(works.made("member.change", ChangeMember(gone[1]), *signing[1:], author="court-b"))
    at = [works.grow(act) - 1 for act in acts]
    assert at == [5, 6, 7, 8]
    works.block([])
    works.block([])
    note, growth = works.note(keys=new), works.growth(5)
    changes = [proven(works, act, index) for act, index in zip(acts, at, strict=True)]
    assert anchor(main, note, growth) == "not-enough-signatures"
    assert anchor(main, note, growth, changes=changes[:2]) == "not-enough-signatures"
    assert (
        anchor(main, note, growth, changes=[*changes[:3], msgspec.structs.replace(changes[3], index=2)])
        == "not-consistent"
    )
    unsigned = msgspec.structs.replace(changes[0], signatures=changes[0].signatures[:2])
    assert anchor(main, note, growth, changes=[unsigned, *changes[1:]]) == "not-enough-signatures"
    assert anchor(main, note, growth, changes=changes) == "ok"
    assert [one.id for one in anchored(main).members] == ["court-c", "court-d", "court-e", "court-f"]
    works.grow(works.deposit())
    assert anchor(main, works.note(keys=new), works.growth(9)) == "ok"


def test_the_old_members_still_sign_just_after_a_change(main: World, works: Foreign) -> None:
    assert anchor(main, works.note(), [], WORKS.genesis) == "ok"
    new = HeldKey("court-e")
    act = works.made("member.change", ChangeMember(member_of("court-e", new)), *works.nodes, author="court-a")
    works.grow(act)
    # The note of the block itself, co-signed by three of the four before: three of five would be too few.
    note = works.note("court-a", "court-b", "court-c")
    assert anchor(main, note, works.growth(5), changes=[proven(works, act, 5)]) == "ok"
    assert len(anchored(main).members) == 5


def test_a_foreign_ledger_is_seen(main: World) -> None:
    """RFC 6962 with SHA-256, signatures of a kind that we do not have: that it only grew is checked, nothing else."""
    hash_of = lambda message: hashlib.sha256(message).digest()  # noqa: E731
    leaves = [b"%d" % n for n in range(9)]

    def note(size: int) -> str:
        at = Checkpoint("log.example database tree", size, LeafList(leaves[:size], hash_of).root(), 0)
        return at.text().removesuffix("height 0\n") + "\n— log.example AAAA\n"

    def seen(size: int, since: int) -> str:
        path = consistency_path(LeafList(leaves[:size], hash_of), since, size, hash_of) if since else []
        return anchor(main, note(size), path, hash=TreeHash.SHA256)

    assert [seen(3, 0), seen(7, 3), seen(9, 7), seen(9, 9)] == ["ok"] * 4
    known = main.read("anchor", "log.example database tree", Anchored)
    assert (known.size, known.checked, known.time, known.hash) == (9, False, 0, TreeHash.SHA256)
    leaves[0] = b"other"
    leaves.append(b"new")
    assert seen(10, 9) == "not-consistent"


def test_what_was_only_seen_can_come_to_be_checked(main: World, works: Foreign) -> None:
    assert anchor(main, works.note("court-a"), []) == "ok"
    assert not anchored(main).checked
    works.grow(works.deposit())
    assert anchor(main, works.note(), works.growth(5), WORKS.genesis) == "ok"
    assert anchored(main).checked
