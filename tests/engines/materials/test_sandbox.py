"""The processes that read hostile content: same answers as in-process, never more than their limits, always mended."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from tests.engines.materials import samples

from tianping.engines.materials import sandbox
from tianping.engines.materials.inspection import inspect
from tianping.engines.materials.sandbox import Limits, SandboxedInspector
from tianping.interfaces.materials import Inspection
from tianping.kit.problems import Unavailable

pytestmark = pytest.mark.slow

LARGE = (9000, 9000)
"""Pixels of a picture within the limit, which takes long enough to be met at work."""


@pytest_asyncio.fixture
async def inspector() -> AsyncIterator[SandboxedInspector]:
    made = SandboxedInspector()
    yield made
    made.close()


@pytest.fixture(scope="module")
def large() -> bytes:
    return samples.picture("PNG", size=LARGE)


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "content"
    path.write_bytes(content)
    return path


def parent_of(inspector: SandboxedInspector) -> psutil.Process:
    assert inspector._parent is not None
    return psutil.Process(inspector._parent.process.pid)


def refused(inspection: Inspection) -> bool:
    return inspection.refusal is not None and inspection.refusal.code == "could-not-be-read"


async def until(seen: Callable[[], object]) -> None:
    while not seen():
        await asyncio.sleep(0.002)


async def child_at_work(inspector: SandboxedInspector) -> psutil.Process:
    """The child that looks into the present file, once there is one."""
    found: list[psutil.Process] = []

    def look() -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess, AssertionError):
            found[:] = parent_of(inspector).children()
        return found

    await until(look)
    return found[0]


def open_in(process: psutil.Process) -> list[str]:
    """What its descriptors lead to, sorted. Raises psutil.NoSuchProcess."""
    try:
        return sorted(os.readlink(one).split(":")[0] for one in Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError as over:
        raise psutil.NoSuchProcess(process.pid) from over


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("content", "name"),
    [(samples.pdf(3), "a.pdf"), (samples.heic(), "a.heic"), (samples.mp4(), "a.mp4"), (b"MZ\0" + b"\0" * 99, "a.exe")],
)
async def test_the_process_gives_the_same_answer(
    inspector: SandboxedInspector, tmp_path: Path, content: bytes, name: str
) -> None:
    path, here, there = written(tmp_path, content), tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    assert await inspector.inspect(path, name, "", into=there) == inspect(path, name, "", into=here)
    assert sorted(os.listdir(here)) == sorted(os.listdir(there))


async def test_each_file_has_a_process_of_its_own_and_all_share_one_parent(
    inspector: SandboxedInspector, tmp_path: Path, large: bytes
) -> None:
    path = written(tmp_path, large)
    seen = set()
    for _ in range(2):
        work = asyncio.create_task(inspector.inspect(path, "a.png", ""))
        seen.add(((await child_at_work(inspector)).pid, parent_of(inspector).pid))
        assert (await work).refusal is None
    assert len({child for child, _ in seen}) == 2
    assert len({parent for _, parent in seen}) == 1
    assert parent_of(inspector).children() == []


async def test_a_process_that_takes_too_long_is_killed(tmp_path: Path, large: bytes) -> None:
    path, into = written(tmp_path, large), tmp_path / "into"
    into.mkdir()
    (into / "half").write_bytes(b"x")
    inspector = SandboxedInspector(Limits(time_s=0.01))
    try:
        assert refused(await inspector.inspect(path, "a.png", "", into=into))
        assert os.listdir(into) == []
        assert parent_of(inspector).children() == []
    finally:
        inspector.close()


async def test_a_process_that_needs_too_much_memory_ends(
    inspector: SandboxedInspector, tmp_path: Path, large: bytes
) -> None:
    """A picture within the pixel limit, decoded under a limit that has no room for it."""
    path = written(tmp_path, large)
    small = SandboxedInspector(Limits(memory=384 << 20))
    try:
        assert refused(await small.inspect(path, "a.png", ""))
        assert (await small.inspect(written(tmp_path, samples.pdf(1)), "a.pdf", "")).refusal is None
    finally:
        small.close()
    assert (await inspector.inspect(written(tmp_path, large), "a.png", "")).refusal is None


@pytest.mark.parametrize("end", [signal.SIGSEGV, signal.SIGKILL])
async def test_a_process_that_is_killed_is_a_refusal_and_harms_no_other(
    inspector: SandboxedInspector, tmp_path: Path, large: bytes, end: signal.Signals
) -> None:
    path = written(tmp_path, large)
    work = asyncio.create_task(inspector.inspect(path, "a.png", ""))
    child = await child_at_work(inspector)
    parent = parent_of(inspector)
    child.send_signal(end)
    assert refused(await work)
    assert (await inspector.inspect(path, "a.png", "")).refusal is None
    assert parent_of(inspector) == parent


async def test_a_child_leads_a_session_of_its_own(inspector: SandboxedInspector, tmp_path: Path, large: bytes) -> None:
    """By it everything that hostile content may have started is ended together with the child."""
    work = asyncio.create_task(inspector.inspect(written(tmp_path, large), "a.png", ""))
    child = await child_at_work(inspector)
    await until(lambda: os.getsid(child.pid) == child.pid)
    assert (await work).refusal is None
    await until(lambda: gone(child))


async def test_when_the_parent_is_killed_the_file_is_looked_into_again(
    inspector: SandboxedInspector, tmp_path: Path, large: bytes
) -> None:
    path = written(tmp_path, large)
    work = asyncio.create_task(inspector.inspect(path, "a.png", ""))
    child = await child_at_work(inspector)
    parent = parent_of(inspector)
    parent.kill()
    assert (await work).refusal is None
    assert parent_of(inspector) != parent
    await until(lambda: gone(child))


async def test_a_parent_that_was_killed_between_two_files_is_replaced(
    inspector: SandboxedInspector, tmp_path: Path
) -> None:
    path = written(tmp_path, samples.pdf(1))
    for _ in range(3):
        assert (await inspector.inspect(path, "a.pdf", "")).refusal is None
        parent_of(inspector).kill()


async def test_a_file_under_which_the_parent_dies_twice_is_refused(
    inspector: SandboxedInspector, tmp_path: Path, large: bytes
) -> None:
    path = written(tmp_path, large)
    work = asyncio.create_task(inspector.inspect(path, "a.png", ""))
    for _ in range(2):
        child = await child_at_work(inspector)
        parent_of(inspector).kill()
        await until(lambda child=child: gone(child))
    assert refused(await work)


async def test_a_parent_that_stands_still_is_replaced(
    tmp_path: Path, large: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_GRACE_S", 0.2)
    inspector = SandboxedInspector(Limits(time_s=20))
    try:
        path = written(tmp_path, samples.pdf(1))
        await inspector.inspect(path, "a.pdf", "")
        still = parent_of(inspector)
        still.suspend()
        inspector._limits = Limits(time_s=0.2)
        work = asyncio.create_task(inspector.inspect(path, "a.pdf", ""))
        await until(lambda: inspector._parent is not None and inspector._parent.process.pid != still.pid)
        inspector._limits = Limits()
        await work
        assert gone(still)
        assert (await inspector.inspect(path, "a.pdf", "")).refusal is None
    finally:
        inspector.close()


async def test_nobody_waits_any_more_so_the_child_ends(
    inspector: SandboxedInspector, tmp_path: Path, large: bytes
) -> None:
    work = asyncio.create_task(inspector.inspect(written(tmp_path, large), "a.png", ""))
    child = await child_at_work(inspector)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await until(lambda: gone(child))
    assert parent_of(inspector).is_running()


SERVICE = """
import asyncio, sys
from pathlib import Path
from tianping.engines.materials.sandbox import SandboxedInspector
async def main():
    inspector = SandboxedInspector()
    work = asyncio.create_task(inspector.inspect(Path(sys.argv[1]), "a.png", ""))
    while inspector._parent is None:
        await asyncio.sleep(0.01)
    print(inspector._parent.process.pid, flush=True)
    await work
    await asyncio.sleep(3600)
asyncio.run(main())
"""


async def test_nothing_outlives_a_service_that_was_killed(tmp_path: Path, large: bytes) -> None:
    path = written(tmp_path, large)
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(path)], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as service:
        assert service.stdout is not None
        parent = psutil.Process(int(service.stdout.readline()))
        await until(parent.children)
        children = parent.children()
        service.kill()
    await until(lambda: gone(parent) and all(gone(child) for child in children))


async def test_a_service_that_cannot_start_a_parent_says_so(
    inspector: SandboxedInspector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No verdict about a file is made from it."""
    monkeypatch.setattr(sandbox.sys, "executable", "/bin/false")
    path = written(tmp_path, samples.pdf(1))
    with pytest.raises(Unavailable):
        await inspector.inspect(path, "a.pdf", "")
    monkeypatch.undo()
    assert (await inspector.inspect(path, "a.pdf", "")).refusal is None


async def test_no_secret_and_no_open_file_reaches_the_processes(
    inspector: SandboxedInspector, tmp_path: Path, large: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIANPING_DATABASE_DSN", "secret")
    path = written(tmp_path, large)
    while True:
        work = asyncio.create_task(inspector.inspect(path, "a.png", ""))
        with suppress(psutil.NoSuchProcess):
            child = await child_at_work(inspector)
            # It stands still while it is looked at: a moment later it may have read the file and closed it.
            child.suspend()
            while str(path) not in (held := open_in(child)) and not work.done():
                child.resume()
                await asyncio.sleep(0.002)
                child.suspend()
            if str(path) in held:
                break
        # On a busy machine all of it was over between two looks.
        await work
    for process in (parent_of(inspector), child):
        seen = process.environ()
        assert "PYTHONPATH" in seen
        assert "secret" not in seen.values()
    # Null thrice, the errand, the file: neither the way to the service nor anything of the parent's.
    assert held == sorted(["/dev/null"] * 3 + ["/memfd", str(path)])
    child.resume()
    await work


async def test_many_at_once_are_all_answered_and_only_so_many_work(tmp_path: Path) -> None:
    inspector, most = SandboxedInspector(at_once=3), 0
    contents = [samples.pdf(n % 4 + 1) for n in range(30)]
    paths = [tmp_path / str(n) for n in range(30)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    try:
        work = asyncio.gather(*(inspector.inspect(path, "a.pdf", "") for path in paths))
        while not work.done():
            with suppress(AssertionError, psutil.NoSuchProcess):
                most = max(most, len(parent_of(inspector).children()))
            await asyncio.sleep(0.002)
        assert [found.pages for found in await work] == [n % 4 + 1 for n in range(30)]
        assert 0 < most <= 3
    finally:
        inspector.close()
