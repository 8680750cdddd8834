"""The command, as a module and as one file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.verifier.chains import SALT
from tianping_verify.cli import main
from tianping_verify.wording import CHECKS, REASONS, VERDICTS

VERIFIER = Path(__file__).parents[2] / "verifier"


@pytest.fixture
def given(situations, tmp_path: Path) -> dict[str, str]:
    made = situations("four_members")
    paths = {"bundle": tmp_path / "proof.json", "closed": tmp_path / "closed.json", "file": tmp_path / "work.txt"}
    paths["bundle"].write_bytes(made.bundle)
    paths["closed"].write_bytes(made.chain.bundle(made.index, opening=None))
    paths["file"].write_bytes(made.file)
    (tmp_path / "trust").write_text(f"# chains of this court\n\n{made.genesis.hex()}  works\n", "utf-8")
    return {name: str(path) for name, path in paths.items()} | {
        "genesis": made.genesis.hex(),
        "trust": str(tmp_path / "trust"),
    }


def test_the_exit_status_says_how_it_came_out(given: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    bundle, file, genesis = given["bundle"], given["file"], given["genesis"]
    other = "0" * 64
    for arguments, status in (
        ([bundle, file, "--genesis", genesis], 0),
        ([bundle, file, "--trust", given["trust"]], 0),
        ([bundle, file, "--genesis", other, "--genesis", genesis], 0),
        ([given["closed"], file, "--genesis", genesis, "--salt", SALT.hex()], 0),
        ([given["closed"], file, "--genesis", genesis], 2),
        ([bundle, file, "--genesis", other], 2),
        ([bundle, file], 2),
        ([bundle, "--genesis", genesis], 2),
        ([bundle, bundle, "--genesis", genesis], 2),
        ([file, file, "--genesis", genesis], 1),
        ([bundle, file, "--genesis", "12"], 1),
        ([bundle, file, "--genesis", genesis, "--salt", "xy"], 1),
        ([bundle + ".not", file], 1),
        ([bundle, file + ".not"], 1),
    ):
        assert main([*arguments, "--lang", "en"]) == status, arguments
    with pytest.raises(SystemExit) as ended:
        main(["--nothing"])
    assert ended.value.code == 1
    capsys.readouterr()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_check_is_listed_in_words(
    given: dict[str, str], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([given["bundle"], given["file"], "--genesis", given["genesis"], "--lang", language])
    said = capsys.readouterr().out
    for name in set(CHECKS) - {"pdf.signature", "pdf.signer"}:
        assert CHECKS[name].say(language) in said
    assert VERDICTS["match"].say(language) in said


def test_json_is_for_programs(given: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main([given["bundle"], given["file"], "--json", "--lang", "zh"])
    said = json.loads(capsys.readouterr().out)
    assert said["verdict"] == "incomplete"
    assert {one["id"]: one["reason"] for one in said["checks"] if one["result"] == "not_made"} == {
        "genesis": "no-pin", "facts": "facts-none", "stamp": "no-stamp", "stamp.authority": "no-stamp",
        "revocation": "revocation",
    }  # fmt: skip
    assert said["subject"]["genesis"] == given["genesis"]
    assert [one["id"] for one in said["subject"]["cosigners"]] == ["court-a", "court-c", "court-d"]
    assert said["subject"]["stored_at"].endswith("Z")


def test_one_file_and_plain_python_say_the_same(given: dict[str, str]) -> None:
    subprocess.run([sys.executable, VERIFIER / "build", "pyz"], check=True, capture_output=True)
    arguments = [given["bundle"], given["file"], "--genesis", given["genesis"], "--json"]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    said = []
    for pure in ("", "1"):
        done = subprocess.run(
            [sys.executable, "-I", str(VERIFIER / "dist" / "tianping-verify.pyz"), *arguments],
            capture_output=True, text=True, check=False, env=alone | {"TIANPING_VERIFY_PURE": pure},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said.append(json.loads(done.stdout))
    assert said[1]["signatures_checked_by"] == "python"
    assert said[0]["checks"] == said[1]["checks"]


def test_it_needs_nothing_but_the_standard_library() -> None:
    for path in (VERIFIER / "src").rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]) and not line.startswith(" "):
                module = words[1].split(".")[0]
                assert module == "tianping_verify" or module in sys.stdlib_module_names, (path, line)


def test_every_reason_has_words() -> None:
    import re

    used = set()
    for path in (VERIFIER / "src").rglob("*.py"):
        used |= set(re.findall(r'(?:Fault|NotMade)\(\s*"([a-z-]+)"', path.read_text("utf-8")))
    assert used - set(REASONS) == set()
    assert all("{" not in words.zh.replace("{name}", "") or "{" in words.en for words in REASONS.values())
