"""Signatures checked many at once, before the blocks that need them are executed."""

from collections.abc import Callable, Sequence

from tianping.engines.ledger import machine
from tianping.engines.ledger.machine import Verify
from tianping.engines.ledger.model import SigningKey, signed_message
from tianping.engines.ledger.state import Overlay, View
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.interfaces.signing import SignatureCheck

VerifyMany = Callable[[Sequence[SignatureCheck]], list[bool]]
"""One answer a check, in their order: `ThreadedVerifying.verify_many`, or one after another."""


def one_by_one(verify: Verify) -> VerifyMany:
    return lambda checks: [verify(check.public_key, check.message, check.signature) for check in checks]


class Prechecked:
    """A `Verify` that knows the answers for the transactions it was prepared for, and finds out the others."""

    def __init__(self, verify_many: VerifyMany) -> None:
        self._verify_many = verify_many
        self._known: dict[tuple[bytes, bytes, bytes], bool] = {}

    def prepare(self, view: View, envelopes: Sequence[bytes]) -> None:
        """Check the signatures of these by the keys that `view` has; what was known before is forgotten."""
        state = Overlay(view)
        checks: list[SignatureCheck] = []
        for raw in envelopes:
            try:
                envelope, _ = machine.read_envelope(raw)
            except Refused:
                continue
            message = signed_message(envelope.body)
            for one in envelope.signatures:
                key = state.read(key_of("key", one.fingerprint), SigningKey)
                if key is not None:
                    checks.append(SignatureCheck(key.public_key, message, one.signature))
        answers = self._verify_many(checks)
        self._known = {
            (check.public_key, check.message, check.signature): right
            for check, right in zip(checks, answers, strict=True)
        }

    def __call__(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        known = self._known.get((public_key, message, signature))
        return self._verify_many([SignatureCheck(public_key, message, signature)])[0] if known is None else known
