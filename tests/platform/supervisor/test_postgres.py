"""The embedded PostgreSQL itself: where it lives, as whom it runs, what it finds and clears."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tianping.platform.supervisor import AlreadyRunning, DataDirectory, EmbeddedPostgres, embedded_postgres
from tianping.platform.supervisor.account import database_account
from tianping.platform.supervisor.binaries import find
from tianping.platform.supervisor.postgres import LONGEST_SOCKET_PATH, SOCKET_NAME
from tianping.platform.supervisor.problems import ClusterLocked, ClusterMissing, NoDatabaseServer

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")


def one(dsn: str, query: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that every user can pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="tianping-test-", dir="/tmp") as place:
        Path(place).chmod(0o755)
        yield Path(place)


def test_it_speaks_utf8_and_listens_on_no_network_address(open_place: Path):
    with embedded_postgres(open_place / "data") as dsn:
        assert one(dsn, "show server_encoding") == "UTF8"
        assert one(dsn, "select upper('é') || '天平'") == "É天平"
        assert one(dsn, "show listen_addresses") == ""
        assert one(dsn, "select current_database()") == "tianping"
        assert one(dsn, "show data_checksums") == "on"


def test_a_durable_one_writes_through_and_keeps_its_rows(open_place: Path):
    data = DataDirectory(open_place / "data").prepare()
    for expected in (0, 1):
        server = EmbeddedPostgres(data)
        dsn = server.start()
        try:
            assert [one(dsn, f"show {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
            with psycopg.connect(dsn) as connection:
                connection.execute("create table if not exists kept (n int)")
                assert connection.execute("select count(*) from kept").fetchone() == (expected,)
                connection.execute("insert into kept values (1)")
        finally:
            server.stop()


def test_the_password_is_needed_and_kept_closed(open_place: Path):
    with embedded_postgres(open_place / "data") as dsn:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(dsn, password="guess")
        file = open_place / "data" / "secrets" / "postgres.password"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_processes_have_a_login_of_their_own_that_owns_nothing(open_place: Path):
    data = DataDirectory(open_place / "data").prepare()
    server = EmbeddedPostgres(data, durable=False)
    server.start()
    try:
        assert one(server.app_dsn, "select session_user") == "tianping_app"
        assert (
            one(
                server.app_dsn,
                "select rolsuper or rolcreaterole or rolcreatedb or rolinherit from pg_roles where rolname = session_user",
            )
            is False
        )
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.app_dsn, password="guess")
        assert stat.S_IMODE((data.secrets / "postgres.app.password").stat().st_mode) == 0o600
    finally:
        server.stop()
        server.remove()


@as_root
def test_root_hands_it_to_an_ordinary_user_with_no_groups_and_no_capabilities(open_place: Path):
    data = DataDirectory(open_place / "data").prepare()
    server = EmbeddedPostgres(data, durable=False)
    server.start()
    try:
        postmaster = next(p for p in psutil.process_iter() if _works_in(p, server.cluster))
        status = Path(f"/proc/{postmaster.pid}/status").read_text()
        assert set(postmaster.uids()) == {server.account.uid}
        assert server.account.uid != 0
        facts = dict(line.split(":", 1) for line in status.splitlines())
        assert facts["Groups"].strip() == ""
        assert int(facts["CapEff"], 16) == 0
        assert int(facts["CapPrm"], 16) == 0
        assert server.cluster.stat().st_uid == server.account.uid
    finally:
        server.stop()


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return process.name() == "postgres" and process.cwd() == str(cluster)
    except (psutil.Error, OSError):
        return False


@as_root
def test_in_a_closed_directory_of_root_it_moves_within_reach_and_is_found_again():
    with tempfile.TemporaryDirectory(prefix="tianping-test-") as closed:
        data = DataDirectory(Path(closed) / "data").prepare()
        server = EmbeddedPostgres(data)
        try:
            dsn = server.start()
            with psycopg.connect(dsn) as connection:
                connection.execute("create table kept (n int)")
            server.stop()
            assert not server.home.is_relative_to(closed)
            again = EmbeddedPostgres(data)
            assert again.home == server.home
            assert one(again.start(), "select count(*) from kept") == 0
            again.stop()
        finally:
            server.stop()
            server.remove()


def test_a_cluster_that_was_moved_away_is_not_silently_replaced_by_an_empty_one(tmp_path: Path):
    data = DataDirectory(tmp_path / "data").prepare()
    (data.secrets / "postgres.place").write_text(f"{tmp_path}/gone\n")
    with pytest.raises(ClusterMissing, match="gone"):
        EmbeddedPostgres(data).start()


def test_a_lost_password_is_said_and_not_replaced(open_place: Path):
    data = DataDirectory(open_place / "data").prepare()
    server = EmbeddedPostgres(data)
    server.start()
    server.stop()
    (data.secrets / "postgres.password").unlink()
    with pytest.raises(ClusterLocked, match=r"postgres\.password"):
        EmbeddedPostgres(data).start()


def test_a_path_too_long_for_a_socket_gets_a_short_one(open_place: Path):
    place = open_place / ("long" * 25)
    assert len(str(place / "postgres" / "socket" / SOCKET_NAME)) > LONGEST_SOCKET_PATH
    with embedded_postgres(place) as dsn:
        assert one(dsn, "select 1") == 1


def test_a_pid_file_that_names_a_stranger_is_cleared_and_the_stranger_spared(open_place: Path):
    data = DataDirectory(open_place / "data").prepare()
    server = EmbeddedPostgres(data)
    server.start()
    server.stop()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as stranger:
        (server.cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{server.cluster}\n")
        again = EmbeddedPostgres(data)
        try:
            assert one(again.start(), "select 1") == 1
            assert stranger.poll() is None
        finally:
            again.stop()
            stranger.kill()


def test_an_initialisation_that_was_cut_off_is_begun_again(open_place: Path):
    data = DataDirectory(open_place / "data").prepare()
    server = EmbeddedPostgres(data, durable=False)
    half = server.home / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    try:
        assert one(server.start(), "select 1") == 1
        assert not half.exists()
    finally:
        server.stop()


def test_two_cannot_use_one_directory(open_place: Path):
    with embedded_postgres(open_place / "data"), pytest.raises(AlreadyRunning), embedded_postgres(open_place / "data"):
        pass


def test_a_cluster_of_a_version_that_is_not_installed_is_named(open_place: Path):
    with pytest.raises(NoDatabaseServer, match="PostgreSQL 9999"):
        find(9999)
    assert find().major >= 15


@as_root
def test_the_owner_of_an_existing_database_goes_on_running_it(open_place: Path):
    home = open_place / "postgres"
    home.mkdir()
    os.chown(home, 2, 2)
    account = database_account(open_place, home)
    assert (account.uid, account.gid, account.drop) == (2, 2, True)


@as_root
def test_the_user_may_be_named(open_place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIANPING_DATABASE_USER", "daemon")
    assert database_account(open_place, open_place / "postgres").uid == 1
