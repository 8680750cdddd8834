"""The lint of the house itself: whole today, and each contract fails when it is broken on purpose."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BROKEN = {
    "Floors import downward": ("kit/broken.py", "from tianping.platform import settings\n"),
    "Contexts stand alone": ("contexts/payments/broken.py", "from tianping.contexts.identity import rules\n"),
    "Engines stand alone": ("engines/delivery/broken.py", "from tianping.engines.materials import kinds\n"),
    "Rules and law are pure": ("law/broken.py", "import psycopg\n"),
}


def lint(root: Path) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root, capture_output=True, text=True, env={"PYTHONPATH": str(root / "src"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return done.stdout + done.stderr


def verdicts(output: str) -> dict[str, str]:
    """Contract name → KEPT or BROKEN."""
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)$", output, re.MULTILINE))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_is_whole():
    found = verdicts(lint(ROOT))
    assert set(found) == set(BROKEN), "every contract is broken on purpose below"
    assert set(found.values()) == {"KEPT"}


@pytest.mark.slow
@pytest.mark.parametrize("contract", BROKEN)
def test_a_broken_wall_is_seen(house: Path, contract: str):
    file, line = BROKEN[contract]
    (house / "src/tianping" / file).write_text(line)
    assert verdicts(lint(house))[contract] == "BROKEN"
