"""Transactions' signatures, each checked once: at the door over all cores, and never again for the same bytes.

A transaction is met up to four times (door, proposal, decision, catching up); an SM2 check is by far the dearest part.
"""

from collections import OrderedDict
from collections.abc import Sequence

from tianping.engines.ledger import machine
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import SigningKey, signed_message
from tianping.engines.ledger.state import Overlay, View
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.interfaces.signing import SignatureCheck, Verifying

REMEMBERED = 50_000


class CheckedSignatures:
    """`verify` answers at once for what `check` or itself found right before. Only right ones are remembered."""

    def __init__(self, verifying: Verifying) -> None:
        self._verifying = verifying
        self._right: OrderedDict[bytes, None] = OrderedDict()

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
                envelope, _ = machine.read_envelope(raw)
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
