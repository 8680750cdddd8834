"""Taking messages in, sending them once, and forgetting what must not be kept."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tianping.engines.delivery import actions, rules, store
from tianping.engines.delivery.actions import Counter, Desk
from tianping.engines.delivery.adapters.gateway import TryLater, WillNotPass
from tianping.engines.delivery.adapters.stand_in import StandIn
from tianping.engines.delivery.service import DeliveryService
from tianping.interfaces.delivery import DirectText, Notice
from tianping.interfaces.identity import Actor, PersonIdentity
from tianping.kit.clock import SettableClock
from tianping.kit.ids import PersonId, new_id
from tianping.kit.problems import NotFound, Text
from tianping.platform.court import read_court
from tianping.platform.database import ActKey, ActReplayed, Database, acting
from tianping.platform.events import Jobs
from tianping.platform.keyring import FileKeys, Keyring
from tianping.platform.sealed import SealedRows

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COURT = Path(__file__).resolve().parents[3] / "court.toml"
LI = PersonId(new_id())


class OnePerson:
    def __init__(self) -> None:
        self.email: str | None = None

    async def identity(self, person_id):
        if person_id != LI:
            raise NotFound
        return PersonIdentity(LI, "李明", "11010519491231002X", "13800000001", self.email, None, None, None, None)


class Recording:
    name = "recording"

    def __init__(self) -> None:
        self.sent = []
        self.failure: Exception | None = None

    async def send(self, message):
        if self.failure:
            raise self.failure
        self.sent.append(message)


class Bench:
    def __init__(self, dsn, folder, gateway=None, *, demo=True):
        self.clock = SettableClock(START)
        self.keys = FileKeys(folder / "keys")
        self.keyring = Keyring(self.keys)
        self.jobs = Jobs(dsn)
        self.database = Database(dsn, "delivery", self.keyring)
        self.people = OnePerson()
        self.gateway = gateway or Recording()
        court = read_court(COURT)
        if not demo:
            import msgspec

            court = msgspec.structs.replace(court, kind="court")
        self.desk = Desk(
            self.database, self.jobs, self.keyring, self.clock, court, "https://court.example",
            {"sms": self.gateway, "email": self.gateway}, self.people,
        )  # fmt: skip
        self.service = DeliveryService(Counter(self.database, self.jobs, self.keyring, self.clock))

        async def send(message_id):
            from uuid import UUID

            await actions.send(self.desk, UUID(message_id))

        self.jobs.work(actions.SEND, send)

    async def settle(self):
        await self.jobs.app.run_worker_async(
            wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
        )

    async def rows(self):
        async with self.database.reading() as reader:
            return await reader.all(
                "SELECT id, channel, state, failure, words, address, attempts FROM delivery.messages ORDER BY channel"
            )


@asynccontextmanager
async def bench(dsn, folder, **kwargs):
    made = Bench(dsn, folder, **kwargs)
    await made.database.open()
    async with made.jobs.app.open_async():
        yield made
    await made.database.close()


def notice(key="event-1:li", **kwargs):
    return Notice(
        LI, key, Text("立案通知", "Case accepted"), Text("您的案件已立案。", "Your case was accepted."), **kwargs
    )


def code(key="code-1"):
    return DirectText(
        "13800000009",
        "sms",
        Text("验证码 123456", "Code 123456"),
        key,
        secret=True,
        expires_at=START + timedelta(minutes=5),
    )


async def test_a_notice_reaches_each_channel_once(dsn, tmp_path):
    async with bench(dsn, tmp_path) as b:
        b.people.email = "li@example.com"
        for _ in range(3):
            await b.service.notify(notice(link="/cases/1", channels=("in_app", "sms", "email")))
        await b.settle()
        assert [(r["channel"], r["state"]) for r in await b.rows()] == [
            ("email", "sent"),
            ("in_app", "sent"),
            ("sms", "sent"),
        ]
        assert sorted(m.address for m in b.gateway.sent) == ["13800000001", "li@example.com"]
        [sms] = [m for m in b.gateway.sent if m.address.isdigit()]
        assert sms.text == "【天平】您的案件已立案。\nYour case was accepted.\nhttps://court.example/cases/1"
        assert await b.service.unread(LI) == 1


async def test_a_notice_is_committed_with_its_job_or_not_at_all(dsn, tmp_path):
    async with bench(dsn, tmp_path) as b:
        with pytest.raises(RuntimeError, match="crash"):
            async with b.database.transaction() as tx:
                message = actions._new("k", "sms", actions.Words(None, Text("一", "one")), at=START, person_id=LI)
                await store.insert(tx, b.keyring, message)
                await b.jobs.defer(tx, actions.SEND, message_id=str(message.id))
                raise RuntimeError("crash")
        await b.settle()
        assert (await b.rows(), b.gateway.sent) == ([], [])


async def test_notifying_never_uses_up_the_callers_act_key(dsn, tmp_path):
    async with bench(dsn, tmp_path) as b:
        key = ActKey("reaction:test", "event-1", "x")
        for run in range(2):
            async with acting(key):
                await b.service.notify(notice("event-1:a"))
                await b.service.notify(notice("event-1:b"))
                if run == 0:
                    async with b.database.transaction():
                        pass
                else:
                    with pytest.raises(ActReplayed):
                        async with b.database.transaction():
                            pass
        assert await b.service.unread(LI) == 2


async def test_a_temporary_failure_is_tried_again_and_then_shown(dsn, tmp_path):
    async with bench(dsn, tmp_path) as b:
        await b.service.notify(notice(channels=("sms",)))
        [row] = await b.rows()
        b.gateway.failure = TryLater("http-503")
        for _ in range(rules.MOST_ATTEMPTS - 1):
            with pytest.raises(TryLater):
                await actions.send(b.desk, row["id"])
        await actions.send(b.desk, row["id"])
        async with b.database.reading() as reader:
            [failed] = await store.failed(reader, before=None, limit=5)
        assert (failed.failure, failed.attempts, failed.person_id) == ("http-503", rules.MOST_ATTEMPTS, LI)
        b.gateway.failure = None
        await actions.try_again(b.desk, row["id"])
        await b.settle()
        assert [r["state"] for r in await b.rows()] == ["sent"]
        with pytest.raises(rules.MessageNotFailed):
            await actions.try_again(b.desk, row["id"])


@pytest.mark.parametrize("failure", ["smpp-0x0b", "no-address"])
async def test_what_will_never_pass_is_shown_at_once(dsn, tmp_path, failure):
    async with bench(dsn, tmp_path) as b:
        if failure == "no-address":
            await b.service.notify(notice(channels=("email",)))
        else:
            b.gateway.failure = WillNotPass(failure)
            await b.service.notify(notice(channels=("sms",)))
        await b.settle()
        assert [(r["state"], r["failure"]) for r in await b.rows()] == [("failed", failure)]


async def test_a_secret_text_leaves_no_words_on_a_real_court(dsn, tmp_path):
    async with bench(dsn, tmp_path, demo=False) as b:
        await b.service.text(code())
        await b.settle()
        assert "123456" in b.gateway.sent[0].text
        [row] = await b.rows()
        assert (row["state"], row["words"], row["address"]) == ("sent", None, None)


async def test_the_demo_court_keeps_a_code_until_it_is_used_or_out_of_time(dsn, tmp_path):
    async with bench(dsn, tmp_path, gateway=StandIn()) as b:
        await b.service.text(code("used"))
        await b.service.text(code("late"))
        await b.settle()
        assert all(r["words"] for r in await b.rows())
        await b.service.forget("used")
        assert sorted(bool(r["words"]) for r in await b.rows()) == [False, True]
        b.clock.move(timedelta(minutes=5))
        await actions.forget_expired(b.desk)
        assert not any(r["words"] for r in await b.rows())


async def test_a_secret_text_is_never_sent_late(dsn, tmp_path):
    async with bench(dsn, tmp_path) as b:
        await b.service.text(code())
        b.clock.move(timedelta(minutes=6))
        await b.settle()
        [row] = await b.rows()
        assert (b.gateway.sent, row["state"], row["words"]) == ([], "expired", None)


async def test_only_the_receiver_opens_a_notice(dsn, tmp_path):
    async with bench(dsn, tmp_path) as b:
        await b.service.notify(notice(channels=("in_app",)))
        [row] = await b.rows()
        with pytest.raises(NotFound):
            await actions.mark_read(b.desk, Actor(person_id=PersonId(new_id())), row["id"])
        read = await actions.mark_read(b.desk, Actor(person_id=LI), row["id"])
        assert read.read_at == START
        assert await b.service.unread(LI) == 0


async def test_numbers_and_words_are_sealed_and_move_to_a_new_key(dsn, tmp_path):
    async with bench(dsn, tmp_path) as b:
        await b.service.text(code())
        [row] = await b.rows()
        assert b"13800000009" not in bytes(row["address"])
        assert "验证码".encode() not in bytes(row["words"])
        b.keys.rotate()
        sealed = SealedRows(b.keyring)
        sealed.add(b.database, store.SEALED)
        assert await sealed.outdated() == {"delivery.messages": 1}
        assert await sealed.reseal(limit=10) == 1
        assert await sealed.outdated() == {"delivery.messages": 0}
        assert await sealed.reseal(limit=10) == 0
        async with b.database.reading() as reader:
            assert (await store.message(reader, b.keyring, row["id"])).address == "13800000009"
