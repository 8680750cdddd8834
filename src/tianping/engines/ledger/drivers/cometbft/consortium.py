"""A consortium of several members on one machine, in one directory: for trying it, for tests, and for a court alone.

```
consortium.json                      who the members are, their chains, and how a node is started
<member>/                            a member's data directory; its node is one process for all chains
<member>/ledger/engines/<chain>/     the home of its engine for a chain (homes.py)
<member>/log/node.log
run/, log/                           the watcher's lock, record and log
```
`watch` (in a process of its own, started by `up`) starts the nodes and starts again those that died. The nodes do not
depend on it: killed, it leaves them running, and the next one takes them over.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from tianping.engines.ledger.drivers.cometbft.engine import Running, end_process
from tianping.engines.ledger.drivers.cometbft.homes import (
    GenesisValidator,
    Home,
    Identity,
    NodeSettings,
    Tempo,
    genesis_document,
)
from tianping.engines.ledger.drivers.cometbft.node import NodeState, NodeStatus, read_status
from tianping.engines.ledger.drivers.cometbft.problems import EngineFailed, NoConsortium
from tianping.platform.supervisor import write_private
from tianping.platform.supervisor.directory import tail

AppState = Callable[[Mapping[str, Identity]], Any]
"""What a chain's application begins with, as JSON, given the public keys of the members' engines."""

PAUSE_S = 0.1
FIRST_DELAY_S = 0.3
LONGEST_DELAY_S = 15.0


class Founded(msgspec.Struct, frozen=True):
    """consortium.json. `command` starts a node; the member's directory is appended. Members in the order they came."""

    name: str
    chains: tuple[str, ...]
    members: tuple[str, ...]
    command: tuple[str, ...]


class MemberStatus(msgspec.Struct, frozen=True):
    """One member: whether its node process runs, and what that last wrote of each chain (None before its first start)."""

    name: str
    place: str
    alive: bool
    chains: dict[str, NodeStatus | None]

    @property
    def ready(self) -> bool:
        told = self.chains.values()
        return self.alive and all(
            one is not None and one.state is NodeState.READY and one.running.process() is not None for one in told
        )


class ConsortiumStatus(msgspec.Struct, frozen=True):
    """`watched`: whether something starts nodes again that die."""

    name: str
    watched: bool
    members: tuple[MemberStatus, ...]


class Consortium:
    """The consortium in a directory. Every method blocks; none needs the process that founded it."""

    def __init__(self, place: Path) -> None:
        self.place = place.absolute()
        self._record = self.place / "consortium.json"
        self._watcher = self.place / "run" / "watcher.json"

    @property
    def founded(self) -> Founded:
        """Raises NoConsortium."""
        try:
            return msgspec.json.decode(self._record.read_bytes(), type=Founded)
        except FileNotFoundError:
            raise NoConsortium(place=self.place) from None

    @property
    def exists(self) -> bool:
        return self._record.exists()

    def member(self, name: str) -> Path:
        """The data directory of a member."""
        return self.place / name

    def node_log(self, name: str) -> Path:
        return self.member(name) / "log" / "node.log"

    def home(self, name: str, chain: str | None = None) -> Home:
        """A member's engine for a chain, the first one if none is named."""
        return self._home(name, chain or self.founded.chains[0])

    def _home(self, name: str, chain: str) -> Home:
        return Home(self.member(name) / "ledger" / "engines" / chain)

    def homes(self, chain: str | None = None) -> dict[str, Home]:
        return {name: self.home(name, chain) for name in self.founded.members}

    def found(
        self,
        name: str,
        powers: Mapping[str, int],
        chains: Mapping[str, AppState],
        command: Sequence[str],
        created: datetime,
        *,
        tempo: Tempo | None = None,
    ) -> None:
        """Make the members' homes, keys, ports and for each chain its common genesis; the record last.

        `name` and the chain's make the engines' chain id; `chains`: what the application's genesis is, told the engines'
        public keys by member.
        """
        for chain, app_state in chains.items():
            homes = {member: self._home(member, chain) for member in powers}
            identities = {member: home.prepare().identity() for member, home in homes.items()}
            ports = free_ports(2 * len(powers))
            p2p = {member: f"127.0.0.1:{ports.pop()}" for member in powers}
            genesis = genesis_document(
                f"{name}-{chain}",
                created,
                [GenesisValidator(one, identities[one].engine_key, power) for one, power in powers.items() if power],
                app_state(identities),
            )
            for member, home in homes.items():
                settings = NodeSettings(
                    name=member,
                    chain_id=f"{name}-{chain}",
                    p2p=p2p[member],
                    rpc=f"127.0.0.1:{ports.pop()}",
                    peers=tuple(f"{identities[one].node_id}@{p2p[one]}" for one in powers if one != member),
                    tempo=tempo or Tempo(),
                )
                home.write_settings(settings)
                home.write_genesis(genesis)
        self._write(Founded(name, tuple(chains), tuple(powers), tuple(command)))

    def join(self, name: str) -> dict[str, Identity]:
        """Make the homes of one more member, by chain; it knows the others, and they let it in from now on.

        It follows the chains; a vote it gets by a transaction of the members on each.
        """
        founded = self.founded
        made = {}
        for chain in founded.chains:
            others = {other: self.home(other, chain) for other in founded.members if other != name}
            home = self.home(name, chain).prepare()
            identity = made[chain] = home.identity()
            p2p, rpc = (f"127.0.0.1:{port}" for port in free_ports(2))
            for other in others.values():
                settings = other.settings
                if identity.node_id not in settings.peer_ids:
                    peers = (*settings.peers, f"{identity.node_id}@{p2p}")
                    other.write_settings(msgspec.structs.replace(settings, peers=peers))
            first = others[founded.members[0]]
            peers = tuple(f"{other.identity().node_id}@{other.settings.p2p}" for other in others.values())
            home.write_settings(msgspec.structs.replace(first.settings, name=name, p2p=p2p, rpc=rpc, peers=peers))
            home.write_genesis((first.config / "genesis.json").read_bytes())
        self._write(msgspec.structs.replace(founded, members=(*founded.members, name)))
        return made

    def up(self, *, within_s: float = 60.0) -> None:
        """Start the watcher in the background unless one is at work; return when every node is ready.

        Raises NoConsortium, EngineFailed.
        """
        assert self.founded
        self._until_ready(within_s, meanwhile=self._have_watcher)

    def _have_watcher(self) -> None:
        """Start one unless there is; return when it holds its lock, so that `stop` finds it. Raises EngineFailed."""
        if self.watched:
            return
        log = self._prepared("log") / "watcher.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name, str(self.place)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        while not self.watched:
            if process.poll() is not None:
                raise EngineFailed(node=self.place.name, what="the watcher ended", log=log, tail=tail(log))
            time.sleep(PAUSE_S / 4)

    def until_ready(self, *, within_s: float = 60.0) -> None:
        """Raises EngineFailed, naming the first node that is not."""
        self._until_ready(within_s, meanwhile=lambda: None)

    def _until_ready(self, within_s: float, meanwhile: Callable[[], None]) -> None:
        deadline = time.monotonic() + within_s
        meanwhile()
        while waiting := [one.name for one in self.status().members if not one.ready]:
            if time.monotonic() > deadline:
                log = self.node_log(waiting[0])
                what = f"not ready within {within_s:.0f} s"
                raise EngineFailed(node=waiting[0], what=what, log=log, tail=tail(log))
            time.sleep(PAUSE_S)
            meanwhile()

    @property
    def watched(self) -> bool:
        running = Running.read(self._watcher)
        return bool(running and running.process())

    def status(self) -> ConsortiumStatus:
        """Raises NoConsortium."""
        founded = self.founded
        members = []
        for name in founded.members:
            chains = {chain: read_status(self.home(name, chain)) for chain in founded.chains}
            members.append(MemberStatus(name, str(self.member(name)), self.running(name) is not None, chains))
        return ConsortiumStatus(founded.name, self.watched, tuple(members))

    def running(self, name: str) -> Running | None:
        """A member's node process, None where it does not run."""
        running = Running.read(self.home(name).run / "node.json")
        return running if running and running.process() else None

    def stop(self, *, within_s: float = 15.0) -> None:
        """Stop the watcher, the nodes and their engines, whoever started them. Raises NoConsortium."""
        names = self.founded.members
        end_process(Running.read(self._watcher), within_s=within_s)
        running = [self.running(name) for name in names]
        for one in running:
            if process := one and one.process():
                process.terminate()
        for name, one in zip(names, running, strict=True):
            end_process(one, within_s=within_s)
            self.end_engines(name)

    def end_engines(self, name: str) -> None:
        """End what a killed node may have left."""
        for chain in self.founded.chains:
            end_process(Running.read(self.home(name, chain).run / "engine.json"))

    def start_node(self, name: str) -> "subprocess.Popen[bytes]":
        """Start one node in the background, on its own. Its output is appended to its log."""
        place = self.node_log(name)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with place.open("ab") as log:
            return subprocess.Popen(
                [*self.founded.command, str(self.member(name))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def watch(self) -> None:
        """Keep the nodes running until SIGTERM or SIGINT; then stop them. For a process of its own, in its main thread."""
        stopping: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda got, _frame: stopping.append(got))
        with ExitStack() as held:
            lock = held.enter_context((self._prepared("run") / "watcher.lock").open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            Running.of(os.getpid()).write(self._watcher)
            watched: dict[str, _Watched] = {}
            while not stopping:
                for name in self.founded.members:
                    watched.setdefault(name, _Watched(self, name)).look()
                time.sleep(PAUSE_S)
            for one in watched.values():
                one.ask_to_end()
            for one in watched.values():
                one.end()

    def _write(self, founded: Founded) -> None:
        write_private(self._record, msgspec.json.format(msgspec.json.encode(founded)))

    def _prepared(self, room: str) -> Path:
        place = self.place / room
        place.mkdir(mode=0o700, exist_ok=True)
        return place


class _Watched:
    """One node under the watcher: started when it does not run, more and more slowly when it keeps dying."""

    def __init__(self, consortium: Consortium, name: str) -> None:
        self._consortium = consortium
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None
        self._due = self._begun = 0.0
        self._deaths = 0

    def look(self) -> None:
        now = time.monotonic()
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._process = None
            self._deaths = 1 if now - self._begun > LONGEST_DELAY_S else self._deaths + 1
            self._due = now + min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** (self._deaths - 1))
        if now >= self._due and not self._consortium.running(self._name):
            self._begun = now
            self._process = self._consortium.start_node(self._name)

    def ask_to_end(self) -> None:
        if (running := self._consortium.running(self._name)) and (process := running.process()):
            process.terminate()

    def end(self) -> None:
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
        end_process(self._consortium.running(self._name))
        self._consortium.end_engines(self._name)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody uses now."""
    with ExitStack() as held:
        plugs = [held.enter_context(socket.socket()) for _ in range(count)]
        for plug in plugs:
            plug.bind(("127.0.0.1", 0))
        return [plug.getsockname()[1] for plug in plugs]


if __name__ == "__main__":
    Consortium(Path(sys.argv[1])).watch()
