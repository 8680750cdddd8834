"""Makes draws.json, docket.json and growth.json with the court's own code: `PYTHONPATH=src python web/tests/vectors/make.py`."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import Candidate, DrawInput, Excluded
from tianping.contexts.cases.rules import chain, draw, words
from tianping.engines.ledger import merkle
from tianping.kit.digests import sm3
from tianping.kit.ids import CaseId
from tianping.kit.money import Money

HERE = Path(__file__).parent
NUMBER = "（2026）京0499民初12号"
AT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
CASE = CaseId(UUID(int=5))


def draws() -> dict[str, object]:
    seeds = [bytes.fromhex(sm3(f"seed {n}".encode())) for n in range(3)]
    commitments, prev = [], chain.START
    for seq, seed in enumerate(seeds, 1):
        line = draw.commit(seq, chain.as_of(AT + timedelta(minutes=seq)), seed, prev)
        commitments.append(line)
        prev = line.hash
    loads = [(1000, 12), (1000, 3), (500, 0), (800, 41), (1000, 20)]
    candidates = sorted(
        (
            Candidate(draw.pseudonym(UUID(int=n)), "general", share, cases, draw.weight(share, cases))
            for n, (share, cases) in enumerate(loads, 1)
        ),
        key=lambda c: c.id,
    )
    left_out = [(98, "kinship"), (99, "leave")]
    exclusions = sorted((Excluded(draw.pseudonym(UUID(int=n)), why) for n, why in left_out), key=lambda e: e.who)
    made = []
    for ordinal, (seats, purpose) in enumerate([(1, "first"), (3, "collegial")], 1):
        promised, seed = commitments[ordinal - 1], seeds[ordinal - 1]
        given = DrawInput(draw.VERSION, NUMBER, ordinal, sm3(b"filing"), promised.seq, seats, candidates, exclusions)
        text = draw.input_text(given)
        chosen, steps = draw.outcome(seed, text)
        made.append(
            {
                "format": "tianping-draw/1",
                "case_id": str(CASE),
                "case_number": NUMBER,
                "ordinal": ordinal,
                "purpose": purpose,
                "purpose_name": words.PURPOSES[purpose],
                "at": "2026-03-05T02:00:00.000001Z",
                "basis": "filing",
                "basis_name": words.BASES["filing"],
                "basis_at": "2026-03-04T02:00:00Z",
                "commitment": promised,
                "seed": seed.hex(),
                "input": given,
                "input_text": text,
                "steps": steps,
                "chosen": chosen,
                "judges": {
                    c.id: name for c, name in zip(candidates, ["周明", "吴珊", "郑立", "王琳", "冯涛"], strict=True)
                },
                "verified": True,
            }
        )
    return {"commitments": commitments, "draws": made}


def docket() -> bytes:
    """Six entries: the fifth with its restricted words disclosed, the sixth with them hidden."""
    facts = [
        words.opened(NUMBER, "small_claims", "sole", 4, "filing-1"),
        words.party_entered("plaintiff", 1, identified=True, represented=False),
        words.party_entered("defendant", 1, identified=False, represented=True),
        words.fee_ordered(Money.parse("25.00"), date(2026, 3, 9), "order-1"),
        words.request_made(
            "recusal",
            "周明",
            words.RECUSAL_GROUNDS["interest"],
            "其配偶在被告处任职。\n“详见附件”\u2028\x1f",
            "plaintiff",
            "r-1",
        ),
        words.request_made("reassignment", "周明", words.REASSIGNMENT_GROUNDS["illness"], "𠮷 病假", "bench", "r-2"),
    ]
    entries, prev = [], chain.START
    for seq, fact in enumerate(facts, 1):
        at, salt = AT + timedelta(seconds=seq), sm3(f"salt {seq}".encode())[:32]
        entry = chain.next_entry(CASE, seq, at, "系统" if seq != 5 else "张伟", fact, prev=prev, salt=salt)
        entries.append(msgspec.structs.replace(entry, disclosed=None) if seq == 6 else entry)
        prev = entry.hash
    court = {"code": "京0499", "zh": "京天互联网法院", "en": "Jingtian Internet Court"}
    return chain.export(court, CASE, NUMBER, entries, at=AT)


def growth() -> list[dict[str, object]]:
    """Proofs that one log begins with another, from the ledger's own tree."""
    leaves = [f"leaf {n}".encode() for n in range(70)]
    pairs = [
        (1, 1),
        (1, 2),
        (1, 70),
        (2, 3),
        (3, 7),
        (4, 7),
        (6, 8),
        (7, 8),
        (8, 8),
        (8, 70),
        (33, 65),
        (64, 65),
        (64, 70),
        (69, 70),
    ]
    made = []
    for old, new in pairs:
        path = merkle.consistency_path(merkle.LeafList(leaves[:new]), old, new)
        roots = {"old_root": merkle.root_of(leaves[:old]).hex(), "new_root": merkle.root_of(leaves[:new]).hex()}
        made.append({"old": old, "new": new, **roots, "path": [one.hex() for one in path]})
    return made


if __name__ == "__main__":
    text = json.dumps(msgspec.to_builtins(draws()), ensure_ascii=False, indent=1)
    (HERE / "draws.json").write_text(text + "\n", encoding="utf-8")
    (HERE / "docket.json").write_bytes(docket())
    (HERE / "growth.json").write_text(json.dumps(growth(), indent=1) + "\n", encoding="utf-8")
