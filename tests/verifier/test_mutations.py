"""Whatever is changed in a bundle, it is refused: no member of it is there for nothing."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.verifier.chains import Situation
from tianping_verify import Options, check
from tianping_verify.faults import Unusable
from tianping_verify.report import File, Report, Result

pytestmark = pytest.mark.slow

OMISSIBLE = {"certificates", "stamp", "opening", "facts"}


def examined(made: Situation, content: bytes) -> Report | None:
    try:
        return check(content, Options(file=File.of([made.file]), pins=frozenset([made.genesis])))
    except Unusable:
        return None


def passed(report: Report) -> set[str]:
    return {one.id for one in report.checks if one.result is Result.PASSED}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [place for name, inside in value.items() for place in places(inside, (*path, name))]
    if isinstance(value, list):
        found += [place for at, inside in enumerate(value) for place in places(inside, (*path, at))]
    return found


def changed(draw: st.DrawFn, value: Any) -> Any:
    """Something else of the same kind, or something of another."""
    if isinstance(value, bool) or value is None:
        return draw(st.sampled_from([0, "", [], {}]))
    if isinstance(value, int):
        return draw(st.one_of(st.integers(0, 2**54), st.sampled_from([value - 1, value + 1, float(value), str(value)])))
    if isinstance(value, list):
        return draw(st.sampled_from([[*value, *(value[-1:] or ["AA=="])], value[:-1] or ["AA=="], value[::-1], None]))
    if isinstance(value, dict):
        return draw(st.sampled_from([{**value, "more": 1}, dict(list(value.items())[1:]), None, [value]]))
    try:
        raw = bytearray(base64.b64decode(value, validate=True))
    except ValueError:
        raw = bytearray()
    if raw and draw(st.booleans()):
        kind = draw(st.sampled_from(["flip", "cut", "longer"]))
        if kind == "flip":
            raw[draw(st.integers(0, len(raw) - 1))] ^= 1 << draw(st.integers(0, 7))
        other = raw[:-1] if kind == "cut" else [*raw, 0] if kind == "longer" else raw
        return base64.b64encode(bytes(other)).decode()
    at = draw(st.integers(0, len(value)))
    return value[:at] + draw(st.sampled_from("A0=\n —")) + value[at + draw(st.integers(0, 1)) :]


@st.composite
def mutations(draw: st.DrawFn, original: dict[str, Any]) -> tuple[tuple[Any, ...], bytes]:
    place = draw(st.sampled_from(places(original)))
    copy = json.loads(json.dumps(original))
    holder = copy
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = changed(draw, holder[place[-1]])
    return place, json.dumps(copy, ensure_ascii=False).encode()


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_mutation_is_refused(each_situation: Situation, data: st.DataObject) -> None:
    made = each_situation
    original = json.loads(made.bundle)
    place, content = data.draw(mutations(original))
    if json.loads(content) == original:
        return
    report = examined(made, content)
    if report is None or report.exit_status != 0:
        return
    before = examined(made, made.bundle)
    said, was = report.subject, before.subject
    # No other thing is ever said of the deposit.
    assert (said.number, said.stored_at, said.stamped_at or was.stamped_at) == (
        was.number,
        was.stored_at,
        was.stamped_at,
    )
    if place == ("stamp", "token"):
        # RFC 3161 leaves parts of a token unsigned: its wrapper and certificates that it does not need.
        return
    if place[0] == "members" and place[-1] == "height":
        # The log does not show it (6.2); the quorums have to stand with it all the same.
        return
    if place[-1] in ("members", "history", "signatures"):
        # That nothing was left out is not shown by a bundle (6.3): but then the quorum still has to stand without it.
        kept, whole = json.loads(content), original
        for step in place:
            kept, whole = kept[step], whole[step]
        assert kept == whole[: len(kept)]
        return
    # What may be left out altogether is then said to be missing, and nothing else is let through.
    assert place[0] in OMISSIBLE
    assert passed(report) < passed(before)


def test_json_that_says_a_thing_twice_is_refused(situations) -> None:
    made = situations("single")
    for other in (
        made.bundle.replace(b'"number":', b'"number":"x","number":', 1),
        made.bundle.replace(b'"index":0', b'"index":0.0', 1),
        made.bundle.replace(b'"index":0', b'"index":0e0', 1),
        made.bundle + b"{}",
        b"\xef\xbb\xbf" + made.bundle,
    ):
        assert other != made.bundle
        report = examined(made, other)
        assert report is None or report.exit_status == 2


def test_white_space_and_order_do_not_matter(situations) -> None:
    made = situations("batch")
    plain = json.loads(made.bundle)
    other = json.dumps(dict(reversed(plain.items())), indent=3).encode()
    assert examined(made, other).exit_status == 0
