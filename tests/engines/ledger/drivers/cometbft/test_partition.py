"""Members that cannot reach each other: each engine in a network namespace of its own, wires cut and mended."""

import asyncio
import os
import subprocess
from contextlib import contextmanager

import msgspec
import pytest
from tests.engines.ledger.drivers.cometbft.ledgers import ledgers

from tianping.engines.ledger.drivers.base import NotYet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def ip(*words):
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=False)


class Wires:
    """A bridge in our own namespace and a wire from it to each member's."""

    def __init__(self, tag, names):
        self.bridge, self.names = f"tp{tag}", names
        self.address = {name: f"10.213.{tag % 200}.{at + 2}" for at, name in enumerate(names)}
        self.own = f"10.213.{tag % 200}.1"

    def space(self, name):
        return f"{self.bridge}-{name}"

    def wire(self, name):
        return f"{self.bridge}{name[-1]}"

    def make(self):
        made = [
            ip("link", "add", self.bridge, "type", "bridge"),
            ip("addr", "add", f"{self.own}/24", "dev", self.bridge),
            ip("link", "set", self.bridge, "up"),
        ]
        for name in self.names:
            inside = ("-n", self.space(name))
            made += [
                ip("netns", "add", self.space(name)),
                ip("link", "add", self.wire(name), "type", "veth", "peer", "name", "eth0", "netns", self.space(name)),
                ip("link", "set", self.wire(name), "master", self.bridge),
                ip("link", "set", self.wire(name), "up"),
                ip(*inside, "addr", "add", f"{self.address[name]}/24", "dev", "eth0"),
                ip(*inside, "link", "set", "eth0", "up"),
                ip(*inside, "link", "set", "lo", "up"),
            ]
        return [one.stderr.strip() for one in made if one.returncode]

    def cut(self, name):
        assert ip("link", "set", self.wire(name), "down").returncode == 0

    def mend(self, name):
        assert ip("link", "set", self.wire(name), "up").returncode == 0

    def remove(self):
        for name in self.names:
            ip("link", "del", self.wire(name))
            ip("netns", "del", self.space(name))
        ip("link", "del", self.bridge)


@contextmanager
def wires(names):
    made = Wires(os.getpid() % 10000, names)
    wrong = made.make() if os.geteuid() == 0 else ["not root"]
    try:
        if wrong:
            pytest.skip(f"this machine gives us no network namespaces with wires between them: {wrong[0]}")
        yield made
    finally:
        made.remove()


def spread(net, made, program):
    """Give each member its own address, and a program that runs its engine in its own namespace."""
    homes = net.consortium.homes()
    ids = {name: home.identity().node_id for name, home in homes.items()}
    programs = {}
    for name, home in homes.items():
        peers = tuple(f"{ids[other]}@{made.address[other]}:26656" for other in homes if other != name)
        home.write_settings(
            msgspec.structs.replace(
                home.settings, p2p=f"{made.address[name]}:26656", rpc=f"{made.address[name]}:26657", peers=peers
            )
        )
        script = home.place / "engine-in-its-namespace"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {made.space(name)} {program} "$@"\n')
        script.chmod(0o755)
        programs[name] = script
    return programs


async def start(net, programs):
    async def one(name):
        net.program = programs[name]
        await net.start(name)

    # Each start reads the program at once, so one after the other is begun before any is awaited.
    await asyncio.gather(*(one(name) for name in programs))


async def test_a_minority_decides_nothing_and_follows_when_the_wire_is_mended(tmp_path, program):
    names = ("court-a", "court-b", "court-c", "court-d")
    with wires(names) as made:
        async with ledgers(tmp_path, program, started=()) as net:
            await start(net, spread(net, made, program))
            await net.deposit("whole")
            await net.even()

            made.cut("court-d")
            await net.deposit("three", by="court-a")
            assert net.drivers["court-d"].store.head().size == 1

            made.cut("court-c")
            patient = net.drivers["court-a"]
            patient._patience_s = 4
            with pytest.raises(NotYet):
                await net.deposit("two-and-two", by="court-a")
            sizes = {name: net.drivers[name].store.head().size for name in names}
            assert sizes == {"court-a": 2, "court-b": 2, "court-c": 2, "court-d": 1}

            patient._patience_s = 60
            made.mend("court-c")
            made.mend("court-d")
            answer = await net.deposit("two-and-two", by="court-a")
            assert answer.receipt.first == 2
            assert (await net.even()).size == 3
            checkpoints = [
                driver.store.checkpoint(answer.cosigned.checkpoint.height) for driver in net.drivers.values()
            ]
            assert checkpoints == [answer.cosigned] * 4
