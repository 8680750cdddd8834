"""Deposits of people: taken, stored by the node, searched, proven, shared, forgotten; a node that is down loses nothing."""

import hashlib
import io
import json
import sys
from datetime import timedelta
from typing import Any

import pytest
from tests.apps.ledger.running import ROOT, Node
from tests.harness import RunningCourt
from tests.journeys.cast import Cast, photograph

from tianping.kit.digests import sm3

pytestmark = pytest.mark.slow

PICTURE = photograph()


def asked(content: bytes, title: str = "《晨雾》原始照片", **changes: Any) -> dict[str, Any]:
    return {
        "title": title, "category": "works", "digest": sm3(content), "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content), "media_type": "image/jpeg", "file_name": "IMG_2041.jpg",
        "source": {"how": "camera", "device": "本人手机", "custody": "一直由本人保存"}, **changes,
    }  # fmt: skip


async def stored(cast: Cast, content: bytes, who: str = "plaintiff", **changes: Any) -> dict[str, Any]:
    browser = await cast.of(who)
    made = await browser.act("/deposits", asked(content, **changes))
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "pending"
    await cast.court.settle()
    found = (await browser.get(f"/deposits/{made.json()['id']}")).json()
    assert found["state"] == "stored", found
    return found


async def test_a_deposit_is_stored_and_verified_by_anybody(cast: Cast):
    found = await stored(cast, PICTURE)
    assert found["number"].startswith("TP1-WORKS-")
    assert found["source"]["device"] == "本人手机"
    nobody = await cast.of("nobody")
    same = await nobody.act("/verifications", {"number": found["number"].lower(), "digest": sm3(PICTURE)})
    assert same.status_code == 200, same.text
    told = same.json()
    assert told["verdict"] == "match"
    assert "未被篡改" in told["wording"]["zh"]
    assert "unaltered since" in told["wording"]["en"]
    assert "authentic" not in json.dumps(told)
    assert len(told["not_proven"]) == 4
    assert [article["cite"] for article in told["articles"]]
    other = await nobody.act("/verifications", {"number": found["number"], "digest": sm3(b"another")})
    assert other.json()["verdict"] == "mismatch"
    missing = await nobody.act("/verifications", {"number": "TP1-WORKS-20260101-000000099-00", "digest": sm3(b"x")})
    assert missing.json()["verdict"] == "not_found"
    nothing = await nobody.act("/verifications", {"number": found["number"]})
    assert nothing.status_code == 422


async def test_a_file_is_verified_as_it_is(cast: Cast):
    found = await stored(cast, PICTURE)
    nobody = await cast.of("nobody")
    answer = await nobody.http.post(
        "/api/v1/verifications/file", data={"number": found["number"]}, files={"file": ("a.jpg", io.BytesIO(PICTURE))}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["verdict"] == "match"


async def test_the_same_request_deposits_once(cast: Cast):
    plaintiff = await cast.of("plaintiff")
    first, again = [await plaintiff.act("/deposits", asked(PICTURE), key="the-same-key") for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    await cast.court.settle()
    assert len((await plaintiff.get("/deposits")).json()["items"]) == 1


async def test_many_together_each_with_a_number(cast: Cast):
    plaintiff = await cast.of("plaintiff")
    files = [f"file {n}".encode() for n in range(30)]
    wanted = [asked(f, f"文件 {n}", category="trade" if n % 3 else "contract") for n, f in enumerate(files)]
    made = await plaintiff.act("/deposits/together", {"deposits": wanted})
    assert made.status_code == 201, made.text
    await cast.court.settle()
    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await plaintiff.get(f"/deposits?limit=12{cursor}")).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len({one["number"] for one in seen}) == 30
    assert {one["number"].split("-")[1] for one in seen} == {"TRADE", "CONTRACT"}
    # The numbers belong to the files they were given for.
    nobody = await cast.of("nobody")
    for one in seen[:5]:
        n = int(one["title"].split()[1])
        told = (await nobody.act("/verifications", {"number": one["number"], "digest": sm3(files[n])})).json()
        assert told["verdict"] == "match", one["title"]


async def test_searching_by_title_number_digest_category_and_state(cast: Cast):
    plaintiff = await cast.of("plaintiff")
    found = await stored(cast, PICTURE)
    await stored(cast, b"an order", title="订单记录", category="trade")
    for query in ("q=晨雾", f"q={found['number'].lower()}", f"q={found['digest']}", "category=works"):
        items = (await plaintiff.get(f"/deposits?{query}")).json()["items"]
        assert [one["id"] for one in items] == [found["id"]], query
    assert (await plaintiff.get("/deposits?state=pending")).json()["items"] == []
    assert len((await plaintiff.get("/deposits?state=stored")).json()["items"]) == 2


async def test_certificate_and_proof_check_without_the_court(cast: Cast, node: Node):
    found = await stored(cast, PICTURE)
    plaintiff = await cast.of("plaintiff")
    proof = await plaintiff.get(f"/deposits/{found['id']}/proof")
    assert proof.status_code == 200, proof.text
    bundle = proof.json()
    assert bundle["number"] == found["number"]
    assert bundle["opening"]["salt"]
    assert json.loads(bundle["facts"])["source"]["custody"] == "一直由本人保存"
    certificate = await plaintiff.get(f"/deposits/{found['id']}/certificate?language=en")
    assert certificate.status_code == 200, certificate.text
    assert certificate.content.startswith(b"%PDF")

    # The independent checker, which shares no code with the court, comes to the same for both.
    if str(ROOT / "verifier" / "src") not in sys.path:
        sys.path.insert(0, str(ROOT / "verifier" / "src"))
    from tianping_verify.checking import check
    from tianping_verify.report import File, Options, Verdict

    chain = (await (await cast.of("nobody")).get("/ledger/chains/works")).json()
    pins = frozenset({bytes.fromhex(chain["chain"]["genesis"])})
    for paper in (proof.content, certificate.content):
        report = check(paper, Options(file=File.of([PICTURE]), pins=pins))
        assert report.verdict is Verdict.MATCH, [one for one in report.checks if one.result.value != "passed"]
        other = check(paper, Options(file=File.of([b"another"]), pins=pins))
        assert other.verdict is Verdict.MISMATCH


async def test_shared_by_a_code_until_a_day(cast: Cast):
    found = await stored(cast, PICTURE)
    plaintiff, nobody = await cast.of("plaintiff"), await cast.of("nobody")
    until = (cast.court.clock.now() + timedelta(days=30)).isoformat()
    shared = (await plaintiff.act(f"/deposits/{found['id']}/share", {"until": until})).json()["share"]
    seen = await nobody.get(f"/shared-deposits/{shared['code'].lower()}")
    assert seen.status_code == 200, seen.text
    assert seen.json()["number"] == found["number"]
    assert "李明" not in seen.text
    bundle = (await nobody.get(f"/shared-deposits/{shared['code']}/proof")).json()
    assert bundle["opening"]["salt"]
    assert bundle["facts"] is None
    cast.court.clock.move(timedelta(days=31))
    assert (await nobody.get(f"/shared-deposits/{shared['code']}")).status_code == 404
    far = (cast.court.clock.now() + timedelta(days=600)).isoformat()
    plaintiff = await cast.of("plaintiff")
    cast.browsers.clear()
    plaintiff = await cast.of("plaintiff")
    assert (await plaintiff.act(f"/deposits/{found['id']}/share", {"until": far})).status_code == 422


async def test_forgotten_is_gone_for_good(cast: Cast, node: Node):
    upload_id = await cast.upload("plaintiff", PICTURE, "晨雾.jpg", "image/jpeg")
    found = await stored(cast, PICTURE, upload_id=upload_id)
    assert found["kept"]
    plaintiff = await cast.of("plaintiff")
    kept = await plaintiff.get(f"/deposits/{found['id']}/file")
    assert kept.content == PICTURE
    gone = await plaintiff.act(f"/deposits/{found['id']}/forget")
    assert gone.status_code == 201, gone.text
    await cast.court.settle()
    with node.http(token=True) as asked_node:
        assert asked_node.get(f"/deposits/{found['number']}/opening").status_code == 404
    after = (await plaintiff.get(f"/deposits/{found['id']}")).json()
    assert after["source"] is None
    assert "晨雾" not in json.dumps(after, ensure_ascii=False)
    bundle = (await plaintiff.get(f"/deposits/{found['id']}/proof")).json()
    assert bundle["opening"] is None
    # Without the salt nobody can tell any more whether a file was the one.
    nobody = await cast.of("nobody")
    assert (await nobody.act("/verifications", {"number": found["number"], "digest": sm3(PICTURE)})).status_code == 422
    again = await plaintiff.act(f"/deposits/{found['id']}/forget")
    assert again.status_code == 409


async def test_another_file_is_not_kept_under_a_digest(cast: Cast):
    upload_id = await cast.upload("plaintiff", PICTURE, "晨雾.jpg", "image/jpeg")
    plaintiff = await cast.of("plaintiff")
    answer = await plaintiff.act("/deposits", asked(b"another", upload_id=upload_id))
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["code"] == "other-file"


async def test_a_stranger_sees_nothing_of_it(cast: Cast):
    found = await stored(cast, PICTURE)
    stranger = await cast.of("stranger")
    for path in ("", "/proof", "/certificate", "/file"):
        assert (await stranger.get(f"/deposits/{found['id']}{path}")).status_code == 404, path
    for act in ("forget", "unshare", "retry"):
        assert (await stranger.act(f"/deposits/{found['id']}/{act}")).status_code == 404, act


@pytest.mark.parametrize("made_again", [False, True])
async def test_a_node_that_is_down_delays_and_loses_nothing(
    court: RunningCourt, cast: Cast, node: Node, made_again: bool
):
    node.kill()
    plaintiff = await cast.of("plaintiff")
    made = (await plaintiff.act("/deposits", asked(PICTURE))).json()
    await court.settle()
    assert (await plaintiff.get(f"/deposits/{made['id']}")).json()["state"] == "pending"
    nobody = await cast.of("nobody")
    overview = (await nobody.get("/ledger")).json()
    assert overview["available"] is False
    assert overview["health"]["symptoms"]
    answer = await nobody.act("/verifications", {"number": "TP1-WORKS-20260101-000000001-00", "digest": sm3(b"x")})
    assert answer.status_code == 503
    node.start()
    timers = {timed.name: timed.run for part in court.court.built for timed in part.timed}
    for _ in range(2 if made_again else 1):
        await timers["evidence.bring_waiting"]()
    found = (await plaintiff.get(f"/deposits/{made['id']}")).json()
    assert found["state"] == "stored"
