"""A ledger's directory: what lies where, and what its `ledger.toml` says.

```
ledger.toml            origin, this court's member and application, chains, stamps, limits
ca/                    the certificate authority, as `tianping ca init` makes it
keys/                  NAME.key (encrypted) and NAME.crt of the node, the officers, the court's application; node.token
passphrase             of the keys here and of the CA's: only where a person chose convenience, as the embedded default does
chains/NAME.sqlite     one chain each
engines/NAME/          the consensus engine of a chain, where several members co-sign
vault.sqlite           openings, outbox, papers
aside/                 chain data of a consortium's member that started over, by the time of that
lock                   who runs the node now, and where it answers
```
"""

import re
import tomllib
from pathlib import Path

import msgspec

from tianping.engines.ledger.machine import begin
from tianping.engines.ledger.model import FORMAT, Application, Genesis, Member, SigningKey
from tianping.engines.ledger.store import Store
from tianping.kit.problems import Conflict, NotFound, Problem, Text

MAIN = "main"
_MAP = re.compile(r"^\[map\]\n.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


class ChainPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chain. `category`: the kind of evidence that is deposited on it; the main chain has none."""

    name: str
    zh: str
    en: str
    category: str | None = None


CATEGORIES: tuple[ChainPlan, ...] = (
    ChainPlan("works", "作品版权", "Works and copyright", "works"),
    ChainPlan("infringe", "侵权取证", "Infringement", "infringe"),
    ChainPlan("contract", "电子合同", "Electronic contracts", "contract"),
    ChainPlan("trade", "电商交易", "E-commerce", "trade"),
    ChainPlan("finance", "互联网金融", "Online finance", "finance"),
    ChainPlan("message", "通信记录", "Messages", "message"),
    ChainPlan("publish", "网络发布", "Online publication", "publish"),
    ChainPlan("privacy", "个人信息", "Personal information", "privacy"),
    ChainPlan("court", "司法文书与卷宗", "Court documents and files", "court"),
)
EMBEDDED = (ChainPlan(MAIN, "主链", "Main chain"), *CATEGORIES)


class Stamps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Time stamps (RFC 3161). `url` of an authority whose certificate (PEM, below the ledger's directory) is `trust`;
    without a `url`, `own` says whether the court's own clock stamps.
    """

    url: str = ""
    trust: str = ""
    own: bool = False
    every_minutes: int = 5


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one minute: requests and items of one application, requests of one address without an application."""

    requests: int = 12_000
    items: int = 600_000
    strangers: int = 600


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`ledger.toml`. `member`, `application`: ids of the court's node and of its own application. `notice`: stands on every
    certificate of storage; `check_url`: what its QR code opens, with `{number}`. `driver`: `solo` or `cometbft`; `port`: of
    the gateway, 0 for the usual one. `map`: longitude and latitude of members whose place is public.
    """

    format: int
    origin: str
    court_zh: str
    court_en: str
    member: str
    application: str
    notice_zh: str = ""
    notice_en: str = ""
    check_url: str = ""
    driver: str = "solo"
    port: int = 0
    anchor_every_minutes: int = 5
    disk_reserve_mb: int = 64
    chains: list[ChainPlan]
    stamps: Stamps = Stamps()
    limits: Limits = Limits()
    map: dict[str, tuple[float, float]] = {}


class NoLedger(NotFound):
    code = "no-ledger"
    title = Text(
        "此目录中没有账本，请先运行 tianping ledger init", "No ledger in this directory: run tianping ledger init"
    )
    detail = Text("{place}", "{place}")


class LedgerExists(Conflict):
    code = "ledger-exists"
    title = Text("此目录中已有账本", "There is a ledger in this directory already")
    detail = Text("{place}", "{place}")


class LedgerConfigInvalid(Problem):
    status = 500
    code = "ledger-config-invalid"
    title = Text("账本配置文件有误", "The ledger's configuration is not valid")
    detail = Text("{place}：{reason}", "{place}: {reason}")


class Home:
    """The paths of a ledger below `data`, and its configuration where there is one."""

    def __init__(self, data: Path) -> None:
        self.place = data / "ledger"
        self.file = self.place / "ledger.toml"
        self.ca = self.place / "ca"
        self.keys = self.place / "keys"
        self.passphrase = self.place / "passphrase"
        self.chains = self.place / "chains"
        self.vault = self.place / "vault.sqlite"
        self.lock = self.place / "lock"
        self.token = self.keys / "node.token"
        self.engines = self.place / "engines"
        self.aside = self.place / "aside"

    @property
    def exists(self) -> bool:
        return self.file.is_file()

    def chain(self, name: str) -> Path:
        return self.chains / f"{name}.sqlite"

    def config(self) -> Config:
        """Raises NoLedger, LedgerConfigInvalid."""
        if not self.exists:
            raise NoLedger(place=self.place)
        try:
            config = msgspec.convert(tomllib.loads(self.file.read_text()), Config)
        except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
            raise LedgerConfigInvalid(place=self.file, reason=wrong) from wrong
        names = [chain.name for chain in config.chains]
        if config.format != FORMAT or MAIN not in names or len(set(names)) != len(names):
            raise LedgerConfigInvalid(place=self.file, reason=f"format {FORMAT}, one chain `{MAIN}`, each name once")
        if any(not re.fullmatch(r"[a-z0-9]{2,12}", name) for name in names):
            raise LedgerConfigInvalid(place=self.file, reason="a chain's name is 2 to 12 small letters and digits")
        return config

    def places(self) -> dict[str, tuple[float, float]]:
        """Where members are, as the file says now; a file that is wrong just now says nothing."""
        try:
            return self.config().map
        except Problem:
            return {}

    def stores(self, config: Config, *, read_only: bool = False) -> dict[str, Store]:
        """Every chain's file, in the order of the configuration. Raises ChainUnknown."""
        return {chain.name: Store(self.chain(chain.name), read_only=read_only) for chain in config.chains}


class Founders(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands in the first words of every chain. `root`: fingerprint of the CA's root certificate."""

    root: bytes
    members: list[Member]
    officers: list[SigningKey]
    applications: list[Application]


def genesis_of(config: Config, chain: ChainPlan, founders: Founders, created_at: int) -> Genesis:
    """The first words of a chain. The main chain knows every category, because access to each is decided on it too."""
    every = [one.category for one in config.chains if one.category]
    categories = [chain.category] if chain.category else every
    applications = [
        msgspec.structs.replace(one, categories=[name for name in one.categories if name in categories])
        for one in founders.applications
    ]
    return Genesis(
        FORMAT, f"{config.origin}/{chain.name}", chain.name, chain.zh, chain.en, created_at, founders.root, categories,
        founders.members, founders.officers, applications,
    )  # fmt: skip


def found(home: Home, config: Config, founders: Founders, created_at: int) -> None:
    """Begin every chain; the configuration is written last, so that there is a whole ledger or none. Raises LedgerExists."""
    if home.exists:
        raise LedgerExists(place=home.place)
    home.chains.mkdir(parents=True, exist_ok=True, mode=0o700)
    for chain in config.chains:
        store = Store(home.chain(chain.name))
        try:
            if store.head() is None:
                store.keep(begin(genesis_of(config, chain, founders, created_at)))
        finally:
            store.close()
    write_config(home, config)


def write_config(home: Home, config: Config) -> None:
    """Whole or not at all."""
    fresh = home.file.with_suffix(".new")
    fresh.write_text(written(config))
    fresh.replace(home.file)


def write_place(home: Home, member: str, place: tuple[float, float] | None) -> None:
    """Say where a member is, or no more. The rest of the file, remarks and all, stays as it is. Raises as `Home.config`."""
    places = {**home.config().map, member: place}
    lines = [f"{value_of(name)} = {value_of(at)}\n" for name, at in sorted(places.items()) if at is not None]
    table = "[map]\n" + "".join(lines) + "\n" if lines else ""
    text = _MAP.sub("", home.file.read_text())
    before, chains, after = text.partition("[[chains]]")
    fresh = home.file.with_suffix(".new")
    fresh.write_text(f"{before}{table}{chains}{after}")
    fresh.replace(home.file)


def value_of(of: object) -> str:
    """A value as TOML and JSON both write it."""
    return msgspec.json.encode(of).decode()


def written(config: Config) -> str:
    """The text of `ledger.toml`."""
    lines = ["# 本院存证链的配置 · What this ledger is: made by `tianping ledger init`."]
    lines += [
        f"{name} = {value_of(getattr(config, name))}"
        for name in (
            "format", "origin", "court_zh", "court_en", "notice_zh", "notice_en", "check_url", "member", "application",
            "driver", "port", "anchor_every_minutes", "disk_reserve_mb",
        )
    ]  # fmt: skip
    for table in ("stamps", "limits"):
        lines += ["", f"[{table}]"]
        lines += [f"{name} = {value_of(found)}" for name, found in msgspec.to_builtins(getattr(config, table)).items()]
    if config.map:
        lines += ["", "[map]"]
        lines += [f"{value_of(name)} = {value_of(place)}" for name, place in config.map.items()]
    for chain in config.chains:
        lines += ["", "[[chains]]"]
        lines += [f"{k} = {value_of(v)}" for k, v in msgspec.to_builtins(chain).items() if v is not None]
    return "\n".join(lines) + "\n"
