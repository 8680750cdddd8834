"""The docket's chain: what is exported verifies, and any changed byte is found."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contexts.cases.around import staffed, world

from tianping.contexts.cases.actions import reading, requests
from tianping.contexts.cases.rules import chain
from tianping.interfaces.cases import DocketFact
from tianping.interfaces.identity import Role
from tianping.kit.digests import canonical, sm3
from tianping.kit.ids import CaseId, new_id
from tianping.kit.problems import Text

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COURT = {"code": "京0499", "zh": "天平示范互联网法院", "en": "Tianping Demonstration Internet Court"}


def a_docket(length: int = 5) -> bytes:
    case_id, prev, entries = CaseId(new_id()), chain.START, []
    for seq in range(1, length + 1):
        fact = DocketFact(
            "noted", Text(f"记录{seq}\n“引号”", f"Entry {seq}"), ["CPL 126"], references={"order": "1"},
            restricted=Text("内情", "the inside") if seq == 2 else None, visible_to=["bench"],
        )  # fmt: skip
        entry = chain.next_entry(
            case_id, seq, AT + timedelta(seconds=seq), "court", fact, prev=prev, salt="0123456789abcdef" * 2
        )
        entries.append(entry if seq != 3 else msgspec.structs.replace(entry, disclosed=None))
        prev = entry.hash
    return chain.export(COURT, case_id, "（2026）京0499民初1号", entries, at=AT)


def test_an_export_verifies():
    found = chain.verify(a_docket())
    assert (found.good, found.entries, found.number) == (True, 5, "（2026）京0499民初1号")
    assert chain.verify(a_docket(0)).good


def test_every_changed_byte_is_found():
    data = a_docket(3)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x01
        assert not chain.verify(bytes(changed)).good, (place, data[place : place + 30])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_bytes_added_taken_or_changed_are_found(data):
    good = a_docket(3)
    place = data.draw(st.integers(0, len(good) - 1))
    edit = data.draw(st.sampled_from(["insert", "remove", "replace"]))
    byte = data.draw(st.integers(0, 255))
    changed = {
        "insert": good[:place] + bytes([byte]) + good[place:],
        "remove": good[:place] + good[place + 1 :],
        "replace": good[:place] + bytes([byte]) + good[place + 1 :],
    }[edit]
    assert chain.verify(changed).good == (changed == good)


def reworked(data: bytes, change) -> bytes:
    """The file after a forger changed it and made the outer digest fit again."""
    content = json.loads(data)
    change(content)
    content["digest"] = sm3(canonical({k: v for k, v in content.items() if k != "digest"}))
    return canonical(content)


def _text(c):
    c["entries"][2]["text"]["zh"] = "改了"


def _swap(c):
    c["entries"][1], c["entries"][2] = c["entries"][2], c["entries"][1]


def _drop(c):
    del c["entries"][1]


def _rehash(c):
    c["entries"][1]["kind"] = "other"
    c["entries"][1]["hash"] = chain.hash_of(c["entries"][1])


def _disclose(c):
    c["entries"][1]["disclosed"]["zh"] = "别的内情"


def _field(c):
    c["entries"][3]["more"] = 1


def _time(c):
    entry = c["entries"][4]
    entry["at"] = "2020-01-01T00:00:00.000000Z"
    entry["hash"] = chain.hash_of(entry)


@pytest.mark.parametrize(
    ("change", "entry", "code"),
    [
        (_text, 3, "hash"), (_swap, 2, "order"), (_drop, 2, "order"), (_rehash, 3, "prev"), (_disclose, 2, "disclosed"),
        (_field, 4, "shape"), (_time, 5, "time"),
    ],
)  # fmt: skip
def test_the_first_entry_that_does_not_fit_is_named(change, entry, code):
    found = chain.verify(reworked(a_docket(), change))
    assert (found.good, found.entry, found.code) == (False, entry, code)


def test_a_docket_cut_short_shows_by_a_known_head():
    whole = a_docket()

    def cut(content):
        content["entries"] = content["entries"][:-1]
        content["head"] = {"seq": 4, "hash": content["entries"][-1]["hash"]}

    shorter = reworked(whole, cut)
    assert chain.verify(shorter).good, "a chain alone cannot show that its end is missing"
    assert chain.holds(whole, chain.verify(whole).head)
    assert not chain.holds(shorter, chain.verify(whole).head)


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b'{"format":"tianping-docket/1"}', b'{"format":"tianping-docket/1","entries":[1]}',
     b'{"format":"tianping-docket/1","entries":[NaN]}', b"\xff\xfe", b"[" * 100_000,
     b'{"format":"tianping-docket/1","entries":[],"head":{"seq":0,"hash":"' + b"0" * 64 + b'"},"x":"\\ud800"}'],
)  # fmt: skip
def test_what_is_not_a_docket_is_refused_in_words(data):
    found = chain.verify(data)
    assert not found.good
    assert found.zh
    assert found.en


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(st.text(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))
)
def test_the_canonical_text_is_what_the_standard_library_writes(value):
    """So that a stranger needs nothing of ours: json.dumps with sorted keys gives the same bytes."""
    try:
        value_text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return
    assert canonical(value) == value_text


async def test_restricted_content_is_hidden_and_its_hash_is_not(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        bench = staffed(w)
        await w.publish()
        filing = w.filing()
        case_id = await w.assigned(filing)
        sole = (await w.case(case_id)).bench[0]
        judge = next(j for j in bench if j.person_id == sole.person_id)
        from tests.contexts.cases.around import litigant

        plaintiff = litigant(filing.parties[0].person_id)
        defendant = litigant(filing.parties[1].person_id)
        secret = "审判员与被告系近亲属，详见附件。"
        await requests.request_recusal(
            w.desk, plaintiff, case_id, about=sole.person_id, ground="party_or_relative", reason=secret
        )
        for actor, sees in ((plaintiff, True), (judge, True), (defendant, False)):
            _, data = await reading.docket_file(w.desk, actor, case_id)
            assert chain.verify(data).good
            assert (secret in data.decode()) is sees
            assert json.loads(data)["entries"][-1]["restricted"]["digest"]
        async with w.desk.database.reading() as reader:
            assert secret not in str(await reader.all("SELECT * FROM cases.docket"))
        assert {a[0] for a in w.people.accesses} == {judge.person_id}
        assert Role.JUDGE in judge.roles


async def test_the_head_in_the_case_is_the_head_of_the_file(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        filing = w.filing()
        case_id = await w.assigned(filing)
        from tests.contexts.cases.around import litigant

        _, data = await reading.docket_file(w.desk, litigant(filing.filer), case_id)
        found = chain.verify(data)
        case = await w.case(case_id)
        assert (found.head, found.entries) == (case.docket_head, case.docket_seq)
