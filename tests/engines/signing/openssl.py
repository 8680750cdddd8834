"""The `openssl` command line as a second opinion. Nothing secret passes: the keys are made by the tests."""

import shutil
import subprocess
from pathlib import Path

import pytest

DISTID = "distid:1234567812345678"


def openssl(*arguments: str | Path, given: bytes = b"", good: bool = True) -> bytes:
    """What it writes on standard output. Skips by name where there is no OpenSSL 3."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command on this machine")
    done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, timeout=60)
    said = done.stdout + done.stderr
    assert (done.returncode == 0) is good, said.decode(errors="replace")
    return said
