"""Time stamps in bundles: the court's own clock, and another authority's that somebody trusts."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.engines.signing.time_stamp_server import StampServer
from tests.verifier.chains import BEGAN, FILE, Chain, Situation, situation
from tests.verifier.test_bundles import examine, failures, spliced
from tianping_verify.report import Report, Verdict

from tianping.engines.ledger.digests import sm3
from tianping.engines.signing.object_ids import EXAMPLE_ARC
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.stamp_tokens import StampTrust
from tianping.engines.signing.time_stamps import OwnClock, TimeStampClient
from tianping.interfaces.signing import CertificateRole, TimeStamp

NOW = datetime(2026, 9, 22, 3, 4, 5, 678_000, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


def reason(report: Report, name: str) -> str | None:
    return next(one.reason for one in report.checks if one.id == name)


def stamped(chain: Chain, index: int, stamp: TimeStamp) -> Situation:
    height = chain.store.checkpoint().checkpoint.height
    chain.store.keep_stamp(height, (stamp.time - EPOCH) // timedelta(milliseconds=1), stamp.authority, stamp.token)
    return situation(chain, index)


def text_of(chain: Chain) -> bytes:
    return chain.store.checkpoint().checkpoint.text().encode()


async def test_the_court_s_own_clock() -> None:
    chain = Chain()
    index = chain.block(chain.deposit(FILE))
    chain.block(chain.deposit(b"later"))
    signer = chain.authority.issue(CertificateRole.TIME_STAMP, "clock")
    clock = OwnClock(signer, [chain.authority.issuer.certificate.der], EXAMPLE_ARC, FixedClock())
    made = stamped(chain, index, await clock.stamp(sm3(text_of(chain))))
    report = examine(made)
    assert (failures(report), report.verdict, reason(report, "stamp.authority")) == ({}, Verdict.MATCH, None)
    assert report.subject.stamped_at == int(NOW.timestamp()) * 1000
    # Another text, time, name or tree is not what was stamped.
    stamp = json.loads(made.bundle)["stamp"]
    text = chain.store.checkpoint(1).checkpoint.text()
    for change, expected in (
        ({"time": stamp["time"] + 1}, {"stamp": "stamp-time"}),
        ({"authority": "another"}, {"stamp.authority": "stamp-name"}),
        ({"checkpoint": stamp["checkpoint"].replace("height 2", "height 3")}, {"stamp": "stamp-imprint"}),
        ({"checkpoint": text, "consistency": []}, {"stamp": "stamp-imprint"}),
        ({"consistency": []}, {"stamp": "stamp-checkpoint"}),
        ({"token": made.chain.authority.held and stamp["token"][:-8] + "AAAAAAAA"}, None),
    ):
        found = failures(examine(made, spliced(made, stamp=stamp | change)))
        assert found == expected if expected else set(found) <= {"stamp", "stamp.authority"} and found


async def test_a_clock_of_another_court_is_not_trusted() -> None:
    chain, other = Chain(), Chain()
    index = chain.block(chain.deposit(FILE))
    signer = other.authority.issue(CertificateRole.TIME_STAMP, "clock")
    clock = OwnClock(signer, [other.authority.issuer.certificate.der], EXAMPLE_ARC, FixedClock())
    report = examine(stamped(chain, index, await clock.stamp(sm3(text_of(chain)))))
    assert (report.verdict, reason(report, "stamp.authority")) == (Verdict.MATCH, "stamp-authority")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rsa", "ec"])
async def test_another_authority_is_checked_by_openssl(kind: str, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to check another authority's stamp")
    server = StampServer(tmp_path / "tsa", kind)
    client = TimeStampClient(server.url, StampTrust(roots=(server.root,)), sm2())
    try:
        chain = Chain()
        index = chain.block(chain.deposit(FILE))
        made = stamped(chain, index, await client.stamp(sm3(text_of(chain))))
    finally:
        await client.close()
        server.close()
    assert reason(examine(made), "stamp.authority") == "stamp-authority"
    report = examine(made, tsa_ca=str(server.folder / "root.crt"))
    assert (failures(report), reason(report, "stamp.authority")) == ({}, None)
    assert report.subject.stamped_at > BEGAN
    strange = StampServer(tmp_path / "strange", kind)
    strange.close()
    refused = examine(made, tsa_ca=str(strange.folder / "root.crt"))
    assert failures(refused) == {"stamp.authority": "stamp-refused"}
