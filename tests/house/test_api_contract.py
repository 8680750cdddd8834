"""The committed API description is the server's own, and the web app's types are generated from it."""

import json
import subprocess
from pathlib import Path

import pytest

from tianping.apps.assembly import assemble
from tianping.platform.http.openapi import document
from tianping.platform.settings import read_settings

WEB = Path(__file__).resolve().parents[2] / "web"


def test_the_committed_description_is_current(tmp_path):
    settings = read_settings({"TIANPING_DATA": str(tmp_path)}, need_database=False)
    ours = document(assemble(settings).site())
    committed = json.loads((WEB / "openapi.json").read_text())
    assert committed == ours, "run `make openapi` and commit web/openapi.json and web/src/shared/api/schema.ts"


@pytest.mark.slow
def test_the_typescript_client_is_current(tmp_path):
    out = tmp_path / "schema.ts"
    command = [
        "npx",
        "--no-install",
        "openapi-typescript",
        "openapi.json",
        "--output",
        str(out),
        "--default-non-nullable=false",
    ]
    subprocess.run(command, cwd=WEB, check=True, capture_output=True)
    assert out.read_text() == (WEB / "src/shared/api/schema.ts").read_text(), "run `make openapi` and commit the client"


def test_every_operation_says_who_may_and_has_a_summary(tmp_path):
    settings = read_settings({"TIANPING_DATA": str(tmp_path)}, need_database=False)
    paths = document(assemble(settings).site())["paths"]
    bare = [
        f"{method} {path}"
        for path, item in paths.items()
        for method, operation in item.items()
        if not operation.get("x-permission") or not operation.get("summary") or not operation.get("tags")
    ]
    assert bare == []
