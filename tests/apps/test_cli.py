"""The command line: quick help that names every command, refusals in one sentence."""

import os
import subprocess
import sys

import pytest

from tianping.apps.cli import COMMANDS


def tianping(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tianping.apps.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_help_names_every_command_in_both_languages():
    output = tianping("--help").stdout
    for name, (_, _, short_help) in COMMANDS.items():
        assert f"  {name} " in output
        assert "·" in short_help


def test_help_loads_neither_the_court_nor_its_servers():
    script = "import sys; from tianping.apps.cli import tianping; tianping(['--help'], standalone_mode=False); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"litestar", "psycopg", "granian", "yaml"} & set(loaded)


def test_an_unknown_command_is_refused():
    result = tianping("nonsense")
    assert result.returncode == 2
    assert "nonsense" in result.stderr


def test_a_wrong_setting_is_one_sentence_without_a_traceback():
    result = tianping("up", TIANPING_PORT="eighty")
    assert result.returncode == 1
    assert "TIANPING_PORT" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_missing_web_app_names_the_command_that_builds_it(tmp_path, language):
    result = tianping("up", TIANPING_WEB=str(tmp_path), TIANPING_DATA=str(tmp_path), TIANPING_LANGUAGE=language)
    assert result.returncode == 1
    assert "tools/setup" in result.stderr
