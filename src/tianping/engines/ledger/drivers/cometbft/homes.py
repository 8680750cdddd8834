"""What lies in a member's directory, and how it comes there: keys, genesis and settings of the consensus engine.

```
node.json                    NodeSettings
engine/config/               config.toml (written at every start), genesis.json, node_key.json, priv_validator_key.json
engine/data/                 the engine's blocks and state; priv_validator_state.json, what it has signed so far
run/                         abci.sock, node.lock, status.json, engine.json
log/engine.log
```
The engine's keys are ed25519, as CometBFT wants them; they order blocks and prove nothing to a court.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tianping.platform.supervisor import write_private

_NOTHING_SIGNED = b'{\n  "height": "0",\n  "round": 0,\n  "step": 0\n}\n'
# The engine refuses a longer one.
LONGEST_CHAIN_ID = 50


class Tempo(msgspec.Struct, frozen=True):
    """The engine's patience, in milliseconds. `commit_ms` is also how long a block gathers late co-signatures; and since all
    that comes while a block is decided waits for the next, half of it is in every deposit's answer.
    """

    propose_ms: int = 1000
    propose_more_ms: int = 500
    vote_ms: int = 500
    vote_more_ms: int = 250
    commit_ms: int = 150
    gossip_ms: int = 10


class StateSync(msgspec.Struct, frozen=True):
    """Begin from a snapshot instead of the first block. `servers`: at least two RPC addresses to compare headers of;
    `trust_height`, `trust_hash` (hexadecimal): a block that the operator knows to be right from elsewhere.
    """

    servers: tuple[str, ...]
    trust_height: int
    trust_hash: str
    trust_hours: int = 168


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One member's node. `p2p` and `rpc` are `host:port`; `peers`: `node-id@host:port`; only they may connect."""

    name: str
    chain_id: str
    p2p: str
    rpc: str
    peers: tuple[str, ...] = ()
    tempo: Tempo = Tempo()
    state_sync: StateSync | None = None
    log_level: str = "error"

    @property
    def peer_ids(self) -> frozenset[str]:
        return frozenset(peer.partition("@")[0] for peer in self.peers)


class Identity(msgspec.Struct, frozen=True):
    """Public side of an engine's keys. `address`: 20 bytes, what votes carry; `node_id`: hexadecimal, what peers know."""

    engine_key: bytes
    address: bytes
    node_id: str


class GenesisValidator(msgspec.Struct, frozen=True):
    name: str
    engine_key: bytes
    power: int


class Home:
    """The directory of one member's node."""

    def __init__(self, place: Path) -> None:
        self.place = place.absolute()
        self.engine = self.place / "engine"
        self.config = self.engine / "config"
        self.state = self.engine / "data"
        self.run = self.place / "run"
        self.log = self.place / "log" / "engine.log"
        self.socket = self.run / "abci.sock"

    def prepare(self) -> "Home":
        """Make the rooms and, where they are missing, the engine's keys. What exists is left as it is."""
        for room in (self.place, self.config, self.state, self.run, self.log.parent):
            room.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("node_key.json", "priv_validator_key.json"):
            if not (self.config / name).exists():
                write_private(self.config / name, _new_key(whole=name.startswith("priv")))
        if not (self.state / "priv_validator_state.json").exists():
            write_private(self.state / "priv_validator_state.json", _NOTHING_SIGNED)
        return self

    def identity(self) -> Identity:
        return Identity(
            key := _public(self.config / "priv_validator_key.json"),
            address_of(key),
            address_of(_public(self.config / "node_key.json")).hex(),
        )

    @property
    def settings(self) -> NodeSettings:
        return msgspec.json.decode((self.place / "node.json").read_bytes(), type=NodeSettings)

    def write_settings(self, settings: NodeSettings) -> None:
        write_private(self.place / "node.json", msgspec.json.format(msgspec.json.encode(settings)))

    def write_genesis(self, genesis: bytes) -> None:
        write_private(self.config / "genesis.json", genesis)

    def write_config(self, settings: NodeSettings) -> None:
        write_private(self.config / "config.toml", engine_config(settings).encode())

    def forget_blocks(self) -> None:
        """Remove the engine's blocks and state, but never the record of what it has signed: with that gone it could sign
        a height twice.
        """
        kept = {"priv_validator_state.json"}
        for found in self.state.iterdir():
            if found.name not in kept:
                _remove(found)


def address_of(engine_key: bytes) -> bytes:
    """First 20 bytes of SHA-256 of an ed25519 public key: the name of a validator, and of a node, in the engine."""
    return hashlib.sha256(engine_key).digest()[:20]


def genesis_document(
    chain_id: str,
    created: datetime,
    validators: Sequence[GenesisValidator],
    app_state: Any,
    *,
    largest_block: int = 4 << 20,
) -> bytes:
    """The engine's genesis.json, the same for every member. `app_state` is handed to the application as JSON."""
    if not re.fullmatch(rf"[a-zA-Z0-9.-]{{1,{LONGEST_CHAIN_ID}}}", chain_id):
        raise ValueError(f"a chain id has 1 to {LONGEST_CHAIN_ID} letters, digits, dots and hyphens, not {chain_id!r}")
    document = {
        "genesis_time": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "chain_id": chain_id,
        "initial_height": "1",
        "consensus_params": {
            "block": {"max_bytes": str(largest_block), "max_gas": "-1"},
            "evidence": {
                "max_age_num_blocks": "100000",
                "max_age_duration": str(14 * 86400 * 10**9),
                "max_bytes": "1048576",
            },
            "validator": {"pub_key_types": ["ed25519"]},
            # Must equal what the application tells in Info, or the engine cannot be rolled back.
            "version": {"app": "1"},
            "abci": {"vote_extensions_enable_height": "1"},
        },
        "validators": [
            {
                "address": address_of(one.engine_key).hex().upper(),
                "pub_key": {"type": "tendermint/PubKeyEd25519", "value": _base64(one.engine_key)},
                "power": str(one.power),
                "name": one.name,
            }
            for one in validators
        ],
        "app_hash": "",
        "app_state": app_state,
    }
    return msgspec.json.format(msgspec.json.encode(document))


def engine_config(settings: NodeSettings) -> str:
    """config.toml: what differs from the engine's defaults. The gossip and flush pauses are worth half a second a block."""
    tempo, sync = settings.tempo, settings.state_sync
    lines = f"""
proxy_app = "unix://run/abci.sock"
abci = "socket"
moniker = {_quoted(settings.name)}
filter_peers = true
log_level = {_quoted(settings.log_level)}

[rpc]
laddr = {_quoted("tcp://" + settings.rpc)}
max_body_bytes = 8388608
max_request_batch_size = 1000

[p2p]
laddr = {_quoted("tcp://" + settings.p2p)}
persistent_peers = {_quoted(",".join(settings.peers))}
persistent_peers_max_dial_period = "5s"
addr_book_strict = false
allow_duplicate_ip = true
pex = false
flush_throttle_timeout = "10ms"
send_rate = 52428800
recv_rate = 52428800

[mempool]
recheck = false
size = 50000
cache_size = 100000
max_tx_bytes = 1048576

[consensus]
timeout_propose = "{tempo.propose_ms}ms"
timeout_propose_delta = "{tempo.propose_more_ms}ms"
timeout_prevote = "{tempo.vote_ms}ms"
timeout_prevote_delta = "{tempo.vote_more_ms}ms"
timeout_precommit = "{tempo.vote_ms}ms"
timeout_precommit_delta = "{tempo.vote_more_ms}ms"
timeout_commit = "{tempo.commit_ms}ms"
create_empty_blocks = false
peer_gossip_sleep_duration = "{tempo.gossip_ms}ms"

[storage]
discard_abci_responses = true

[tx_index]
indexer = "null"
"""
    if sync:
        lines += f"""
[statesync]
enable = true
rpc_servers = {_quoted(",".join(sync.servers))}
trust_height = {sync.trust_height}
trust_hash = {_quoted(sync.trust_hash)}
trust_period = "{sync.trust_hours}h0m0s"
discovery_time = "5s"
chunk_request_timeout = "10s"
"""
    return lines.lstrip()


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's."""
    return msgspec.json.encode(text).decode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _new_key(*, whole: bool) -> bytes:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    both = _base64(private.private_bytes_raw() + public)
    document: dict[str, Any] = {"priv_key": {"type": "tendermint/PrivKeyEd25519", "value": both}}
    if whole:
        document["address"] = address_of(public).hex().upper()
        document["pub_key"] = {"type": "tendermint/PubKeyEd25519", "value": _base64(public)}
    return msgspec.json.encode(document)


def _public(key: Path) -> bytes:
    return base64.b64decode(msgspec.json.decode(key.read_bytes())["priv_key"]["value"])[32:]


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        for found in place.iterdir():
            _remove(found)
        place.rmdir()
    else:
        place.unlink()
