"""The process that reads hostile content: same answers as in-process, and never more than its limits."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from tests.engines.materials import samples

from tianping.engines.materials import Limits, SandboxedInspector, inspect, sandbox
from tianping.interfaces.materials import Inspection


@pytest.mark.parametrize(
    ("content", "name"),
    [(samples.pdf(3), "a.pdf"), (samples.heic(), "a.heic"), (samples.mp4(), "a.mp4"), (b"MZ\0" + b"\0" * 99, "a.exe")],
)
async def test_the_process_gives_the_same_answer(tmp_path: Path, content: bytes, name: str) -> None:
    path, here, there = tmp_path / "content", tmp_path / "here", tmp_path / "there"
    path.write_bytes(content)
    here.mkdir()
    there.mkdir()
    assert await SandboxedInspector().inspect(path, name, "", into=there) == inspect(path, name, "", into=here)
    assert sorted(os.listdir(here)) == sorted(os.listdir(there))


async def _refused(tmp_path: Path, limits: Limits, content: bytes = b"%PDF-1.4") -> Inspection:
    path, into = tmp_path / "content", tmp_path / "into"
    path.write_bytes(content)
    into.mkdir()
    (into / "half").write_bytes(b"x")
    inspection = await SandboxedInspector(limits).inspect(path, "a.pdf", "", into=into)
    assert inspection.refusal is not None
    assert inspection.refusal.code == "could-not-be-read"
    assert os.listdir(into) == []
    return inspection


async def test_a_process_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    await _refused(tmp_path, Limits(time_s=0.01))


async def test_a_process_that_needs_too_much_memory_ends(tmp_path: Path) -> None:
    """A picture within the pixel limit, decoded under a limit that has no room for it."""
    content = samples.picture("PNG", size=(9000, 9000))
    path = tmp_path / "content"
    path.write_bytes(content)
    inspection = await SandboxedInspector(Limits(memory=320 << 20)).inspect(path, "a.png", "")
    assert inspection.refusal is not None
    assert inspection.refusal.code == "could-not-be-read"
    assert (await SandboxedInspector().inspect(path, "a.png", "")).refusal is None


async def test_a_process_that_crashes_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash = tmp_path / "crash"
    crash.write_text(f"#!/bin/sh\nkill -SEGV $$\nexec {sys.executable}\n")
    crash.chmod(0o755)
    monkeypatch.setattr(sandbox.sys, "executable", str(crash))
    await _refused(tmp_path, Limits())


async def test_no_secret_reaches_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\ncat >/dev/null\nenv > {tmp_path}/env\n")
    spy.chmod(0o755)
    monkeypatch.setenv("TIANPING_DATABASE_DSN", "secret")
    monkeypatch.setattr(sandbox.sys, "executable", str(spy))
    await _refused(tmp_path, Limits())
    seen = (tmp_path / "env").read_text()
    assert "PYTHONPATH" in seen
    assert "secret" not in seen


async def test_only_so_many_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inspector, running, most = SandboxedInspector(at_once=2), 0, 0

    async def ask(self: object, errand: bytes) -> bytes:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return b""

    monkeypatch.setattr(SandboxedInspector, "_ask", ask)
    await asyncio.gather(*(inspector.inspect(tmp_path, "a", "") for _ in range(10)))
    assert most == 2
