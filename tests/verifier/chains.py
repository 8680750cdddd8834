"""Chains of every situation, made by the engine, with a real certificate authority: what bundles are made from."""

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from tests.verifier import tokens

from tianping.engines.ledger import building, bundle, machine
from tianping.engines.ledger.checkpoints import Checkpoint, cosign, gather
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import (
    FORMAT,
    Application,
    Block,
    Genesis,
    Level,
    Member,
    SignerRole,
    SigningKey,
    Standing,
)
from tianping.engines.ledger.store import Store
from tianping.engines.signing import certificates
from tianping.engines.signing.certificates import Subject, Validity
from tianping.engines.signing.object_ids import EXAMPLE_ARC
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import CertificateFacts, CertificateRole

BEGAN = 1_790_000_000_000
PAPERS = sm3(b"papers")
FILE = "天平链上的一份作品\n".encode()
SALT = bytes(range(16))
FACTS = '{"来源":"拍摄","设备":"相机"}'.encode()


class Key:
    """A key with its certificate."""

    def __init__(self, private: bytes, facts: CertificateFacts) -> None:
        self._private, self.certificate = private, facts

    def sign(self, message: bytes) -> bytes:
        return sm2().sign(self._private, message)


class Authority:
    """A root and an issuer under it."""

    def __init__(self, court: str = "示范互联网法院") -> None:
        self._court = court
        self.root = self._made(CertificateRole.ROOT, "root", None)
        self.issuer = self._made(CertificateRole.ISSUER, "issuer", self.root)
        self.held = [self.root.certificate.der, self.issuer.certificate.der]

    def issue(self, role: CertificateRole, name: str, *, years: tuple[int, int] = (2025, 2040)) -> Key:
        made = self._made(role, name, self.issuer, years)
        self.held.append(made.certificate.der)
        return made

    def _made(self, role: CertificateRole, name: str, above: Key | None, years: tuple[int, int] = (2025, 2040)) -> Key:
        private = sm2().new_private_key()
        public = sm2().public_key(private)
        first, last = years
        der = certificates.build_certificate(
            role=role,
            subject=Subject(
                name_zh=f"{self._court}{name}", name_en=name, organisation_zh=self._court, organisation_en="Court",
                identifier=name,
            ),
            public_key=public,
            validity=Validity(datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)),
            arc=EXAMPLE_ARC,
            issuer=above.certificate if above else None,
            sign=above.sign if above else lambda message: sm2().sign(private, message),
        )  # fmt: skip
        return Key(private, certificates.read_certificate(der, arc=EXAMPLE_ARC))


def member_of(name: str, key: Key, *, power: int = 1, standing: Standing = Standing.ADMITTED) -> Member:
    facts = key.certificate
    level = Level.FIRST if power else Level.SECOND
    return Member(
        name, f"成员{name}", f"Member {name}", level, power, facts.fingerprint, facts.public_key, b"", standing
    )


class Chain:
    """A chain that takes one block after another, each co-signed by the members that count, or by those named."""

    def __init__(self, *, nodes: int = 1, name: str = "works") -> None:
        self.authority = Authority()
        self.folder = tempfile.TemporaryDirectory()
        names = [f"court-{letter}" for letter in "abcdefg"[:nodes]]
        self.nodes = {one: self.authority.issue(CertificateRole.NODE, one) for one in names}
        self.officers = {
            f"{one}-{number}": self.authority.issue(CertificateRole.COURT, f"{one}-{number}")
            for one in names[:2]
            for number in ((1, 2) if nodes == 1 else (1,))
        }
        self.shop = self.authority.issue(CertificateRole.APPLICATION, "shop")
        facts = self.shop.certificate
        self.genesis = Genesis(
            FORMAT, f"court.test/{name}", name, "作品链", "Works", BEGAN, self.authority.root.certificate.fingerprint,
            ["works", "trade"], [member_of(one, key) for one, key in self.nodes.items()],
            [
                SigningKey(key.certificate.fingerprint, SignerRole.OFFICER, one[:7], key.certificate.public_key, 0, None)
                for one, key in self.officers.items()
            ],
            [
                Application(
                    "shop", "商城", "Shop", "商城公司", facts.fingerprint, facts.public_key, ["works"], PAPERS,
                    Standing.ADMITTED, 90, "2026",
                )
            ],
        )  # fmt: skip
        self.store = Store(Path(self.folder.name) / "chain.sqlite", durable=False)
        self.store.keep(machine.begin(self.genesis))
        self.clock = BEGAN
        self._refs = 0

    def block(self, *envelopes: bytes, cosigners: Sequence[str] | None = None) -> int:
        """The index of the first entry of the block."""
        head = self.store.head()
        self.clock += 1000
        outcome = machine.execute(self.store, Block(head.height + 1, self.clock, list(envelopes)), sm2().verify)
        assert [one.code for one in outcome.receipts] == ["ok"] * len(envelopes), outcome.receipts
        members = machine.signers_at(self.store, head.height + 1)
        checkpoint = Checkpoint(self.genesis.origin, outcome.size, outcome.root, head.height + 1)
        signed = [
            cosign(checkpoint, one, self.clock + at * 7, self.nodes[one.id].sign)
            for at, one in enumerate(members)
            if one.power and (cosigners is None or one.id in cosigners)
        ]
        self.store.keep(outcome, gather(checkpoint, signed, members, sm2().verify))
        return head.size

    def act(self, kind: str, content: Any, *signers: Key, author: str) -> int:
        return self.block(self.made(kind, content, *signers, author=author))

    def made(self, kind: str, content: Any, *signers: Key, author: str) -> bytes:
        self._refs += 1
        return building.transaction(
            chain=self.genesis.chain, kind=kind, author=author, ref=f"r{self._refs}", content=content, signers=signers
        )

    def deposit(self, *files: bytes, key: Key | None = None, author: str = "shop", facts: bytes | None = None) -> bytes:
        self._refs += 1
        items = [
            building.item_of(
                file_digest=sm3(file), size=len(file), media="text/plain", file_sha256=hashlib.sha256(file).digest(),
                facts=sm3(facts) if facts else None, claimed_at=BEGAN - 86_400_000, salt=SALT,
            ).item
            for file in files
        ]  # fmt: skip
        return building.deposit(
            chain=self.genesis.chain, author=author, ref=f"d{self._refs}", category="works", items=items,
            signer=key or self.shop,
        )  # fmt: skip

    def bundle(self, index: int, **more: Any) -> bytes:
        more = {"certificates": self.authority.held, "opening": SALT, **more}
        return bundle.make(self.store, index, **more)


class Situation(msgspec.Struct):
    """A bundle, its file, and the digest of its genesis."""

    chain: Chain
    index: int
    bundle: bytes
    file: bytes
    genesis: bytes


def situation(chain: Chain, index: int, file: bytes = FILE, **more: Any) -> Situation:
    return Situation(chain, index, chain.bundle(index, **more), file, chain.genesis.digest())


def single() -> Situation:
    chain = Chain()
    return situation(chain, chain.block(chain.deposit(FILE)))


def with_facts() -> Situation:
    chain = Chain()
    return situation(chain, chain.block(chain.deposit(FILE, facts=FACTS)), facts=FACTS)


def stamped() -> Situation:
    """Under a time stamp by the court's own authority, over a later checkpoint."""
    chain = Chain()
    index = chain.block(chain.deposit(FILE))
    chain.block(chain.deposit(*(f"later {number}".encode() for number in range(6))))
    last = chain.store.checkpoint()
    authority = chain.authority.issue(CertificateRole.TIME_STAMP, "clock")
    time = datetime(2026, 9, 22, 1, 2, 3, tzinfo=UTC)
    token = tokens.stamped(last.checkpoint.text().encode(), authority, time, chain.authority.held)
    name = authority.certificate.subject
    chain.store.keep_stamp(last.checkpoint.height, int(time.timestamp()) * 1000, name, token)
    return situation(chain, index)


def batch() -> Situation:
    chain = Chain()
    files = [f"order {number}".encode() for number in range(37)]
    return situation(chain, chain.block(chain.deposit(b"other"), chain.deposit(*files)) + 1 + 23, files[23])


def several_checkpoints() -> Situation:
    chain = Chain()
    for number in range(11):
        chain.block(chain.deposit(f"before {number}".encode()))
    index = chain.block(chain.deposit(FILE))
    for number in range(5):
        chain.block(chain.deposit(*(f"after {number} {at}".encode() for at in range(9))))
    return situation(chain, index)


def four_members() -> Situation:
    chain = Chain(nodes=4)
    chain.block(chain.deposit(b"first"))
    index = chain.block(chain.deposit(FILE), cosigners=["court-a", "court-c", "court-d"])
    return situation(chain, index)


def late_quorum() -> Situation:
    """The block's own checkpoint has too few co-signatures; the next one counts."""
    chain = Chain(nodes=4)
    index = chain.block(chain.deposit(FILE), cosigners=["court-a", "court-b"])
    chain.block(chain.deposit(b"next"))
    return situation(chain, index)


def admit(chain: Chain, name: str = "press") -> Key:
    """Let an application in by transactions; it stands on probation."""
    first, second = (chain.officers[one] for one in list(chain.officers)[:2])
    author = next(iter(chain.officers))[:7]
    key = chain.authority.issue(CertificateRole.APPLICATION, name)
    facts = key.certificate
    wanted = [name, "报社", "Press", "报社公司", facts.fingerprint, facts.public_key, ["works"], PAPERS]
    chain.act("access.apply", wanted, first, author=author)
    chain.act("access.assess", [name, "2026", 85, PAPERS], first, author=author)
    chain.act("access.decide", [name, "probation", PAPERS], first, second, author=author)
    return key


def admitted_by_transactions() -> Situation:
    chain = Chain(nodes=4)
    chain.block(chain.deposit(b"first"))
    key = admit(chain)
    return situation(chain, chain.block(chain.deposit(FILE, key=key, author="press")))


def suspended_resumed_rekeyed() -> Situation:
    chain = Chain()
    admit(chain)
    first, second = chain.officers.values()
    chain.act("access.decide", ["press", "admit", PAPERS], first, second, author="court-a")
    chain.act("access.decide", ["press", "suspend", PAPERS], first, author="court-a")
    chain.act("access.assess", ["press", "2027", 70, PAPERS], second, author="court-a")
    chain.act("access.decide", ["press", "resume", PAPERS], first, second, author="court-a")
    fresh = chain.authority.issue(CertificateRole.APPLICATION, "press-new")
    facts = fresh.certificate
    chain.act("access.rekey", ["press", facts.fingerprint, facts.public_key], first, second, author="court-a")
    return situation(chain, chain.block(chain.deposit(FILE, key=fresh, author="press")))


def change_member(chain: Chain, name: str, key: Key, **more: Any) -> bytes:
    power = {"power": 0} if more.get("standing") == Standing.REMOVED else {}
    member = member_of(name, key, **{**more, **power})
    now = [one.id for one in machine.members(chain.store) if one.power]
    return chain.made("member.change", [member], *(chain.nodes[one] for one in now), author=now[0])


def changed_members() -> Situation:
    """One joins, two change in one block, officers change, one leaves; an application is let in by the new officers."""
    chain = Chain(nodes=4)
    chain.block(chain.deposit(b"first"))
    joining = chain.authority.issue(CertificateRole.NODE, "court-e")
    chain.nodes["court-e"] = joining
    chain.block(change_member(chain, "court-e", joining, power=2))
    chain.block(chain.deposit(b"between"))
    fresh = chain.authority.issue(CertificateRole.NODE, "court-b")
    rekeyed = change_member(chain, "court-b", fresh)
    watcher = chain.authority.issue(CertificateRole.NODE, "watcher")
    chain.block(rekeyed)
    old, chain.nodes["court-b"] = chain.nodes["court-b"], fresh
    chain.nodes["watcher"] = watcher
    officer = chain.authority.issue(CertificateRole.COURT, "court-e-1")
    facts = officer.certificate
    signers = [chain.nodes[one] for one in ("court-a", "court-b", "court-c", "court-d", "court-e")]
    enrolled = chain.made(
        "officer.change", [facts.fingerprint, "court-e", facts.public_key, True], *signers, author="court-a"
    )
    # The block after a change is still co-signed by those before it.
    chain.nodes["court-b"] = old
    chain.block(enrolled)
    chain.nodes["court-b"] = fresh
    chain.block(change_member(chain, "watcher", watcher, power=0), chain.deposit(b"beside"))
    chain.officers = {"court-e-1": officer, **chain.officers}
    key = admit(chain)
    leaving = chain.nodes["court-d"]
    chain.block(change_member(chain, "court-d", leaving, standing=Standing.REMOVED))
    chain.block(chain.deposit(b"while it goes"))
    return situation(chain, chain.block(chain.deposit(FILE, key=key, author="press")))


def members_change_without_a_quorum() -> Situation:
    """The block of a change and the next stay short; the first quorate checkpoint is one of those who came by it."""
    chain = Chain(nodes=4)
    joining = chain.authority.issue(CertificateRole.NODE, "court-e")
    chain.nodes["court-e"] = joining
    chain.block(change_member(chain, "court-e", joining, power=9), cosigners=["court-a", "court-b"])
    leaving = change_member(chain, "court-a", chain.nodes["court-a"], standing=Standing.REMOVED)
    chain.block(leaving, cosigners=["court-c"])
    chain.block(chain.deposit(b"between"), cosigners=["court-b", "court-e"])
    return situation(chain, chain.block(chain.deposit(FILE), cosigners=["court-b", "court-e"]))


SITUATIONS = {
    made.__name__: made
    for made in (
        single, with_facts, stamped, batch, several_checkpoints, four_members, late_quorum, admitted_by_transactions,
        suspended_resumed_rekeyed, changed_members, members_change_without_a_quorum,
    )
}  # fmt: skip
