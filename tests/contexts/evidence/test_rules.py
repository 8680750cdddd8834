"""Words and judgments of evidence as pure functions. ORL arts. 16-19."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tianping.contexts.evidence.caching import Briefly
from tianping.contexts.evidence.model.deposits import DepositInput, Source
from tianping.contexts.evidence.rules import docket_heads, interest, provenance, wording
from tianping.interfaces.ledger import Depositor, Verdict, Verification
from tianping.kit.ids import OrganisationId, PersonId, new_id
from tianping.kit.problems import Text

AT = datetime(2026, 3, 2, 6, 5, 9, tzinfo=UTC)


def found(verdict: Verdict, stored_at: datetime | None = AT) -> Verification:
    return Verification(
        number="TP1-WORKS-20260302-000000042-7K", verdict=verdict, chain="works", chain_name=None, category="works",
        stored_at=stored_at, claimed_at=None, stamped_at=None, depositor=None, cosigners=[], power=1, total_power=1, size=1,
        media_type=None, reasons=[],
    )  # fmt: skip


@pytest.mark.parametrize("verdict", list(Verdict))
def test_no_verdict_says_authentic(verdict: Verdict):
    said = wording.wording(found(verdict))
    words = json.dumps(
        [said.zh, said.en, wording.HEADLINES[verdict].zh, wording.HEADLINES[verdict].en], ensure_ascii=False
    )
    assert "authentic" not in words.lower()
    assert "真实性" not in words
    assert ("未被篡改" in words) is (verdict is Verdict.MATCH)


def test_a_match_names_the_time_in_china_and_stays_rebuttable():
    said = wording.wording(found(Verdict.MATCH))
    assert "2026年3月2日14:05:09" in said.zh
    assert "相反证据" in said.zh
    assert "unless proven otherwise" in said.en


@pytest.mark.parametrize(
    "typed",
    ["tp1-works-20260302-000000042-7k", "ＴＰ1－WORKS－20260302－000000042－7K", " TP1-WORKS-20260302- 000000042-7K\n"],
)
def test_numbers_as_people_type_them(typed: str):
    assert wording.normal_number(typed) == "TP1-WORKS-20260302-000000042-7K"
    assert wording.is_number(wording.normal_number(typed))


@pytest.mark.parametrize(
    "typed", ["", "TP1", "TP1-WORKS-20260302-000000042-7K/../x", "TP1-WORKS-2026-1-7K", "存证编号"]
)
def test_what_is_no_number(typed: str):
    assert not wording.is_number(wording.normal_number(typed))


def depositor(organisation: str, *, then: str = "admitted", now: str = "admitted") -> Depositor:
    return Depositor("app", Text("存证应用", "app"), organisation, then, now, 90, "2026-1")


SHOP, PLATFORM = OrganisationId(new_id()), OrganisationId(new_id())
BUYER, AGENT = PersonId(new_id()), PersonId(new_id())
PARTIES = [
    interest.Party("李明", None, frozenset({BUYER, AGENT})),
    interest.Party("北京山野茶语贸易（集团）有限公司", SHOP, frozenset()),
]


@pytest.mark.parametrize(
    ("given", "more", "flagged", "ground"),
    [
        (depositor("杭州甲公司"), {}, False, "none"),
        (depositor("北京山野茶语贸易(集团)有限公司"), {}, True, "party_platform"),
        (depositor("另一名称"), {"platform": SHOP}, True, "party_platform"),
        (depositor("另一名称"), {"platform": PLATFORM}, False, "none"),
        (depositor("杭州甲公司", now="suspended"), {}, True, "standing"),
        (depositor("杭州甲公司", then="suspended"), {}, True, "standing"),
        (depositor("本院"), {"through": interest.Through(BUYER, None)}, False, "party_deposited"),
        (depositor("本院"), {"through": interest.Through(AGENT, None)}, False, "party_deposited"),
        (depositor("本院"), {"through": interest.Through(PersonId(new_id()), SHOP)}, False, "party_deposited"),
        (depositor("本院"), {"through": interest.Through(PersonId(new_id()), None)}, False, "none"),
        (None, {}, False, "none"),
    ],
)
def test_interest_of_the_depositor(given: Depositor | None, more: dict[str, Any], flagged: bool, ground: str):
    """ORL art. 17(2)."""
    said = interest.interest(given, PARTIES, **{"through": None, "platform": None, **more})
    assert (said.flagged, said.ground) == (flagged, ground)


def test_short_facts_cannot_be_found_by_guessing():
    asked = DepositInput(
        title="x",
        category="works",
        digest="0" * 64,
        size=1,
        media_type="a/b",
        file_name="x",
        source=Source(custody="本人"),
    )
    one, other = provenance.facts_of(asked, opening="1" * 32), provenance.facts_of(asked, opening="2" * 32)
    assert one != other
    assert provenance.source_of(one) == provenance.source_of(other) == asked.source
    assert provenance.facts_of(asked, opening="1" * 32) == one


def test_a_docket_head_is_one_text():
    case = new_id()
    assert docket_heads.text(case, 3, "a" * 64).decode().splitlines() == [
        "tianping-docket-head/1",
        str(case),
        "3",
        "a" * 64,
    ]


async def test_many_readers_are_one():
    asked: list[int] = []
    now = [0.0]
    briefly = Briefly(1.5, clock=lambda: now[0])

    async def ask() -> int:
        asked.append(1)
        await asyncio.sleep(0)
        return len(asked)

    assert await asyncio.gather(*(briefly.get(("x",), ask) for _ in range(20))) == [1] * 20
    now[0] = 1.4
    assert await briefly.get(("x",), ask) == 1
    now[0] = 1.6
    assert await briefly.get(("x",), ask) == 2
    briefly.forget()
    assert await briefly.get(("x",), ask) == 3


async def test_a_refusal_is_not_remembered():
    answers = [ValueError("no"), None]

    async def ask() -> str:
        wrong = answers.pop(0)
        if wrong is not None:
            raise wrong
        return "yes"

    briefly = Briefly(60)
    with pytest.raises(ValueError, match="no"):
        await briefly.get(("x",), ask)
    assert await briefly.get(("x",), ask) == "yes"
