"""Founds a ledger on a directory, and opens what is there: keys, certificates, chains, vault, the node."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from tianping.apps.ledger_keys import NODE, OFFICERS, OWN, SEAL, STAMP, passphrase_of, signer_of
from tianping.apps.ledger_printer import Orders, Printer
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.base import Driver
from tianping.engines.ledger.drivers.solo import SoloDriver
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.home import (
    EMBEDDED,
    Config,
    Founders,
    Home,
    LedgerConfigInvalid,
    LedgerExists,
    Stamps,
    found,
)
from tianping.engines.ledger.model import (
    FORMAT,
    Application,
    Level,
    Member,
    SignerRole,
    SigningKey,
    Standing,
)
from tianping.engines.ledger.node import Node
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.vault import Vault
from tianping.engines.signing.authority import Authority, AuthorityPlan, create_authority, open_authority
from tianping.engines.signing.certificates import Subject, pem_of
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.keys import ITERATIONS, write_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.engines.signing.stamp_tokens import StampTrust
from tianping.engines.signing.time_stamps import OwnClock, TimeStampClient
from tianping.engines.signing.verifying import ThreadedVerifying
from tianping.interfaces.signing import (
    CertificateFacts,
    CertificateRole,
    Signer,
    TimeStampAuthority,
    Verifying,
)
from tianping.kit.clock import SystemClock
from tianping.kit.problems import Text
from tianping.platform.keyring import FileKeys, Keyring

# A passphrase of 256 random bits cannot be guessed however cheap a guess is.
QUICK = 10_000


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger is founded with. `origin`: without one, made from the CA's root, which no other court has. `notice`: stands on every
    certificate of storage. `place`: longitude and latitude of the court's node, where they are public.
    """

    court_zh: str
    court_en: str
    origin: str = ""
    own_stamps: bool = False
    notice: Text | None = None
    place: tuple[float, float] | None = None


class Opened(msgspec.Struct, frozen=True):
    """A node that is not started yet, and the desk that its gateway works with."""

    node: Node
    desk: Desk
    close: Callable[[], None]


def set_up(home: Home, plan: Plan, *, passphrase: str | None = None) -> Config:
    """Make the CA where there is none, keys and certificates, and every chain. Raises LedgerExists.

    Without a passphrase a random one is made and kept beside the keys, which is as safe as the directory is.
    """
    if home.exists:
        raise LedgerExists(place=home.place)
    home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.place.chmod(0o700)
    if passphrase is None:
        if not home.passphrase.exists():
            write_whole(home.passphrase, secrets.token_hex(32).encode(), mode=0o600)
        passphrase = home.passphrase.read_text().strip()
        iterations = QUICK
    else:
        iterations = ITERATIONS
    authority = _authority(home, plan, passphrase, iterations)
    named = _name_keys(plan)
    issued = {name: issue(home, authority, name, *about, passphrase, iterations) for name, about in named.items()}
    if not home.token.exists():
        write_whole(home.token, secrets.token_hex(32).encode(), mode=0o600)
    origin = plan.origin or f"{authority.root.fingerprint.hex()[:16]}.ledger"
    config = Config(
        format=FORMAT, origin=origin, court_zh=plan.court_zh, court_en=plan.court_en, member="court-node",
        application=OWN, chains=list(EMBEDDED), stamps=Stamps(own=plan.own_stamps),
        notice_zh=plan.notice.zh if plan.notice else "", notice_en=plan.notice.en if plan.notice else "",
        map={} if plan.place is None else {"court-node": plan.place},
    )  # fmt: skip
    if not re.fullmatch(r"[a-z0-9][a-z0-9.:-]{0,90}", origin):
        raise LedgerConfigInvalid(place=home.file, reason="origin: a-z 0-9 . : -")
    found(home, config, _founders(config, authority.root, issued), int(datetime.now(UTC).timestamp() * 1000))
    return config


def open_node(home: Home, *, passphrase: str | None = None) -> Opened:
    """Everything of a ledger's directory, not yet started. Raises NoLedger, KeyUnusable, PassphraseUnknown and more."""
    config = home.config()
    secret = passphrase or passphrase_of(home)
    register = Register(home.ca, sm2())
    signer = signer_of(home, NODE, register, secret)
    verifying = ThreadedVerifying(sm2())
    vault = Vault(home.vault, Keyring(FileKeys(home.keys / "vault")))
    printer = _printer(home, config, secret)
    stamping = _stamping(home, config, register, secret)
    node = Node(
        home=home,
        config=config,
        drivers=_drivers(home, config, signer, verifying),
        reading=home.stores(config, read_only=True),
        vault=vault,
        signer=signer,
        own=signer_of(home, OWN, register, secret),
        verifying=verifying,
        stamping=stamping,
    )
    desk = Desk(
        node,
        token=home.token.read_text().strip(),
        read_certificate=reading_certificates(register),
        render=printer,
    )

    def close() -> None:
        if printer is not None:
            printer.close()
        node.close()
        verifying.close()

    return Opened(node, desk, close)


def own_certificates(home: Home) -> list[tuple[bytes, bytes]]:
    """(fingerprint, DER) of everyone who stands in the genesis, with issuer and root: they go into proofs."""
    register = Register(home.ca, sm2())
    found = [register.root, register.issuer]
    found += [register.trust.read(file.read_bytes()) for file in sorted(home.keys.glob("*.crt"))]
    return [(facts.fingerprint, facts.der) for facts in found]


def reading_certificates(register: Register) -> Callable[[bytes], CertificateFacts]:
    """An application's certificate, by the court's CA and not revoked, now."""

    def read(content: bytes) -> CertificateFacts:
        return register.trust.check(
            content, at=datetime.now(UTC), role=CertificateRole.APPLICATION, revocations=register
        ).require()

    return read


def _authority(home: Home, plan: Plan, passphrase: str, iterations: int) -> Authority:
    if (home.ca / "authority.json").exists():
        return open_authority(home.ca, passphrase, sm2(), SystemClock())
    made = AuthorityPlan(court_zh=plan.court_zh[:50], court_en=plan.court_en[:50], iterations=iterations)
    return create_authority(
        home.ca, made, root_passphrase=passphrase, issuer_passphrase=passphrase, sm2=sm2(), clock=SystemClock()
    )


def _name_keys(plan: Plan) -> dict[str, tuple[CertificateRole, Subject]]:
    def subject(identifier: str, zh: str, en: str) -> Subject:
        return Subject(
            name_zh=f"{plan.court_zh[:40]}{zh}", name_en=f"{plan.court_en[:40]} {en}",
            organisation_zh=plan.court_zh[:64], organisation_en=plan.court_en[:64], identifier=identifier,
        )  # fmt: skip

    named = {
        NODE: (CertificateRole.NODE, subject("court-node", "存证节点", "ledger node")),
        OFFICERS[0]: (CertificateRole.COURT, subject("officer-1", "准入审核一", "access officer 1")),
        OFFICERS[1]: (CertificateRole.COURT, subject("officer-2", "准入审核二", "access officer 2")),
        OWN: (CertificateRole.APPLICATION, subject("court", "存证应用", "own deposits")),
        SEAL: (CertificateRole.COURT, subject("seal", "存证证书签发", "certificates of storage")),
    }
    if plan.own_stamps:
        named[STAMP] = (CertificateRole.TIME_STAMP, subject("stamp", "时间戳", "time stamps"))
    return named


def issue(
    home: Home,
    authority: Authority,
    name: str,
    role: CertificateRole,
    subject: Subject,
    passphrase: str,
    iterations: int,
) -> CertificateFacts:
    """Key and certificate, once: a founding that was broken off goes on where it was."""
    file = home.keys / f"{name}.crt"
    if file.exists():
        return authority.trust.read(file.read_bytes())
    private_key = sm2().new_private_key()
    write_key_file(home.keys / f"{name}.key", private_key, passphrase, sm2(), iterations=iterations)
    facts = authority.issue(role, subject, sm2().public_key(private_key))
    write_whole(file, pem_of(facts.der))
    return facts


def _founders(config: Config, root: CertificateFacts, issued: Mapping[str, CertificateFacts]) -> Founders:
    node, own = issued[NODE], issued[OWN]
    categories = [chain.category for chain in config.chains if chain.category]
    return Founders(
        root=root.fingerprint,
        members=[
            Member(
                config.member, config.court_zh, config.court_en, Level.FIRST, 1, node.fingerprint, node.public_key, b"",
                Standing.ADMITTED,
            )
        ],
        officers=[
            SigningKey(issued[name].fingerprint, SignerRole.OFFICER, config.member, issued[name].public_key, 0, None)
            for name in OFFICERS
        ],
        applications=[
            Application(
                config.application, f"{config.court_zh}存证应用", f"{config.court_en}, own deposits", config.court_zh,
                own.fingerprint, own.public_key, categories, sm3(b""), Standing.ADMITTED, None, None,
            )
        ],
    )  # fmt: skip


def _drivers(home: Home, config: Config, signer: Signer, verifying: Verifying) -> dict[str, Driver]:
    """What puts each chain in order. The consortium's engines are only looked for where the ledger has them."""
    if config.driver == "solo":
        return {chain.name: SoloDriver(Store(home.chain(chain.name)), signer, verifying) for chain in config.chains}
    if config.driver != "cometbft":
        raise LedgerConfigInvalid(place=home.file, reason=f"driver: {config.driver}")
    from tianping.engines.ledger.drivers.cometbft.binary import engine_program
    from tianping.engines.ledger.drivers.cometbft.driver import CometDriver
    from tianping.engines.ledger.drivers.cometbft.homes import Home as EngineHome

    program = engine_program()
    return {
        chain.name: CometDriver(
            EngineHome(home.engines / chain.name), program, [signer], verifying, store=Store(home.chain(chain.name))
        )
        for chain in config.chains
    }


def _stamping(home: Home, config: Config, register: Register, passphrase: str) -> TimeStampAuthority | None:
    if config.stamps.url:
        trust = StampTrust(roots=((home.place / config.stamps.trust).read_bytes(),))
        return TimeStampClient(config.stamps.url, trust, sm2())
    if config.stamps.own:
        signer = signer_of(home, STAMP, register, passphrase)
        return OwnClock(signer, [register.issuer.der], register.trust.arc, SystemClock())
    return None


def _printer(home: Home, config: Config, passphrase: str) -> Printer | None:
    """What makes certificates of storage, where the court's key for them is here."""
    if not (home.keys / f"{SEAL}.key").is_file():
        return None
    note = Text(config.notice_zh, config.notice_en) if config.notice_zh and config.notice_en else None
    court = Text(config.court_zh, config.court_en)
    return Printer(Orders(str(home.place.parent), passphrase, court, note, config.check_url or None))
