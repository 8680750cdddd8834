"""Transactions read once and their signatures checked once: at the door over all cores, never again for the same bytes.

A transaction is met up to five times (gateway, mempool, proposal, decision, catching up); an SM2 check is by far the dearest
part, reading comes next.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from tianping.engines.ledger import machine
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import Body, Envelope, SigningKey, signed_message
from tianping.engines.ledger.state import Overlay, View
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.interfaces.signing import SignatureCheck, Verifying

REMEMBERED = 50_000
HELD_BYTES = 8 * 1024 * 1024
"""Of transactions as they travel, that are held with what was read from them: about two blocks, twice their size in memory."""


class CheckedSignatures:
    """`verify` answers at once for what `check` or itself found right before. Only right ones are remembered."""

    def __init__(self, verifying: Verifying) -> None:
        self._verifying = verifying
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._read: dict[bytes, tuple[Envelope, Body]] = {}
        self._read_bytes = 0
        self._lock = threading.Lock()

    def read(self, raw: bytes) -> tuple[Envelope, Body]:
        """`machine.read_envelope` that remembers. May be called from several threads. Raises Refused."""
        known = self._read.get(raw)
        if known is None:
            known = machine.read_envelope(raw)
            with self._lock:
                if self._read_bytes + len(raw) > HELD_BYTES:
                    self._read, self._read_bytes = {}, 0
                if self._read.setdefault(raw, known) is known:
                    self._read_bytes += len(raw)
        return known

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        name = sm3(public_key + signature + message)
        if name in self._right:
            return True
        right = self._verifying.verify(public_key, message, signature)
        if right:
            self._remember(name)
        return right

    async def check(self, view: View, envelopes: Sequence[bytes]) -> None:
        """Check the signatures of many transactions over all cores, as far as their signers are known to `view`."""
        state = Overlay(view)
        checks: list[SignatureCheck] = []
        names: list[bytes] = []
        for raw in envelopes:
            try:
                envelope, _ = self.read(raw)
            except Refused:
                continue
            message = signed_message(envelope.body)
            for one in envelope.signatures:
                key = state.read(key_of("key", one.fingerprint), SigningKey)
                if key is None:
                    continue
                name = sm3(key.public_key + one.signature + message)
                if name not in self._right:
                    checks.append(SignatureCheck(key.public_key, message, one.signature))
                    names.append(name)
        if checks:
            for name, right in zip(names, await self._verifying.verify_all(checks), strict=True):
                if right:
                    self._remember(name)

    def _remember(self, name: bytes) -> None:
        self._right[name] = None
        while len(self._right) > REMEMBERED:
            self._right.popitem(last=False)
