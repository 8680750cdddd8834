"""Acts of payments on a real database. Fee Measures (Decree 481), CPL Interpretation art. 213."""

import asyncio
from datetime import date, timedelta

import msgspec
import pytest

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.actions import books, orders, paying, refunds, relief
from tianping.contexts.payments.gateways import signature
from tianping.contexts.payments.model import Attempt, ReliefKind
from tianping.contexts.payments.reactions import REACTIONS
from tianping.interfaces.cases import ProcedureChanged
from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import EventId, PersonId, new_id
from tianping.kit.money import Money
from tianping.kit.problems import InvalidInput, NotFound, NotPermitted
from tianping.platform.events import Told

JUDGE = Actor(PersonId(new_id()), roles=frozenset({Role.DIVISION_HEAD}))


async def balances(till) -> dict[str, str]:
    async with till.desk.database.reading() as reader:
        found = {b.account: b.amount for b in await store.balances(reader)}
    assert sum(b.yuan for b in found.values()) == 0, "double entry"
    return {account: str(amount) for account, amount in found.items() if amount}


async def test_the_acceptance_fee_is_ordered_with_its_working(till):
    order = await till.ordered("50000")
    assert str(order.amount) == "525.00"  # 1,050 halved: Measures 13, 16
    assert order.due == date(2026, 3, 9)
    assert order.steps and order.articles
    assert [a.act for a in order.permitted_acts if a.permitted] == ["pay", "ask-relief"]
    assert await till.events() == ["FeeOrdered"]


async def test_a_case_is_charged_once(till):
    card = await till.case("50000")
    for _ in range(2):
        await orders.order_acceptance_fee(till.desk, card, till.payer.person_id)
    assert len(await orders.orders_of_case(till.desk, till.payer, card.id)) == 1
    assert await till.events() == ["FeeOrdered"]


async def test_paying_gives_a_receipt_and_moves_the_money(till):
    order = await till.ordered("50000")
    assert await till.pay(order) == "taken"
    paid = await orders.see_order(till.desk, till.payer, order.id)
    assert (paid.state, paid.receipt_number) == ("paid", "京0499-2026-0000001")
    assert await balances(till) == {"gateway": "525.00", "fees_held": "-525.00"}
    assert await till.events() == ["FeeOrdered", "FeePaid"]


async def test_a_notification_told_many_times_at_once_counts_once(till):
    order = await till.ordered("50000")
    payment = await paying.start_payment(till.desk, till.payer, order.id)
    outcomes = await asyncio.gather(*(till.finish(payment) for _ in range(10)))
    assert sorted(outcomes) == ["repeated"] * 9 + ["taken"]
    assert await balances(till) == {"gateway": "525.00", "fees_held": "-525.00"}
    assert (await till.events()).count("FeePaid") == 1


async def test_many_orders_paid_at_once_have_receipts_without_gaps(till):
    made = [await till.ordered("299") for _ in range(12)]
    await asyncio.gather(*(till.pay(order) for order in made))
    numbers = sorted([(await orders.see_order(till.desk, till.payer, o.id)).receipt_number for o in made])
    assert numbers == [f"京0499-2026-{n:07d}" for n in range(1, 13)]
    assert await balances(till) == {"gateway": "300.00", "fees_held": "-300.00"}


async def test_money_that_comes_twice_goes_back(till):
    order = await till.ordered("50000")
    first = await paying.start_payment(till.desk, till.payer, order.id)
    second = await paying.start_payment(till.desk, till.payer, order.id)
    assert [await till.finish(first), await till.finish(second)] == ["taken", "late_refund"]
    assert await till.send_refunds() == 1
    assert await till.send_refunds() == 0
    assert await balances(till) == {"gateway": "525.00", "fees_held": "-525.00"}


@pytest.mark.parametrize("change", ["body", "signature", "time", "nonce"])
async def test_a_notification_that_is_not_the_gateways_is_refused(till, change):
    order = await till.ordered("50000")
    payment = await paying.start_payment(till.desk, till.payer, order.id)
    headers, body = await till.gateway.finish(payment.pay_at.rsplit("/", 1)[1], pay=True)
    if change == "body":
        body = body.replace(b"525.00", b"000.01")
    elif change == "signature":
        headers["x-gateway-signature"] = "0" * 64
    elif change == "time":
        till.clock.move(timedelta(minutes=6))
    else:
        headers["x-gateway-nonce"] = "another-nonce"
    with pytest.raises(paying.NotificationRefused):
        await paying.take_notification(till.desk, headers, body)
    assert (await orders.see_order(till.desk, till.payer, order.id)).state == "due"


async def test_a_gateway_quicker_than_our_own_commit_is_heard_when_it_tells_again(till):
    order = await till.ordered("50000")
    attempt_id = new_id()
    started = await till.gateway.start(order_id=order.id, amount=order.amount, description="", attempt_id=attempt_id)
    headers, body = await till.gateway.finish(started.reference, pay=True)
    with pytest.raises(paying.PaymentUnknown):
        await paying.take_notification(till.desk, headers, body)
    attempt = Attempt(
        attempt_id, order.id, "stand_in", started.reference, order.amount, "started", started.pay_at, till.clock.now()
    )
    async with till.desk.database.transaction() as tx:
        await store.insert_attempt(tx, attempt, by=till.payer.person_id)
    assert await paying.take_notification(till.desk, headers, body) == "taken"


async def test_a_signed_notification_of_another_amount_is_not_booked(till):
    order = await till.ordered("50000")
    payment = await paying.start_payment(till.desk, till.payer, order.id)
    reference = payment.pay_at.rsplit("/", 1)[1]
    body = f'{{"reference":"{reference}","succeeded":true,"amount":"1.00","at":"2026-03-02T01:00:00Z"}}'.encode()
    timestamp = int(till.clock.now().timestamp())
    headers = {
        "x-gateway-timestamp": str(timestamp), "x-gateway-nonce": "a-fresh-nonce",
        "x-gateway-signature": signature.sign(b"k" * 32, timestamp=timestamp, nonce="a-fresh-nonce", body=body),
    }  # fmt: skip
    with pytest.raises(rules.AmountDiffers):
        await paying.take_notification(till.desk, headers, body)
    assert (await balances(till)) == {"receivable": "525.00", "fees_held": "-525.00"}


async def test_unpaid_after_the_last_day_the_case_falls(till):
    order = await till.ordered("50000")
    till.clock.set(till.clock.now() + timedelta(days=7))  # 9 March, the last day
    assert await orders.close_overdue(till.desk) == 0
    till.clock.move(timedelta(days=1))
    assert await orders.close_overdue(till.desk) == 1
    assert await orders.close_overdue(till.desk) == 0
    assert await till.events() == ["FeeOrdered", "FeeOverdue"]
    with pytest.raises(rules.NothingToPay):
        await paying.start_payment(till.desk, till.payer, order.id)
    await refunds.settle_closed_case(till.desk, order.case_id, ground="fee_unpaid")
    assert await balances(till) == {}


async def test_an_undecided_application_holds_the_consequence_back(till):
    order = await till.ordered("50000")
    await relief.ask_relief(
        till.desk,
        till.payer,
        order.id,
        kind=ReliefKind.DEFERRAL,
        ground="legal_aid",
        explanation="正在接受法律援助",
        proof=[],
    )
    till.clock.move(timedelta(days=30))
    assert await orders.close_overdue(till.desk) == 0
    with pytest.raises(rules.ReliefPending):
        await relief.ask_relief(
            till.desk, till.payer, order.id, kind=ReliefKind.DEFERRAL, ground="other", explanation="再次申请", proof=[]
        )


async def _asked(till, kind, ground):
    order = await till.ordered("50000")
    view = await relief.ask_relief(
        till.desk, till.payer, order.id, kind=kind, ground=ground, explanation="每月仅有低保收入", proof=[]
    )
    return view.reliefs[0].id, order


async def test_a_waiver_ends_the_debt_and_the_case_goes_on(till):
    relief_id, order = await _asked(till, ReliefKind.WAIVER, "minimum_living_allowance")
    decided = await relief.decide_relief(
        till.desk, JUDGE, relief_id, granted=True, reasons="符合条件", reduce_to=None, new_due=None
    )
    assert (decided.state, str(decided.amount)) == ("waived", "0.00")
    assert await balances(till) == {}
    assert "FeeWaived" in await till.events()
    with pytest.raises(rules.ReliefDecided):
        await relief.decide_relief(till.desk, JUDGE, relief_id, granted=True, reasons="", reduce_to=None, new_due=None)


@pytest.mark.parametrize(("to", "ok"), [("367.50", True), ("367.51", False), ("100.00", True)])
async def test_a_reduction_is_at_least_thirty_per_cent(till, to, ok):
    """Fee Measures art. 46."""
    relief_id, _ = await _asked(till, ReliefKind.REDUCTION, "disaster")
    decide = relief.decide_relief(
        till.desk, JUDGE, relief_id, granted=True, reasons="", reduce_to=Money.parse(to), new_due=None
    )
    if ok:
        assert str((await decide).amount) == to
    else:
        with pytest.raises(InvalidInput):
            await decide


async def test_a_refusal_needs_reasons(till):
    """Fee Measures art. 48."""
    relief_id, _ = await _asked(till, ReliefKind.DEFERRAL, "other")
    with pytest.raises(InvalidInput):
        await relief.decide_relief(
            till.desk, JUDGE, relief_id, granted=False, reasons=" ", reduce_to=None, new_due=None
        )


async def test_a_company_is_never_relieved_in_full(till):
    """Fee Measures art. 44: a waiver is for natural persons only."""
    order = await till.ordered("50000", plaintiff_kind="organisation")
    with pytest.raises(InvalidInput):
        await relief.ask_relief(
            till.desk, till.payer, order.id, kind=ReliefKind.WAIVER, ground="other", explanation="困难", proof=[]
        )


async def test_withdrawn_after_payment_half_comes_back_unless_halved_before(till):
    """Fee Measures art. 15; JI art. 206: halved only once."""
    simplified = await till.ordered("50000")
    await till.pay(simplified)
    await refunds.settle_closed_case(till.desk, simplified.case_id, ground="withdrawn")
    assert await till.send_refunds() == 0
    ordinary = await till.ordered("50000", procedure="ordinary")
    await till.pay(ordinary)
    for _ in range(2):
        await refunds.settle_closed_case(till.desk, ordinary.case_id, ground="withdrawn")
    assert await till.send_refunds() == 1
    seen = await orders.see_order(till.desk, till.payer, ordinary.id)
    assert [str(r.amount) for r in seen.refunds] == ["525.00"]
    assert seen.refunds[0].due == date(2026, 3, 17)


async def changed(till, card, to: str, before: str) -> None:
    till.cases.cards[card.id] = msgspec.structs.replace(card, procedure=to)
    event = ProcedureChanged(case_id=card.id, procedure=to, before=before)
    told = Told(EventId(new_id()), event.wire_name(), till.clock.now(), None, event)
    await REACTIONS[ProcedureChanged](till.desk, told)


@pytest.mark.parametrize(("before", "basis"), [("small_claims", "小额诉讼"), ("simplified", "适用简易程序，减半")])
async def test_the_supplement_is_worked_out_from_the_procedure_that_was(till, before, basis):
    """JI art. 199: to ordinary, the other half of what that procedure cost."""
    card = await till.case("50000", procedure=before)
    await orders.order_acceptance_fee(till.desk, card, till.payer.person_id)
    await changed(till, card, "ordinary", before)
    both = {o.purpose: o for o in await orders.orders_of_case(till.desk, till.payer, card.id)}
    supplement = both["procedure_supplement"]
    assert str(both["acceptance_fee"].amount) == str(supplement.amount) == "525.00"
    assert any(basis in step.text.zh for step in supplement.steps)


async def test_no_supplement_while_the_case_is_not_ordinary(till):
    card = await till.case("50000", procedure="small_claims")
    await changed(till, card, "simplified", "small_claims")
    assert await orders.orders_of_case(till.desk, till.payer, card.id) == []


async def test_the_statement_of_a_day_agrees_or_says_where_not(till):
    paid = await till.ordered("50000")
    await till.pay(paid)
    agreed = await books.reconcile(till.desk, date(2026, 3, 2))
    assert (agreed.matched, agreed.differences) == (1, [])
    assert await balances(till) == {"treasury": "525.00", "fees_held": "-525.00"}
    lost = await till.ordered("299")
    payment = await paying.start_payment(till.desk, till.payer, lost.id)
    await till.gateway.finish(payment.pay_at.rsplit("/", 1)[1], pay=True)  # the notification never arrives
    [difference] = (await books.reconcile(till.desk, date(2026, 3, 2))).differences
    assert (str(difference.gateway_amount), difference.court_amount) == ("25.00", None)


async def test_others_see_nothing(till):
    order = await till.ordered("50000")
    stranger = Actor(PersonId(new_id()), roles=frozenset({Role.LITIGANT}))
    with pytest.raises(NotFound):
        await orders.see_order(till.desk, stranger, order.id)
    with pytest.raises(NotFound):
        await paying.start_payment(till.desk, stranger, order.id)
    cashier = Actor(PersonId(new_id()), roles=frozenset({Role.CASHIER}))
    assert (await orders.see_order(till.desk, cashier, order.id)).permitted_acts == []
    with pytest.raises(NotPermitted):
        await paying.start_payment(till.desk, cashier, order.id)


async def test_why_relief_is_asked_is_sealed(till):
    await _asked(till, ReliefKind.WAIVER, "minimum_living_allowance")
    async with till.desk.database.reading() as reader:
        [row] = await reader.all("SELECT explanation FROM payments.reliefs")
    assert "低保".encode() not in bytes(row["explanation"])
