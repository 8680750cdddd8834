"""`tianping docket verify FILE`: needs nothing but the file, names the first entry that does not fit."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest
from click.testing import CliRunner

from tianping.apps.docket_cli import docket
from tianping.contexts.cases.rules import chain
from tianping.interfaces.cases import DocketFact
from tianping.kit.ids import CaseId
from tianping.kit.problems import Text


@pytest.fixture
def file(tmp_path):
    case_id, prev, entries = CaseId(UUID(int=1)), chain.START, []
    for seq in (1, 2, 3):
        fact = DocketFact("noted", Text(f"记录{seq}", f"Entry {seq}"))
        entry = chain.next_entry(
            case_id, seq, datetime(2026, 3, 2, tzinfo=UTC), "court", fact, prev=prev, salt="00" * 16
        )
        entries.append(entry)
        prev = entry.hash
    path = tmp_path / "docket.json"
    court = {"code": "京0499", "zh": "某法院", "en": "A court"}
    path.write_bytes(
        chain.export(court, case_id, "（2026）京0499民初1号", entries, at=datetime(2026, 3, 3, tzinfo=UTC))
    )
    return path


def run(*arguments: str):
    return CliRunner().invoke(docket, ["verify", *arguments], env={"TIANPING_LANGUAGE": "en"})


def test_a_good_file_exits_with_zero(file):
    answer = run(str(file))
    assert answer.exit_code == 0
    assert "all 3 entries fit" in answer.output


def test_the_first_wrong_entry_is_named_and_the_status_is_one(file):
    file.write_bytes(file.read_bytes().replace("记录2".encode(), "记录9".encode()))
    answer = run(str(file))
    assert answer.exit_code == 1
    assert "entry 2" in answer.output
    assert json.loads(run(str(file), "--json").output)["entry"] == 2


def test_a_known_head_is_looked_for(file):
    head = chain.verify(file.read_bytes()).head
    assert run(str(file), "--head", head.upper()).exit_code == 0
    assert run(str(file), "--head", "ab" * 32).exit_code == 1


def test_a_missing_file_exits_with_two(tmp_path):
    assert run(str(tmp_path / "nothing.json")).exit_code == 2


def test_the_command_line_knows_it(file):
    """In a process of its own, without any setting of a court or a database."""
    answer = subprocess.run(
        [sys.executable, "-m", "tianping.apps.cli", "docket", "verify", str(file), "--json"],
        capture_output=True, check=False, env={"PATH": "/usr/bin:/bin", "TIANPING_LANGUAGE": "en"},
    )  # fmt: skip
    assert (answer.returncode, json.loads(answer.stdout)["good"]) == (0, True)
