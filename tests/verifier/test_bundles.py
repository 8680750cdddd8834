"""What the engine proves, the independent checker accepts; what is not so, it refuses with the right words."""

import json
from typing import Any

import msgspec
import pytest
from tests.verifier.chains import FILE, SALT, Chain, Situation, situation
from tianping_verify import Options, check
from tianping_verify.report import File, Report, Result, Verdict

from tianping.engines.ledger import bundle, verdicts
from tianping.engines.ledger.checking import one_by_one
from tianping.engines.ledger.checkpoints import read_note
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.base import NotYet
from tianping.engines.signing.provider import sm2


def options(made: Situation, **more: Any) -> Options:
    return Options(**{"file": File.of([made.file]), "pins": frozenset([made.genesis]), **more})


def examine(made: Situation, content: bytes | None = None, **more: Any) -> Report:
    return check(made.bundle if content is None else content, options(made, **more))


def failures(report: Report) -> dict[str, str | None]:
    return {one.id: one.reason for one in report.checks if one.result is Result.FAILED}


def test_every_situation_is_accepted(each_situation: Situation) -> None:
    report = examine(each_situation)
    assert failures(report) == {}
    assert report.verdict is Verdict.MATCH
    assert report.exit_status == 0


def test_it_says_what_the_engine_says(each_situation: Situation) -> None:
    made = each_situation
    plain = bundle.read(made.bundle)
    shown = bundle.shown(made.chain.store, made.index)
    about = examine(made).subject
    assert about.number == plain.number
    assert (about.stored_at, about.category) == (shown.cosigned.time, shown.category)
    assert (about.size, about.claimed_at) == (len(made.file), shown.item.claimed_at)
    assert (about.power, about.total) == (shown.cosigned.power, shown.cosigned.total)
    assert {one.id for one in about.cosigners} == {one.member for one in shown.cosigned.cosignatures}
    assert about.genesis == made.chain.genesis.digest()


@pytest.mark.parametrize("same", [True, False])
def test_engine_and_checker_agree_about_the_file(each_situation: Situation, same: bool) -> None:
    made = each_situation
    file = made.file if same else made.file[:-1] + b"!"
    digest = sm3(file)
    question = verdicts.Question(number=bundle.read(made.bundle).number, digest=digest, salt=SALT, size=len(file))
    chains = {made.chain.genesis.chain: made.chain.store}
    engine = verdicts.verify(chains, question, check_many=one_by_one(sm2().verify), opened=lambda *_: None)
    assert (
        engine.verdict.value == examine(made, file=File.of([file])).verdict.value == ("match" if same else "mismatch")
    )


def test_another_file_or_salt_is_a_mismatch(situations) -> None:
    made = situations("single")
    assert failures(examine(made, file=File.of([FILE + b"!"]))) == {"file": "file-size"}
    report = examine(made, file=File.of([FILE[:-1] + b"!"]))
    assert (failures(report), report.verdict) == ({"file": "file-differs"}, Verdict.MISMATCH)
    assert examine(made, salt=SALT[:-1] + b"!").verdict is Verdict.MISMATCH


def test_what_is_missing_is_said_and_not_passed_over(situations) -> None:
    made = situations("single")
    for name, reason, more in (("genesis", "no-pin", {"pins": frozenset()}), ("file", "no-file", {"file": None})):
        report = examine(made, **more)
        assert (report.verdict, report.exit_status) == (Verdict.INCOMPLETE, 2)
        assert next(one for one in report.checks if one.id == name).reason == reason
    closed = made.chain.bundle(made.index, opening=None, certificates=())
    report = examine(made, closed)
    assert report.verdict is Verdict.INCOMPLETE
    assert {one.id: one.reason for one in report.checks}["certificates"] == "no-certificates"
    assert examine(made, closed, salt=SALT).verdict is Verdict.MATCH


def test_another_chain_is_refused(situations) -> None:
    made, other = situations("single"), situations("batch")
    assert failures(examine(made, pins=frozenset([other.genesis]))) == {"genesis": "another-genesis"}
    assert examine(made, pins=frozenset([other.genesis, made.genesis])).verdict is Verdict.MATCH


def spliced(made: Situation, **members: Any) -> bytes:
    return json.dumps(json.loads(made.bundle) | members).encode()


def test_parts_of_another_bundle_do_not_fit(situations) -> None:
    made = situations("several_checkpoints")
    later = json.loads(made.chain.bundle(made.index + 3))
    for name in ("entry", "checkpoint", "number"):
        assert examine(made, spliced(made, **{name: later[name]})).verdict is Verdict.INVALID


def test_a_later_checkpoint_only_moves_the_time_later_and_not_beyond_the_day() -> None:
    """That a checkpoint is the first one is nothing a bundle can show: so "stored at" means "not later than"."""
    chain = Chain()
    made = situation(chain, chain.block(chain.deposit(FILE)))

    def moved() -> Report:
        chain.block(chain.deposit(b"later"))
        newest = chain.store.checkpoint()
        path = json.loads(msgspec.json.encode(chain.store.inclusion(made.index, newest.checkpoint.size)))
        entry = json.loads(made.bundle)["entry"] | {"path": path}
        return examine(made, spliced(made, entry=entry, checkpoint=newest.note()))

    same_day = moved()
    assert same_day.verdict is Verdict.MATCH
    assert same_day.subject.stored_at > examine(made).subject.stored_at
    chain.clock += 86_400_000
    assert failures(moved()) == {"number": "number"}


def test_too_few_cosignatures_are_no_quorum(situations) -> None:
    made = situations("four_members")
    note = json.loads(made.bundle)["checkpoint"]
    assert len(read_note(note)[1]) == 3
    cut = note[: note[:-1].rindex("\n") + 1]
    assert failures(examine(made, spliced(made, checkpoint=cut))) == {"checkpoint": "no-quorum"}
    twice = note + note[note[:-1].rindex("\n") + 1 :]
    assert failures(examine(made, spliced(made, checkpoint=twice))) == {"checkpoint": "cosigned-twice"}


def test_leaving_out_a_change_of_members_is_found(situations) -> None:
    made = situations("changed_members")
    members = json.loads(made.bundle)["members"]
    assert len(members) == 4
    for at in range(2):
        kept = members[:at] + members[at + 1 :]
        assert examine(made, spliced(made, members=kept)).verdict is Verdict.INVALID
    # The others add a member without power and take one away: those who signed are a quorum all the same.
    report = examine(made, spliced(made, members=members[:3]))
    assert (report.verdict, report.subject.power, report.subject.total) == (Verdict.MATCH, 5, 6)
    swapped = [members[0], members[2], members[1], members[3]]
    assert examine(made, spliced(made, members=swapped)).verdict is Verdict.INVALID


def test_leaving_out_a_step_of_the_history_is_found(situations) -> None:
    for name in ("admitted_by_transactions", "suspended_resumed_rekeyed", "changed_members"):
        made = situations(name)
        history = json.loads(made.bundle)["application"]["history"]
        for at in range(len(history)):
            kept = history[:at] + history[at + 1 :]
            report = examine(made, spliced(made, application={"history": kept}))
            # Leaving the admission out of a path that ended on probation again leaves what is allowed: see 6.3.
            if report.verdict is Verdict.MATCH:
                assert name == "suspended_resumed_rekeyed"


def test_an_entry_without_a_quorum_has_no_bundle() -> None:
    chain = Chain(nodes=4)
    index = chain.block(chain.deposit(FILE), cosigners=["court-a", "court-b"])
    with pytest.raises(NotYet):
        chain.bundle(index)


def test_only_deposits_have_bundles(situations) -> None:
    made = situations("admitted_by_transactions")
    with pytest.raises(bundle.NotADeposit):
        made.chain.bundle(1)


def test_other_facts_are_refused_when_the_bundle_is_made(situations) -> None:
    made = situations("with_facts")
    with pytest.raises(bundle.FactsDiffer):
        made.chain.bundle(made.index, facts=b'{"a":1}')


def test_certificates_that_do_not_hold_are_found(situations) -> None:
    made = situations("single")
    stray = Chain().authority.held
    certificates = json.loads(msgspec.json.encode(sorted([*bundle.read(made.bundle).certificates, stray[0]], key=sm3)))
    assert failures(examine(made, spliced(made, certificates=certificates)))["certificates"] in (
        "certificate-stray",
        "chain",
    )


def test_an_expired_certificate_is_found() -> None:
    chain = Chain()
    chain.clock = 4_000_000_000_000
    made = situation(chain, chain.block(chain.deposit(FILE)))
    assert failures(examine(made)) == {"certificates": "validity"}
