"""Scanners: the rules when there is none, clamd's protocol when there is one, and failing closed."""

import asyncio
import io
import os
import shutil
import subprocess
from pathlib import Path

import clamd
import pytest
from tests.engines.materials import samples
from tests.fakes.clamd import FakeClamd, free_port

from tianping.engines.materials import findings as f
from tianping.engines.materials.scanning import ClamdScanner, RuleScanner, open_scanner
from tianping.interfaces.scanning import Harm, ScannerUnavailable

SIGNATURES = {samples.TEST_VIRUS: b"Eicar-Test-Signature"}


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean"
    path.write_bytes(os.urandom(1 << 20) + b"clean")
    return path


@pytest.fixture
def infected(tmp_path: Path) -> Path:
    path = tmp_path / "infected"
    path.write_bytes(b"x" * 700_000 + samples.TEST_VIRUS)
    return path


async def test_without_a_scanner_hazards_are_quarantined_and_people_are_told(clean: Path) -> None:
    scanner = open_scanner(None)
    banner = scanner.banner()
    assert "尚未接入病毒检测" in banner.zh
    assert "No virus scanner is connected" in banner.en
    assert await scanner.ready()
    assert (await scanner.scan(clean, ())).harm is Harm.NONE
    for hazard in (f.EXECUTABLE, f.SCRIPT, f.MACROS, f.TEST_VIRUS, f.DOUBLE_EXTENSION, f.ARCHIVE_HOLDS):
        verdict = await scanner.scan(clean, (hazard,))
        assert (verdict.harm, verdict.finding) == (Harm.SUSPECTED, hazard)


@pytest.fixture(params=["tcp", "unix"])
def daemon(request: pytest.FixtureRequest, tmp_path: Path):
    with FakeClamd(SIGNATURES, path=tmp_path / "clamd.sock" if request.param == "unix" else None) as running:
        yield running


async def test_clamd_sees_every_byte_and_its_answer_decides(daemon: FakeClamd, clean: Path, infected: Path) -> None:
    scanner = open_scanner(daemon.url)
    assert scanner.banner() is None
    assert await scanner.ready()
    verdict = await scanner.scan(clean, ())
    assert (verdict.harm, verdict.by) == (Harm.NONE, "ClamAV 1.4.1/27500/Fake")
    assert daemon.server.received == [clean.read_bytes()]
    verdict = await scanner.scan(infected, ())
    assert verdict.harm is Harm.FOUND
    assert verdict.finding.code == "infected"
    assert "Eicar-Test-Signature" in verdict.by


async def test_the_fake_daemon_satisfies_an_independent_client(daemon: FakeClamd) -> None:
    address = daemon.url.removeprefix("unix://")
    if daemon.url.startswith("tcp"):
        client = clamd.ClamdNetworkSocket("127.0.0.1", int(address.rsplit(":", 1)[1]), timeout=10)
    else:
        client = clamd.ClamdUnixSocket(address, timeout=10)
    assert client.ping() == "PONG"
    assert client.instream(io.BytesIO(b"fine")) == {"stream": ("OK", None)}
    assert client.instream(io.BytesIO(samples.TEST_VIRUS)) == {"stream": ("FOUND", "Eicar-Test-Signature")}


async def test_programs_are_quarantined_even_if_clamd_knows_nothing_of_them(daemon: FakeClamd, clean: Path) -> None:
    scanner = ClamdScanner(daemon.url)
    assert (await scanner.scan(clean, (f.EXECUTABLE,))).harm is Harm.SUSPECTED
    assert (await scanner.scan(clean, (f.MACROS,))).harm is Harm.NONE


async def test_content_beyond_the_daemons_limit_is_quarantined(tmp_path: Path) -> None:
    long = tmp_path / "long"
    long.write_bytes(b"x" * (6 << 20))
    with FakeClamd(SIGNATURES, limit=1 << 20) as daemon:
        verdict = await ClamdScanner(daemon.url).scan(long, ())
    assert (verdict.harm, verdict.finding.code) == (Harm.SUSPECTED, "scan-size")


async def test_no_clear_answer_is_never_a_clean_one(clean: Path, tmp_path: Path) -> None:
    for url in (f"tcp://127.0.0.1:{free_port()}", f"unix://{tmp_path}/nobody"):
        scanner = ClamdScanner(url)
        assert not await scanner.ready()
        with pytest.raises(ScannerUnavailable):
            await scanner.scan(clean, ())
    with FakeClamd(SIGNATURES) as daemon:
        daemon.server.broken = True
        with pytest.raises(ScannerUnavailable):
            await ClamdScanner(daemon.url).scan(clean, ())
        daemon.server.silent = True
        with pytest.raises(ScannerUnavailable):
            await ClamdScanner(daemon.url, answer_s=0.2).scan(clean, ())


@pytest.mark.parametrize("url", ["", "clamd", "http://x", "unix://", "tcp://"])
def test_a_wrong_address_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="unix:///path or tcp://"):
        ClamdScanner(url)


def test_rules_alone_never_pass_for_a_scanner() -> None:
    assert RuleScanner().banner() is not None


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("clamd") is None, reason="ClamAV is not installed: apt install clamav-daemon")
async def test_a_real_clamd(tmp_path: Path, clean: Path, infected: Path) -> None:
    """With a database of one signature written here, because the official one is not shipped."""
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "court.ndb").write_text(f"Court.Test:0:*:{samples.TEST_VIRUS.hex()}\n")
    (tmp_path / "clamd.conf").write_text(
        f"DatabaseDirectory {tmp_path}/database\nLocalSocket {tmp_path}/clamd.sock\nForeground yes\nLogFile {tmp_path}/log\n"
        "OfficialDatabaseOnly no\n"
    )
    process = subprocess.Popen(["clamd", "-c", str(tmp_path / "clamd.conf")])
    try:
        scanner = ClamdScanner(f"unix://{tmp_path}/clamd.sock")
        async with asyncio.timeout(60):
            while not await scanner.ready():
                await asyncio.sleep(0.2)
        assert (await scanner.scan(clean, ())).harm is Harm.NONE
        verdict = await scanner.scan(infected, ())
        assert verdict.harm is Harm.FOUND
        assert "Court.Test" in verdict.by
    finally:
        process.terminate()
        process.wait()
