"""Proof bundles: everything that someone needs who wants to check a deposit without asking us (docs/ledger-format.md, 6)."""

from collections.abc import Sequence

import msgspec
from asn1crypto import x509

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosigned
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.base import NotYet
from tianping.engines.ledger.merkle import LeafList, inclusion_path
from tianping.engines.ledger.model import Application, Body, Entry, Genesis, Item, SignerRole, SigningKey
from tianping.engines.ledger.numbers import number_of
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions.base import key_of
from tianping.kit.problems import Conflict, NotFound, Text

FORMAT = "tianping-proof/1"
GOVERNANCE = ("access.apply", "access.assess", "access.decide", "access.rekey")
_SIGNED_BY = {
    "deposit": SignerRole.APPLICATION,
    "member.change": SignerRole.NODE,
    "officer.change": SignerRole.NODE,
}


class NotADeposit(NotFound):
    code = "not-a-deposit"
    title = Text("该记录不是存证", "This entry is no deposit")


class FactsDiffer(Conflict):
    code = "provenance-facts-differ"
    title = Text("来源事实与链上摘要不符", "The provenance facts are not those whose digest is on the chain")


class SignatureShown(msgspec.Struct, frozen=True):
    fingerprint: bytes
    signature: bytes


class ItemsPath(msgspec.Struct, frozen=True):
    position: int
    count: int
    path: list[bytes]


class ProvenEntry(msgspec.Struct, frozen=True):
    """An entry with its way to the root of the checkpoint it stands under."""

    index: int
    leaf: bytes
    path: list[bytes]
    body: bytes
    items_root_path: ItemsPath | None
    signatures: list[SignatureShown]


class MemberStep(msgspec.Struct, frozen=True):
    """`height`: of the block that made the change; `checkpoint`: note of the first quorate checkpoint that covers it."""

    height: int
    checkpoint: str
    entry: ProvenEntry
    consistency: list[bytes]


class History(msgspec.Struct, frozen=True):
    history: list[ProvenEntry]


class Stamp(msgspec.Struct, frozen=True):
    """`time`: milliseconds, the authority's; `checkpoint`: the text that was stamped."""

    time: int
    authority: str
    token: bytes
    checkpoint: str
    consistency: list[bytes]


class Opening(msgspec.Struct, frozen=True):
    salt: bytes


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Its JSON is the published format; bytes are base64 there."""

    format: str
    number: str
    genesis: bytes
    members: list[MemberStep]
    checkpoint: str
    entry: ProvenEntry
    application: History
    certificates: list[bytes]
    stamp: Stamp | None
    opening: Opening | None
    facts: str | None


class Shown(msgspec.Struct, frozen=True):
    """What a bundle is about, for those who print it. `application`: as it stands in the state now."""

    genesis: Genesis
    cosigned: Cosigned
    body: Body
    item: Item
    category: str
    application: Application | None


def make(
    store: Store,
    index: int,
    *,
    certificates: Sequence[bytes] = (),
    opening: bytes | None = None,
    facts: bytes | None = None,
) -> bytes:
    """The proof bundle of log entry `index`, JSON.

    `certificates`: DER of any that are at hand; those that belong to this proof are taken. `opening`: the salt, for the
    depositor and the court. `facts`: the provenance facts as deposited. Raises EntryUnknown, NotADeposit, NotYet (no
    quorum has co-signed so far), FactsDiffer.
    """
    genesis = store.genesis()
    entry = store.entry(index)
    if entry.kind != "deposit":
        raise NotADeposit
    covering = _covering(store, index)
    proven = _proven(store, genesis, entry, index, covering.checkpoint)
    item = codec.decode(codec.decode_plain(proven.leaf)[5], Item)
    if facts is not None and (item.facts is None or sm3(facts) != item.facts):
        raise FactsDiffer
    members = _members(store, genesis, covering.checkpoint)
    history = _history(store, genesis, entry, index, covering.checkpoint)
    bundle = Bundle(
        format=FORMAT,
        number=str(number_of(genesis.chain, covering.time, index)),
        genesis=codec.encode(genesis),
        members=members,
        checkpoint=covering.note(),
        entry=proven,
        application=History(history),
        certificates=_belonging(store, genesis, covering, proven, certificates),
        stamp=_stamp(store, covering.checkpoint),
        opening=None if opening is None else Opening(opening),
        facts=None if facts is None else facts.decode(),
    )
    return msgspec.json.encode(bundle)


def shown(store: Store, index: int) -> Shown:
    """The same in the engine's own terms. Raises as `make` does."""
    entry = store.entry(index)
    if entry.kind != "deposit":
        raise NotADeposit
    envelope, body = machine.read_envelope(entry.envelope)
    application = Overlay(store).read(key_of("application", body.author), Application)
    item = codec.decode(envelope.items[index - entry.first], Item)
    return Shown(store.genesis(), _covering(store, index), body, item, body.content[0], application)


def read(encoded: bytes) -> Bundle:
    """A bundle from its JSON. Nothing is checked but its form. Raises Malformed."""
    try:
        return msgspec.json.decode(encoded, type=Bundle)
    except (msgspec.MsgspecError, ValueError) as wrong:
        raise codec.Malformed from wrong


def _covering(store: Store, index: int) -> Cosigned:
    covering = store.checkpoint_covering(index + 1)
    if covering is None:
        raise NotYet
    return covering


def _proven(store: Store, genesis: Genesis, entry: Entry, index: int, under: Checkpoint) -> ProvenEntry:
    envelope, body = machine.read_envelope(entry.envelope)
    position = index - entry.first
    within = None
    if envelope.items:
        count = len(envelope.items)
        within = ItemsPath(position, count, inclusion_path(LeafList(envelope.items), position, count))
    leaf = machine.leaves_of(genesis.chain, body.kind, entry.tx_id, envelope.items)[position]
    counting = _SIGNED_BY.get(body.kind, SignerRole.OFFICER)
    keys = Overlay(store)
    signatures = sorted(
        (one.fingerprint, one.signature)
        for one in envelope.signatures
        # A key stays in the state for ever with its role: others who signed beside those that count are left out.
        if (key := keys.read(key_of("key", one.fingerprint), SigningKey)) and key.role == counting
    )
    return ProvenEntry(
        index, leaf, store.inclusion(index, under.size), envelope.body, within,
        [SignatureShown(*one) for one in signatures],
    )  # fmt: skip


def _members(store: Store, genesis: Genesis, final: Checkpoint) -> list[MemberStep]:
    steps = []
    for entry in store.entries_of("member.change", final.size):
        # A block's own checkpoint may have stayed without a quorum; it counts from its own height all the same.
        first = _covering(store, entry.first)
        proven = _proven(store, genesis, entry, entry.first, first.checkpoint)
        grown = store.consistency(first.checkpoint.size, final.size)
        steps.append(MemberStep(entry.height, first.note(), proven, grown))
    return steps


def _history(store: Store, genesis: Genesis, entry: Entry, index: int, final: Checkpoint) -> list[ProvenEntry]:
    author = machine.read_envelope(entry.envelope)[1].author
    access = [
        one
        for kind in GOVERNANCE
        for one in store.entries_of(kind, entry.first)
        if machine.read_envelope(one.envelope)[1].content[0] == author
    ]
    officers = store.entries_of("officer.change", entry.first) if access else []
    both = sorted([*access, *officers], key=lambda one: one.first)
    return [_proven(store, genesis, one, one.first, final) for one in both]


def _stamp(store: Store, covering: Checkpoint) -> Stamp | None:
    stamped = store.stamp_covering(covering.height)
    if stamped is None:
        return None
    height, time, authority, token = stamped
    size, root = store.block_root(height)
    text = Checkpoint(covering.origin, size, root, height).text()
    return Stamp(time, authority, token, text, store.consistency(covering.size, size))


def _belonging(
    store: Store, genesis: Genesis, covering: Cosigned, proven: ProvenEntry, held: Sequence[bytes]
) -> list[bytes]:
    """Those of the depositor and the co-signers, with all that stand between them and the root."""
    by_fingerprint = {sm3(der): der for der in held}
    signers = {one.id: one for one in machine.signers_at(store, covering.checkpoint.height)}
    wanted = [one.fingerprint for one in proven.signatures]
    wanted += [signers[one.member].fingerprint for one in covering.cosignatures]
    kept = {mark: by_fingerprint[mark] for mark in wanted if mark in by_fingerprint}
    if not kept:
        return []
    by_subject: dict[bytes, list[bytes]] = {}
    for der in by_fingerprint.values():
        by_subject.setdefault(_names(der)[1], []).append(der)
    todo = list(kept.values())
    while todo:
        issuer, subject = _names(todo.pop())
        for above in by_subject.get(issuer, []) if issuer != subject else []:
            mark = sm3(above)
            own = _names(above)
            if mark not in kept and (own[0] != own[1] or mark == genesis.root):
                kept[mark] = above
                todo.append(above)
    return [kept[mark] for mark in sorted(kept)]


def _names(der: bytes) -> tuple[bytes, bytes]:
    """Issuer and subject, as they are encoded."""
    try:
        body = x509.Certificate.load(der)["tbs_certificate"]
        return body["issuer"].dump(), body["subject"].dump()
    except (ValueError, TypeError, KeyError) as wrong:
        raise codec.Malformed from wrong
