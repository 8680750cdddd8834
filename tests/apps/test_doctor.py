"""`tianping doctor` names what is missing, with the fix, and says so by its exit status."""

import json
import os
import socket
import sys
import uuid
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.conninfo import make_conninfo

from tianping.apps.doctor import doctor
from tianping.platform.supervisor import Supervisor, store


@pytest.fixture
def well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that lacks nothing; the tests take away one thing each."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<title>天平</title>")
    for name in list(os.environ):
        if name.startswith("TIANPING_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TIANPING_WEB", str(tmp_path / "dist"))
    monkeypatch.setenv("TIANPING_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TIANPING_LANGUAGE", "en")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("TIANPING_PORT", str(free.getsockname()[1]))
    return tmp_path


def examine(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, arguments)


def finding(name: str) -> dict[str, object]:
    answer = json.loads(examine("--json").output)
    return next(found for found in answer["findings"] if found["name"] == name)


def test_a_whole_installation_is_well(well: Path):
    result = examine()
    assert result.exit_code == 0, result.output
    assert "The court can run" in result.output
    answer = json.loads(examine("--json").output)
    assert answer["ok"] is True
    assert {found["state"] for found in answer["findings"]} <= {"ok", "warn"}


def test_it_speaks_chinese(well: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIANPING_LANGUAGE", "zh")
    output = examine().output
    assert "可以运行" in output
    assert "天平示范互联网法院（京0499，演示法院）" in output


def test_it_shows_the_court_and_the_rules_of_today(well: Path):
    assert "ic2025" in finding("court")["said"]["en"]


def test_an_unbuilt_web_app_stops_the_court(well: Path):
    (well / "dist" / "index.html").unlink()
    result = examine()
    assert result.exit_code == 1
    assert "cannot run yet" in result.output
    assert finding("web-app")["fix"] == "tools/setup"


def test_a_missing_node_matters_only_while_there_is_something_to_build(well: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(well))
    assert finding("node")["state"] == "warn"
    (well / "dist" / "index.html").unlink()
    assert finding("node")["state"] == "missing"


def test_a_port_in_use_names_another(well: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(os.environ["TIANPING_PORT"])))
        taken.listen()
        found = finding("port")
    assert found["state"] == "missing"
    assert found["fix"].startswith("TIANPING_PORT=")


def test_a_port_in_use_by_this_court_is_as_it_should_be(well: Path):
    with socket.socket() as taken, Supervisor(well / "data"):
        taken.bind(("127.0.0.1", int(os.environ["TIANPING_PORT"])))
        taken.listen()
        assert finding("port")["state"] == "ok"
        assert str(os.getpid()) in finding("running")["said"]["en"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('personality_rights_base = "300"', 'personality_rights_base = "501"', "outside the legal range 100–500"),
        ('code = "京0499"', 'code = "0499"', "four digits"),
        ("draft_days = 90", "draft_days = 3", "draft_warning_days"),
        ('ip_no_amount = "750"', 'ip_no_amuont = "750"', "ip_no_amuont"),
    ],
)
def test_a_wrong_court_is_named(well: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, expected: str):
    original = Path("court.toml").read_text(encoding="utf-8")
    assert before in original
    (well / "court.toml").write_text(original.replace(before, after), encoding="utf-8")
    monkeypatch.setenv("TIANPING_COURT", str(well / "court.toml"))
    found = finding("court")
    assert found["state"] == "missing"
    assert expected in found["said"]["en"]


def test_a_broken_lawbook_is_named(well: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIANPING_LAWBOOK", str(well))
    assert finding("lawbook")["state"] == "missing"


def test_an_unreachable_database_is_said_without_its_password(well: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIANPING_DATABASE_DSN", f"postgresql://court:hidden@/court?host={well}")
    found = finding("postgresql")
    assert found["state"] == "missing"
    assert "hidden" not in json.dumps(found)


def test_a_reachable_database_shows_its_version(well: Path, monkeypatch: pytest.MonkeyPatch, server_dsn: str):
    monkeypatch.setenv("TIANPING_DATABASE_DSN", server_dsn)
    assert finding("postgresql")["state"] == "ok"


def test_a_login_that_may_too_much_is_named_with_the_way_out(
    well: Path, monkeypatch: pytest.MonkeyPatch, server_dsn: str
):
    monkeypatch.setenv("TIANPING_DATABASE_DSN", server_dsn)
    found = finding("database-login")
    assert found["state"] == "warn"
    assert "SUPERUSER" in found["said"]["en"]
    assert "TIANPING_DATABASE_MIGRATION_DSN" in found["fix"]


def test_a_login_that_only_serves_needs_another_that_migrates(
    well: Path, monkeypatch: pytest.MonkeyPatch, server_dsn: str
):
    name = f"tianping_app_{uuid.uuid4().hex[:10]}"
    store.ensure_login(server_dsn, name, "known to this test")
    try:
        serving = make_conninfo(server_dsn, user=name, password="known to this test")
        monkeypatch.setenv("TIANPING_DATABASE_DSN", serving)
        assert finding("database-login")["state"] == "ok"
        assert finding("database-migration")["state"] == "missing"
        monkeypatch.setenv("TIANPING_DATABASE_MIGRATION_DSN", server_dsn)
        assert finding("database-migration")["state"] == "ok"
        monkeypatch.setenv("TIANPING_DATABASE_MIGRATION_DSN", f"postgresql://court:hidden@/court?host={well}")
        assert "cannot connect" in finding("database-migration")["said"]["en"]
    finally:
        with psycopg.connect(server_dsn, autocommit=True) as connection:
            connection.execute(f'DROP ROLE "{name}"')


def test_a_setting_that_is_no_number_is_named(well: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIANPING_PORT", "eighty")
    result = examine("--json")
    assert result.exit_code == 1
    assert "TIANPING_PORT" in result.output


@pytest.mark.skipif(os.geteuid() == 0 or sys.platform != "linux", reason="root may write everywhere")
def test_a_data_directory_that_is_not_ours_is_named(well: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TIANPING_DATA", "/proc/tianping")
    assert finding("data")["state"] == "missing"
