"""What every kind of transaction has in common: who signed, what it may change, and how it is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from tianping.engines.ledger import codec
from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.model import Application, Body, Bytes32, Genesis, Member, SignerRole, SigningKey, Standing
from tianping.engines.ledger.state import Overlay
from tianping.kit.problems import Problem, Text

T = TypeVar("T")


Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether it is right. Pure."""


class Refused(Problem):
    """The ledger does not take a transaction. `reason`: a stable code, the `code` of the receipt.

    Reasons: malformed, wrong-chain, unknown-kind, expired, unknown-signer, bad-signature, reference-used, not-permitted,
    wrong-standing, category-not-admitted, items-differ, too-many, unknown-token, wrong-phase, unknown-application,
    unknown-member, not-enough-signatures, low-score, unknown-contract, wrong-event, unknown-entry, not-consistent.
    """

    status = 409
    code = "ledger-refused"
    title = Text("账本未接受该交易", "The ledger does not take this transaction")
    detail = Text("原因：{reason}", "Reason: {reason}")
    shown = ("reason",)

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class Transaction(msgspec.Struct, frozen=True):
    """A transaction whose signatures are right. `signers`: the keys that signed, each once."""

    id: bytes
    body: Body
    items: list[bytes]
    signers: list[SigningKey]

    def content(self, kind: type[T]) -> T:
        try:
            return codec.shape(self.body.content, kind)
        except codec.Malformed as wrong:
            raise Refused("malformed") from wrong


class Desk:
    """What a transaction may see and change while it is applied. `first`: index of the log entry that it will get."""

    def __init__(
        self, genesis: Genesis, state: Overlay, *, height: int, clock: int, first: int, verify: Verify
    ) -> None:
        self.genesis = genesis
        self.state = state
        self.height = height
        self.clock = clock
        self.first = first
        self.verify = verify
        self.members_changed = False


class Reference(Encoded, frozen=True):
    """What an author's reference stands for: digest of kind and content, and the entries it got."""

    digest: Bytes32
    tx_id: Bytes32
    first: int
    count: int


Apply = Callable[[Desk, Transaction], None]


class Kind(msgspec.Struct, frozen=True):
    """One kind of transaction. `apply` changes the desk's state or raises Refused."""

    name: str
    apply: Apply


def key_of(prefix: str, value: Any) -> str:
    """`prefix/value`, bytes as hexadecimal digits."""
    return f"{prefix}/{value.hex() if isinstance(value, bytes) else value}"


def only_signer(tx: Transaction, role: SignerRole) -> SigningKey:
    """The one signer, of that role and acting for the author. Raises Refused."""
    if len(tx.signers) != 1 or tx.signers[0].role != role or tx.signers[0].owner != tx.body.author:
        raise Refused("not-permitted")
    return tx.signers[0]


def depositor(desk: Desk, tx: Transaction) -> Application:
    """The application that signed alone and may deposit now. Raises Refused."""
    application = _application(desk, only_signer(tx, SignerRole.APPLICATION).owner)
    if application is None:
        raise Refused("wrong-standing")
    return application


def is_depositor(desk: Desk, application_id: str) -> bool:
    """Whether an application may deposit now."""
    return _application(desk, application_id) is not None


def _application(desk: Desk, application_id: str) -> Application | None:
    application = desk.state.read(key_of("application", application_id), Application)
    able = application is not None and application.standing in (Standing.ADMITTED, Standing.PROBATION)
    return application if able else None


def members_of(state: Overlay) -> list[Member]:
    """Members in the order of their ids, those removed left out."""
    every = [state.read(key, Member) for key in state.keys("member/")]
    return [member for member in every if member is not None and member.standing == Standing.ADMITTED]


def need_quorum(desk: Desk, tx: Transaction) -> None:
    """More than two thirds of the members' power signed, by their nodes' keys; the author among them. Raises Refused."""
    members = {member.id: member for member in members_of(desk.state)}
    signed = {key.owner for key in tx.signers if key.role == SignerRole.NODE}
    if tx.body.author not in signed:
        raise Refused("not-permitted")
    power = sum(members[owner].power for owner in signed if owner in members)
    if power * 3 <= sum(member.power for member in members.values()) * 2:
        raise Refused("not-enough-signatures")


def need_two_officers(desk: Desk, tx: Transaction) -> None:
    """Two officers signed, of two members wherever two members have officers. Raises Refused."""
    officers = [key for key in tx.signers if key.role == SignerRole.OFFICER]
    owners = {key.owner for key in officers}
    keys = [desk.state.read(key, SigningKey) for key in desk.state.keys("key/")]
    have = {key.owner for key in keys if key and key.role == SignerRole.OFFICER and key.until is None}
    if len(officers) < 2 or (len(have) > 1 and len(owners) < 2):
        raise Refused("not-enough-signatures")
    if tx.body.author not in owners:
        raise Refused("not-permitted")


def enrol(desk: Desk, fingerprint: bytes, role: SignerRole, owner: str, public_key: bytes) -> None:
    """Let a certificate sign from this entry on. A certificate serves one owner for ever. Raises Refused."""
    known = desk.state.read(key_of("key", fingerprint), SigningKey)
    if known is not None and (known.owner, known.role, known.public_key, known.until) == (
        owner,
        role,
        public_key,
        None,
    ):
        return
    if known is not None:
        raise Refused("not-permitted")
    desk.state.write(key_of("key", fingerprint), SigningKey(fingerprint, role, owner, public_key, desk.first, None))


def retire(desk: Desk, fingerprint: bytes) -> None:
    """A certificate signs nothing after this entry."""
    key = desk.state.read(key_of("key", fingerprint), SigningKey)
    if key is not None and key.until is None:
        desk.state.write(key_of("key", fingerprint), msgspec.structs.replace(key, until=desk.first))
