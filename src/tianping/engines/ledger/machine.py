"""The state machine: a block of transactions in, what it comes to out. Pure: no clock, no I/O, the same everywhere.

A block's root is the root of the log, and the log alone makes the state: the co-signatures over a root therefore cover
everything the ledger knows. A refused transaction leaves no entry.
"""

from collections.abc import Callable
from functools import lru_cache

from tianping.engines.ledger import codec
from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.digests import sm3, tagged
from tianping.engines.ledger.merkle import Frontier, leaf_hash
from tianping.engines.ledger.model import (
    Block,
    Body,
    Bytes32,
    Entry,
    Envelope,
    Genesis,
    Level,
    Member,
    Outcome,
    Receipt,
    SignerRole,
    SigningKey,
    Standing,
    leaf_of,
    signed_message,
)
from tianping.engines.ledger.state import Overlay, View
from tianping.engines.ledger.transactions import KINDS
from tianping.engines.ledger.transactions.base import Desk, Reference, Refused, Transaction, Verify, key_of, members_of
from tianping.engines.ledger.transactions.membership import sound, updates

TILE = 8
"""Levels between two that are kept: a tile holds 2**8 hashes."""

SET_DELAY = 2
"""Blocks from a change of members to the first checkpoint that they co-sign as changed: what consensus engines need."""


Read = Callable[[bytes], tuple[Envelope, Body]]
"""Bytes of a transaction -> its envelope and body. Raises Refused."""


class Edge(Encoded, frozen=True):
    """The tree's right edge, kept in the state under `edge`."""

    size: int
    peaks: list[Bytes32]


def begin(genesis: Genesis) -> Outcome:
    """The state before the first block. Height 0, an empty log. Raises Malformed where the genesis contradicts itself."""
    genesis = codec.decode(codec.encode(genesis), Genesis)
    _must_agree(genesis)
    state = Overlay(_Nothing())
    state.write("genesis", genesis)
    state.write("edge", Edge(0, []))
    for member in genesis.members:
        state.write(key_of("member", member.id), member)
        node = SigningKey(member.fingerprint, SignerRole.NODE, member.id, member.public_key, 0, None)
        state.write(key_of("key", member.fingerprint), node)
    for officer in genesis.officers:
        state.write(key_of("key", officer.fingerprint), officer)
    for one in genesis.applications:
        state.write(key_of("application", one.id), one)
        key = SigningKey(one.fingerprint, SignerRole.APPLICATION, one.id, one.public_key, 0, None)
        state.write(key_of("key", one.fingerprint), key)
    state.write(_set_from(0), genesis.members)
    return Outcome(Block(0, 0, []), 0, Frontier().root(), [], [], state.changes, [], updates([], genesis.members))


def execute(view: View, block: Block, verify: Verify, read: Read | None = None) -> Outcome:
    """What a block comes to after what `view` shows. `verify(public key, message, signature)` must be a pure check.

    `read`: `read_envelope`, or one that remembers what it read before.
    """
    state = Overlay(view)
    genesis = genesis_of(state)
    edge = state.read("edge", Edge) or Edge(0, [])
    frontier = Frontier(edge.size, edge.peaks)
    receipts: list[Receipt] = []
    entries: list[Entry] = []
    nodes: list[tuple[int, int, bytes]] = []
    members_before = None
    for raw in block.envelopes:
        tried = Overlay(state)
        desk = Desk(genesis, tried, height=block.height, clock=block.clock, first=frontier.size, verify=verify)
        receipt, opened = _tried(desk, raw, read or read_envelope)
        receipts.append(receipt)
        if receipt.code != "ok" or opened is None:
            continue
        envelope, body = opened
        if desk.members_changed and members_before is None:
            members_before = members_of(state)
        state.changes.update(tried.changes)
        entries.append(Entry(receipt.first, receipt.count, block.height, receipt.tx_id, body.kind, raw))
        for leaf in leaves_of(genesis.chain, body.kind, receipt.tx_id, envelope.items):
            nodes.extend(made for made in frontier.append(leaf_hash(leaf)) if made[0] % TILE == 0)
    validators = []
    if members_before is not None:
        members_now = members_of(state)
        state.write(_set_from(block.height + SET_DELAY), members_now)
        validators = updates(members_before, members_now)
    if entries:
        state.write("edge", Edge(frontier.size, frontier.peaks))
    return Outcome(block, frontier.size, frontier.root(), receipts, entries, state.changes, nodes, validators)


def check(view: View, raw: bytes, clock: int, verify: Verify, read: Read | None = None) -> Receipt:
    """What would become of a transaction now, without taking it: for gateways and mempools. `read` as for `execute`."""
    state = Overlay(view)
    edge = state.read("edge", Edge) or Edge(0, [])
    return _tried(
        Desk(genesis_of(state), state, height=0, clock=clock, first=edge.size, verify=verify),
        raw,
        read or read_envelope,
    )[0]


def genesis_of(state: Overlay) -> Genesis:
    encoded = state.get("genesis")
    if encoded is None:
        raise codec.Malformed
    return _decoded(encoded)


def members(view: View) -> list[Member]:
    return members_of(Overlay(view))


def signers_at(view: View, height: int) -> list[Member]:
    """Whose co-signatures count for the checkpoint of a height, and with what power."""
    state = Overlay(view)
    began = [key for key in view.keys("set/") if key <= _set_from(height)]
    return state.read(began[-1], list[Member]) or [] if began else []


def read_envelope(raw: bytes) -> tuple[Envelope, Body]:
    """Raises Refused."""
    try:
        envelope = codec.decode(raw, Envelope)
        return envelope, codec.decode(envelope.body, Body)
    except codec.Malformed as wrong:
        raise Refused("malformed") from wrong


def leaves_of(chain: str, kind: str, tx_id: bytes, items: list[bytes]) -> list[bytes]:
    """The log entries of an accepted transaction, in their order."""
    if not items:
        return [leaf_of(chain, kind, tx_id, 0, None)]
    return [leaf_of(chain, kind, tx_id, position, item) for position, item in enumerate(items)]


def _tried(desk: Desk, raw: bytes, read: Read) -> tuple[Receipt, tuple[Envelope, Body] | None]:
    """The receipt, and what was read where it is accepted; the desk's state is changed unless it is refused."""
    tx_id = b""
    try:
        envelope, body = read(raw)
        tx_id = sm3(signed_message(envelope.body))
        return _take(desk, envelope, body, tx_id), (envelope, body)
    except Refused as refused:
        return Receipt(refused.reason, tx_id, 0, 0), None


def _take(desk: Desk, envelope: Envelope, body: Body, tx_id: bytes) -> Receipt:
    if body.chain != desk.genesis.chain:
        raise Refused("wrong-chain")
    kind = KINDS.get(body.kind)
    if kind is None:
        raise Refused("unknown-kind")
    if envelope.items and body.kind != "deposit":
        raise Refused("malformed")
    signers = _signers(desk, envelope)
    content = sm3(tagged("tianping/content/1", codec.encode_plain([body.kind, body.content])))
    place = f"ref/{body.author}/{body.ref}"
    used = desk.state.read(place, Reference)
    if used is not None:
        # A retry may carry a later `until`; the same content gets the same entries.
        if used.digest != content:
            raise Refused("reference-used")
        return Receipt("duplicate", used.tx_id, used.first, used.count)
    if body.until < desk.clock:
        raise Refused("expired")
    kind.apply(desk, Transaction(tx_id, body, envelope.items, signers))
    count = max(1, len(envelope.items))
    desk.state.write(place, Reference(content, tx_id, desk.first, count))
    return Receipt("ok", tx_id, desk.first, count)


def _signers(desk: Desk, envelope: Envelope) -> list[SigningKey]:
    message = signed_message(envelope.body)
    signers: dict[bytes, SigningKey] = {}
    for one in envelope.signatures:
        key = desk.state.read(key_of("key", one.fingerprint), SigningKey)
        if key is None or key.until is not None or one.fingerprint in signers:
            raise Refused("unknown-signer")
        if not desk.verify(key.public_key, message, one.signature):
            raise Refused("bad-signature")
        signers[one.fingerprint] = key
    return list(signers.values())


def _set_from(height: int) -> str:
    return f"set/{height:012d}"


@lru_cache(maxsize=16)
def _decoded(genesis: bytes) -> Genesis:
    return codec.decode(genesis, Genesis)


def _must_agree(genesis: Genesis) -> None:
    """Raises Malformed."""
    members = {one.id: one for one in genesis.members}
    applications = {one.id for one in genesis.applications}
    keys = [one.fingerprint for one in (*genesis.members, *genesis.officers, *genesis.applications)]
    agrees = (
        genesis.origin.endswith(f"/{genesis.chain}")
        and len(members) == len(genesis.members)
        and len(applications) == len(genesis.applications)
        and len(set(keys)) == len(keys)
        and all(one.standing == Standing.ADMITTED for one in genesis.members)
        and sound(genesis.members)
        and all(
            (one.role, one.since, one.until) == (SignerRole.OFFICER, 0, None)
            and one.owner in members
            and members[one.owner].level == Level.FIRST
            for one in genesis.officers
        )
        and all(
            one.standing in (Standing.PROBATION, Standing.ADMITTED) and set(one.categories) <= set(genesis.categories)
            for one in genesis.applications
        )
    )
    if not agrees:
        raise codec.Malformed


class _Nothing:
    def get(self, key: str) -> bytes | None:
        return None

    def keys(self, prefix: str) -> list[str]:
        return []
