"""An authority with quick passphrases and a clock that stands still."""

from datetime import UTC, datetime

import pytest

from tianping.engines.signing.authority import AuthorityPlan, create_authority
from tianping.engines.signing.certificates import Subject
from tianping.engines.signing.provider import sm2
from tianping.kit.clock import SettableClock

START = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
PLAN = AuthorityPlan(court_zh="天平互联网法院（演示）", court_en="Tianping Internet Court (Demo)", iterations=1_000)
ROOT_PASSPHRASE, ISSUER_PASSPHRASE = "root passphrase 根", "issuer passphrase"


@pytest.fixture
def clock():
    return SettableClock(START)


@pytest.fixture
def authority(tmp_path, clock):
    return create_authority(
        tmp_path / "ca",
        PLAN,
        root_passphrase=ROOT_PASSPHRASE,
        issuer_passphrase=ISSUER_PASSPHRASE,
        sm2=sm2(),
        clock=clock,
    )


def subject(identifier: str = "node-01") -> Subject:
    return Subject(
        name_zh="第一节点",
        name_en="First node",
        organisation_zh="杭州公证处",
        organisation_en="Hangzhou Notary Office",
        identifier=identifier,
    )
