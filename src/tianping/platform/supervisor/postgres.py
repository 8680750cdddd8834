"""An embedded PostgreSQL: one cluster in the data directory, reached over a Unix socket, under our supervision.

The server runs as an ordinary user even when we are root, listens on no network address, writes through to disk before
it acknowledges, and asks for the password that is kept in the data directory's `secrets`. What a kill -9 leaves behind
(its pid file, its socket, its processes) is cleared before each start.
"""

import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from tianping.platform.supervisor import binaries, orphans, store
from tianping.platform.supervisor.account import Account, database_account
from tianping.platform.supervisor.binaries import Binaries
from tianping.platform.supervisor.child import ChildSpec, end, in_words, launch, log_of
from tianping.platform.supervisor.directory import DataDirectory, tail, write_private
from tianping.platform.supervisor.problems import ClusterLocked, ClusterMissing, StepFailed

SUPERUSER = "postgres"
APP = "tianping_app"
"""The login of the processes that serve: no right but to take on the roles of the contexts."""
DATABASE = "tianping"
# `sun_path` holds 108 bytes on Linux and 104 elsewhere, with the closing zero.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "password_encryption": "scram-sha-256",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# For clusters that live as long as a test: survives the death of any process, not the death of the machine.
PASSING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "48MB"}


class EmbeddedPostgres:
    """`child_spec()` hands it to a Supervisor; `start()` and `stop()` run it alone, as tests do.

    `data` must be locked by the caller or be his alone. A cluster out of reach of its user (a checkout under /root) lives
    in a shared place instead, named in `secrets/postgres.place`. `options` are further server settings.
    """

    def __init__(self, data: DataDirectory, *, durable: bool = True, options: tuple[str, ...] = ()) -> None:
        self.data = data
        self.durable = durable
        self.options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._settled: tuple[Account, Binaries, Path] | None = None

    @property
    def home(self) -> Path:
        """The directory that holds the cluster and, if the path is short enough, the socket."""
        return self._settle()[2]

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def account(self) -> Account:
        return self._settle()[0]

    @property
    def dsn(self) -> str:
        """For the superuser, to the court's database. Holds the password: never log it."""
        return self._dsn(DATABASE)

    @property
    def app_dsn(self) -> str:
        """For the processes that serve (`APP`), to the court's database. Holds the password: never log it."""
        return self._dsn(DATABASE, APP, self._app_password())

    @property
    def _pointer(self) -> Path:
        return self.data.secrets / "postgres.place"

    def child_spec(self) -> ChildSpec:
        """Described for a Supervisor. Raises NoDatabaseServer, NoUnprivilegedUser, ClusterLocked, StepFailed."""
        account, programs, _ = self._settle()
        password = self._password()
        self._initialise(password)
        settings = {
            **SETTINGS,
            **(DURABLE if self.durable else PASSING),
            "unix_socket_directories": self._socket_place(),
        }
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        return ChildSpec(
            name="postgres",
            argv=(str(programs.program("postgres")), "-D", str(self.cluster), *arguments, *self.options),
            env={"LANG": "C.UTF-8", "PATH": os.defpath},
            clean_env=True,
            account=account,
            prepare=self._clear_leftovers,
            ready=self._is_ready,
            stop_signal=signal.SIGINT,
            stop_within_s=60,
        )

    def start(self) -> str:
        """Run the server and return the DSN once it answers. Raises StepFailed and what `child_spec` raises."""
        spec = self.child_spec()
        self._clear_leftovers()
        self._process = launch(spec, self.data)
        deadline = time.monotonic() + spec.ready_within_s
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                log = log_of(spec.name, self.data)
                raise StepFailed(name="postgres", status=in_words(self._process.returncode), log=log, tail=tail(log))
            time.sleep(0.02)
        return self.dsn

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGINT if self.durable else signal.SIGQUIT, 60)

    def remove(self) -> None:
        """Delete the stopped cluster, wherever it lives."""
        shutil.rmtree(self._socket_place(), ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        self._pointer.unlink(missing_ok=True)

    def _settle(self) -> tuple[Account, Binaries, Path]:
        """Decide once who runs which programs where."""
        if self._settled is None:
            home = self.data.place / "postgres"
            if self._pointer.exists():
                home = Path(self._pointer.read_text().strip())
                if not home.is_dir():
                    raise ClusterMissing(place=home, pointer=self._pointer)
            account = database_account(self.data.place, home)
            _make_own(home, account)
            if account.drop and not account.can_use(home):
                home.rmdir()
                home = self._place_within_reach()
                _make_own(home, account)
                write_private(self._pointer, f"{home}\n".encode())
            version = home / "cluster" / "PG_VERSION"
            programs = binaries.find(int(version.read_text()) if version.exists() else None)
            self._settled = (account, binaries.reachable(programs, account), home)
        return self._settled

    def _place_within_reach(self) -> Path:
        if not self.durable:
            return Path(tempfile.mkdtemp(prefix="tianping-", dir="/tmp"))
        place = binaries.shared_place() / f"postgres-{secrets.token_hex(4)}"
        place.mkdir(mode=0o700)
        return place

    def _password(self) -> str:
        file = self.data.secrets / "postgres.password"
        if not file.exists():
            if (self.cluster / "PG_VERSION").exists():
                raise ClusterLocked(place=self.cluster, password=file)
            write_private(file, secrets.token_urlsafe(24).encode())
        return file.read_text().strip()

    def _app_password(self) -> str:
        file = self.data.secrets / "postgres.app.password"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(24).encode())
        return file.read_text().strip()

    def _initialise(self, password: str) -> None:
        """Make the cluster beside its final name and move it there when complete, so half a cluster is never used."""
        if (self.cluster / "PG_VERSION").exists():
            return
        account, programs, home = self._settle()
        fresh = home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        if programs.major >= 17:
            # PostgreSQL's own order of characters: the same on every system, unlike that of the C library.
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            locale = ["--locale=C.UTF-8"]
        with _handed_over(password, account) as password_file:
            spec = ChildSpec(
                name="postgres-initdb",
                argv=(
                    *(str(programs.program("initdb")), "-D", str(fresh), "-U", SUPERUSER, "--encoding=UTF8", *locale),
                    *("--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums", "--no-instructions"),
                    *(() if self.durable else ("--no-sync",)),
                ),
                env={"LANG": "C.UTF-8", "PATH": os.defpath},
                clean_env=True,
                account=account,
            )
            status = launch(spec, self.data).wait()
        if status != 0:
            log = log_of(spec.name, self.data)
            raise StepFailed(name="initdb", status=in_words(status), log=log, tail=tail(log))
        fresh.rename(self.cluster)

    def _socket_place(self) -> Path:
        account, _, home = self._settle()
        place = home / "socket"
        if len(os.fsencode(place / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
            name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
            place = Path(f"/tmp/tianping-{account.uid}-{name}")  # noqa: S108  refused below unless it is ours
        _make_own(place, account)
        return place

    def _clear_leftovers(self) -> None:
        """Nobody else holds the data directory, so what is at work in the cluster was left by a killed supervisor."""
        orphans.end_all(orphans.servers_of(self.cluster))
        with suppress(FileNotFoundError):
            # Its pid may belong to any other process by now, which PostgreSQL would take for a running server.
            (self.cluster / "postmaster.pid").unlink()
        socket = self._socket_place() / SOCKET_NAME
        for leftover in (socket, socket.with_name(f"{SOCKET_NAME}.lock")):
            leftover.unlink(missing_ok=True)

    def _is_ready(self) -> bool:
        if not (self._socket_place() / SOCKET_NAME).exists() or not store.answers(self._dsn("postgres")):
            return False
        store.create_database(self._dsn("postgres"), DATABASE)
        store.ensure_login(self._dsn("postgres"), APP, self._app_password())
        return True

    def _dsn(self, database: str, user: str = SUPERUSER, password: str | None = None) -> str:
        host = quote(str(self._socket_place()), safe="")
        secret = quote(password if password is not None else self._password(), safe="")
        return f"postgresql://{user}:{secret}@/{database}?host={host}&port=5432"


def _make_own(place: Path, account: Account) -> None:
    """A closed directory of the account's. An existing one must be a real directory of that user, not a trap in /tmp."""
    try:
        place.mkdir(mode=0o700)
    except FileExistsError:
        found = place.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid:
            return
        if not (stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()):
            raise
    account.give(place)


@contextmanager
def _handed_over(text: str, account: Account) -> Iterator[Path]:
    """A file with `text` that only the account can read, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tianping-", dir="/tmp") as room:
        file = Path(room) / "password"
        write_private(file, text.encode())
        account.give(file)
        account.give(Path(room))
        yield file


@contextmanager
def embedded_postgres(place: Path, *, durable: bool = False) -> Iterator[str]:
    """A server in `place` for as long as the block runs; yields its DSN. Not durable: the cluster is removed after."""
    data = DataDirectory(place).prepare()
    data.lock()
    server = EmbeddedPostgres(data, durable=durable)
    try:
        yield server.start()
    finally:
        server.stop()
        if not durable:
            server.remove()
        data.unlock()
