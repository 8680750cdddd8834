"""Ledger consortia inside the test's own process: each member a driver with a real engine, so that a test can look into
every member, replace its clock or make it lie. (Killing whole nodes is done with processes: `member.py`.)
"""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec
from tests.engines.ledger.cast import HeldKey, cast, verify, verifying
from tests.engines.ledger.depositor import deposit
from tests.engines.ledger.drivers.cometbft.networks import until

from tianping.engines.ledger import machine
from tianping.engines.ledger.checkpoints import Cosigned, gather
from tianping.engines.ledger.drivers.base import Acknowledged
from tianping.engines.ledger.drivers.cometbft.application import LedgerApplication
from tianping.engines.ledger.drivers.cometbft.consortium import Consortium
from tianping.engines.ledger.drivers.cometbft.driver import CometDriver
from tianping.engines.ledger.drivers.cometbft.genesis import app_state
from tianping.engines.ledger.drivers.cometbft.homes import Tempo
from tianping.engines.ledger.drivers.cometbft.node import Watch
from tianping.engines.ledger.numbers import number_of

TEMPO = Tempo(propose_ms=800, commit_ms=150)
WATCH = Watch(every_s=0.3, stuck_after_s=4.0)


def found(place, people, *, command=("true",)):
    """A consortium of the cast's nodes in `place`; the cast's genesis gets the engines' keys."""
    consortium = Consortium(place)

    def state(identities):
        members = [
            msgspec.structs.replace(one, engine_key=identities[one.id].engine_key) for one in people.genesis.members
        ]
        people.genesis = msgspec.structs.replace(people.genesis, members=members)
        return app_state(people.genesis)

    powers = {one.id: one.power for one in people.genesis.members}
    consortium.found("test", powers, {"works": state}, command, datetime.now(UTC), tempo=TEMPO)
    return consortium


def number(cosigned, answer):
    return number_of("works", cosigned.time, answer.receipt.first)


class Ledgers:
    """Members by name; started ones are in `drivers`. `early`: the quorums on which answers were given before the record."""

    def __init__(self, place, program, people):
        self.place, self.program, self.people = place, program, people
        self.consortium = found(place, people)
        self.verifying = verifying()
        self.drivers: dict[str, CometDriver] = {}
        self.early: list[Cosigned] = []

    async def start(self, *names, signers=None, **more):
        for name in names:
            self.drivers[name] = CometDriver(
                self.consortium.home(name),
                self.program,
                [self.people.nodes[name]] if signers is None else signers,
                self.verifying,
                watch=WATCH,
                # The other tests of a run take the cores too: it is the answer that counts here, not when it comes.
                **{"snapshot_every": 5, "patience_s": 90, **more},
            )
        await asyncio.gather(*(self.drivers[name].start() for name in names))

    async def stop(self, *names):
        gone = [self.drivers.pop(name) for name in names or list(self.drivers)]
        await asyncio.gather(*(driver.stop() for driver in gone))
        for driver in gone:
            driver.close()

    async def deposit(self, ref, by=None, signer=None):
        """The answer as it is once recorded; what was answered before that must have given the same number."""
        driver = self.drivers[by] if by else next(iter(self.drivers.values()))
        [answer] = await driver.submit([deposit(ref, signer or self.people.platform)])
        return await self.recorded(driver, answer)

    async def recorded(self, driver, answer):
        if answer.held is None:
            return answer
        early = answer.held
        self.early.append(early)
        assert early.quorate
        members = machine.signers_at(driver.store, early.checkpoint.height)
        assert gather(early.checkpoint, early.cosignatures, members, verify) == early
        size = answer.receipt.first + answer.receipt.count
        assert early.checkpoint.size >= size
        await asyncio.wait_for(driver.recorded(size), 90)
        cosigned = driver.store.checkpoint_covering(size)
        assert number(cosigned, answer) == number(early, answer)
        return Acknowledged(answer.receipt, cosigned)

    async def even(self, *names):
        """Wait until those named (all, if none) have the same last block; its head."""

        def heads():
            found = [self.drivers[name].store.head() for name in names or self.drivers]
            return found[0] if len(set(found)) == 1 else None

        return await until(heads, "the same head everywhere")


@asynccontextmanager
async def ledgers(place, program, *, nodes=4, started=None):
    """All the cast's members running, unless `started` names fewer."""
    net = Ledgers(place, program, cast(nodes=nodes))
    try:
        await net.start(*(net.people.nodes if started is None else started))
        yield net
    finally:
        await net.stop()
        net.verifying.close()


class Lying(LedgerApplication):
    """A member that does not keep to the rules; a test replaces one of its answers."""


__all__ = ["HeldKey", "Ledgers", "Lying", "found", "ledgers"]
