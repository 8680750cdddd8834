"""A consortium of several members on one machine, in one directory: for trying it, for tests, and for a court alone.

```
consortium.json     who the members are and how a node is started
<member>/           each member's home (homes.py)
run/                the watcher's lock and record
log/                watcher.log
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

PAUSE_S = 0.1
FIRST_DELAY_S = 0.3
LONGEST_DELAY_S = 15.0


class Founded(msgspec.Struct, frozen=True):
    """consortium.json. `command` starts a node; its home is appended. Members in the order they were founded in."""

    chain_id: str
    members: tuple[str, ...]
    command: tuple[str, ...]


class MemberStatus(msgspec.Struct, frozen=True):
    """One member: whether its node process runs, and what it last wrote of itself."""

    name: str
    home: str
    alive: bool
    status: NodeStatus | None


class ConsortiumStatus(msgspec.Struct, frozen=True):
    chain_id: str
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

    def home(self, name: str) -> Home:
        return Home(self.place / name)

    def homes(self) -> dict[str, Home]:
        return {name: self.home(name) for name in self.founded.members}

    def found(
        self,
        chain_id: str,
        powers: Mapping[str, int],
        command: Sequence[str],
        created: datetime,
        app_state: Callable[[Mapping[str, Identity]], Any],
        *,
        tempo: Tempo | None = None,
    ) -> None:
        """Make the members' homes, keys, ports and common genesis. `app_state` is told the engines' public keys."""
        identities = {name: self.home(name).prepare().identity() for name in powers}
        ports = free_ports(2 * len(powers))
        p2p = {name: f"127.0.0.1:{ports.pop()}" for name in powers}
        genesis = genesis_document(
            chain_id,
            created,
            [GenesisValidator(name, identities[name].engine_key, power) for name, power in powers.items() if power],
            app_state(identities),
        )
        for name in powers:
            peers = tuple(f"{identities[other].node_id}@{p2p[other]}" for other in powers if other != name)
            rpc = f"127.0.0.1:{ports.pop()}"
            home = self.home(name)
            home.write_settings(
                NodeSettings(name=name, chain_id=chain_id, p2p=p2p[name], rpc=rpc, peers=peers, tempo=tempo or Tempo())
            )
            home.write_genesis(genesis)
        self._write(Founded(chain_id, tuple(powers), tuple(command)))

    def join(self, name: str) -> Identity:
        """Add the home of one more member, who knows all the others and whom all the others know from their next start.

        It follows the chain; a vote it gets by a transaction of the members.
        """
        founded = self.founded
        first = self.home(founded.members[0])
        identity = self.home(name).prepare().identity()
        port, rpc = free_ports(2)
        address = f"{identity.node_id}@127.0.0.1:{port}"
        peers = []
        for other, home in self.homes().items():
            settings = home.settings
            peers.append(f"{home.identity().node_id}@{settings.p2p}")
            if other != name and address not in settings.peers:
                home.write_settings(msgspec.structs.replace(settings, peers=(*settings.peers, address)))
        self.home(name).write_settings(
            NodeSettings(
                name=name,
                chain_id=founded.chain_id,
                p2p=f"127.0.0.1:{port}",
                rpc=f"127.0.0.1:{rpc}",
                peers=tuple(peers),
                tempo=first.settings.tempo,
            )
        )
        self.home(name).write_genesis((first.config / "genesis.json").read_bytes())
        self._write(msgspec.structs.replace(founded, members=(*founded.members, name)))
        return identity

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
        while waiting := [one.name for one in self.status().members if not _is_ready(one)]:
            if time.monotonic() > deadline:
                log = self.home(waiting[0]).log.with_name("node.log")
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
        members = []
        for name, home in self.homes().items():
            running = Running.read(home.run / "node.json")
            members.append(MemberStatus(name, str(home.place), bool(running and running.process()), read_status(home)))
        return ConsortiumStatus(self.founded.chain_id, self.watched, tuple(members))

    def stop(self, *, within_s: float = 15.0) -> None:
        """Stop the watcher, the nodes and their engines, whoever started them. Raises NoConsortium."""
        homes = self.homes()
        end_process(Running.read(self._watcher), within_s=within_s)
        running = [Running.read(home.run / "node.json") for home in homes.values()]
        for one in running:
            if process := one and one.process():
                process.terminate()
        for one in running:
            end_process(one, within_s=within_s)
        for home in homes.values():
            end_process(Running.read(home.run / "engine.json"))

    def start_node(self, name: str) -> "subprocess.Popen[bytes]":
        """Start one node in the background, on its own. Its output is appended to `log/node.log` of its home."""
        home = self.home(name)
        with home.log.with_name("node.log").open("ab") as log:
            return subprocess.Popen(
                [*self.founded.command, str(home.place)],
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
        self._home = consortium.home(name)
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
        if now >= self._due and not self._running():
            self._begun = now
            self._process = self._consortium.start_node(self._name)

    def ask_to_end(self) -> None:
        if (running := self._running()) and (process := running.process()):
            process.terminate()

    def end(self) -> None:
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
        end_process(self._running())
        end_process(Running.read(self._home.run / "engine.json"))

    def _running(self) -> Running | None:
        running = Running.read(self._home.run / "node.json")
        return running if running and running.process() else None


def _is_ready(member: MemberStatus) -> bool:
    status = member.status
    return (
        member.alive and status is not None and status.running.process() is not None and status.state is NodeState.READY
    )


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody uses now."""
    with ExitStack() as held:
        plugs = [held.enter_context(socket.socket()) for _ in range(count)]
        for plug in plugs:
            plug.bind(("127.0.0.1", 0))
        return [plug.getsockname()[1] for plug in plugs]


if __name__ == "__main__":
    Consortium(Path(sys.argv[1])).watch()
