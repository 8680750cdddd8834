"""Whether the rows of a vault are what they say, beside the chains they belong to: for the audit.

What is sealed must open where it lies, what has a digest must have that one, what is signed must be signed, what is on a chain
must be as it is there. `NOT_BOUND` is what nothing speaks for.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.audit import Difference
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.machine import Verify
from tianping.engines.ledger.model import Application, Body, Envelope, Item, SigningKey, signed_message, transaction_id
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import EntryUnknown, Store
from tianping.engines.ledger.transactions.base import Reference, Refused, key_of
from tianping.engines.ledger.vault import openings, outbox, papers
from tianping.engines.ledger.vault.openings import Opening
from tianping.kit.digests import canonical
from tianping.platform.keyring import Keyring, SealBroken

TABLES = {
    "own": ("chain", "ref", "request", "envelope"),
    "opening": ("chain", "ref", "position", "sealed"),
    "outbox": ("id", "chain", "tx_id", "author", "ref", "envelope", "taken_at"),
    "refusal": ("tx_id", "chain", "reason", "at"),
    "seen": ("owner", "nonce", "at"),
    "certificate": ("fingerprint", "der"),
    "candidacy": ("id", "said", "papers", "received_at"),
    "paper": ("application", "digest", "kind", "name", "media", "sealed"),
    "text": ("digest", "kind", "application", "content", "at"),
    "proposal": ("tx_id", "chain", "envelope", "at", "settled"),
}
NOT_BOUND = {
    "own": {"request"},
    "outbox": {"id", "taken_at"},
    "refusal": {"tx_id", "chain", "reason", "at"},
    "seen": {"owner", "nonce", "at"},
    "candidacy": {"received_at"},
    "text": {"kind", "application", "at"},
    "proposal": {"at"},
}
"""When a row came, whether a request or a refusal was seen before: another value hides or alters nothing that was stored."""

_ALTERED = frozenset({
    "malformed", "wrong-chain", "unknown-kind", "unknown-signer", "bad-signature", "items-differ", "reference-used",
})  # fmt: skip
"""What a chain answers to a transaction that no gateway let in; other refusals may come of waiting."""

_Row = tuple[Any, ...]


def look(path: Path, keyring: Keyring, chains: Mapping[str, Store], verify: Verify) -> Iterator[Difference]:
    """Walk a vault's file, which a node may go on writing. Yields what does not fit; nothing where there is no file."""
    if not path.exists():
        return
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        try:
            db.execute("pragma busy_timeout = 5000")
            db.execute("begin")
            yield from _Looking(db, keyring, chains, verify).all()
        finally:
            db.close()
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as wrong:
        yield Difference("vault", "unreadable", str(wrong))


class _Looking:
    def __init__(self, db: sqlite3.Connection, keyring: Keyring, chains: Mapping[str, Store], verify: Verify) -> None:
        self._db, self._keyring, self._chains, self._verify = db, keyring, chains, verify

    def all(self) -> Iterator[Difference]:
        found = [row[0] for row in self._db.execute("pragma integrity_check(20)")]
        if found != ["ok"]:
            yield from (Difference("vault", "pages", ailment) for ailment in found)
        if _schema(self._db) != _expected():
            yield Difference("vault", "schema")
        each: dict[str, Callable[[_Row], bool]] = {
            "own": self._own, "opening": self._opening, "outbox": self._waiting, "certificate": self._certificate,
            "candidacy": self._candidacy, "paper": self._paper, "text": self._text, "proposal": self._proposal,
        }  # fmt: skip
        for table, right in each.items():
            for row in self._db.execute(f"select {', '.join(TABLES[table])} from {table}"):
                try:
                    good = right(row)
                except (
                    Malformed,
                    Refused,
                    SealBroken,
                    EntryUnknown,
                    msgspec.MsgspecError,
                    LookupError,
                    TypeError,
                    ValueError,
                ):
                    good = False
                if not good:
                    yield Difference(f"vault {table} {_named(table, row)}", "differs")

    def _own(self, row: _Row) -> bool:
        chain, ref, _, encoded = row
        envelope, body = machine.read_envelope(encoded)
        if (body.chain, body.ref) != (chain, ref):
            return False
        positions = self._db.execute("select count(*) from opening where chain = ? and ref = ?", (chain, ref))
        return positions.fetchone()[0] == len(envelope.items) and self._stands(encoded, envelope, body)

    def _opening(self, row: _Row) -> bool:
        chain, ref, position, sealed = row
        found = self._db.execute("select envelope from own where chain = ? and ref = ?", (chain, ref)).fetchone()
        if found is None:
            return False
        item = codec.decode(machine.read_envelope(found[0])[0].items[_index(position)], Item)
        if sealed is None:
            return True
        plain = self._keyring.open_bytes(sealed, place=f"ledger.opening.{chain}.{ref}.{position}")
        opening = msgspec.msgpack.decode(plain, type=Opening)
        return item.facts == (None if opening.facts is None else sm3(opening.facts))

    def _waiting(self, row: _Row) -> bool:
        _, chain, tx_id, author, ref, encoded, _ = row
        envelope, body = machine.read_envelope(encoded)
        named = (transaction_id(envelope.body), body.chain, body.author, body.ref)
        return named == (tx_id, chain, author, ref) and self._stands(encoded, envelope, body)

    def _stands(self, encoded: bytes, envelope: Envelope, body: Body) -> bool:
        """As it is on its chain, or fit to get there."""
        store = self._chains[body.chain]
        used = Overlay(store).read(f"ref/{body.author}/{body.ref}", Reference)
        if used is not None and used.tx_id == transaction_id(envelope.body):
            kept = machine.read_envelope(store.entry(used.first).envelope)[0]
            # A transaction may have come twice, signed anew: body and items are the same, each signature is right.
            return kept.items == envelope.items and (kept == envelope or self._signed(store, envelope))
        return machine.check(store, encoded, 0, self._verify).code not in _ALTERED

    def _signed(self, store: Store, envelope: Envelope) -> bool:
        message = signed_message(envelope.body)
        keys = [(Overlay(store).read(key_of("key", one.fingerprint), SigningKey), one) for one in envelope.signatures]
        return all(key is not None and self._verify(key.public_key, message, one.signature) for key, one in keys)

    def _certificate(self, row: _Row) -> bool:
        fingerprint, der = row
        return sm3(der) == fingerprint

    def _candidacy(self, row: _Row) -> bool:
        identity, said, digest, _ = row
        told = msgspec.json.decode(said)
        if msgspec.json.encode(told) != said or told["id"] != identity or sm3(canonical(told["papers"])) != digest:
            return False
        kept = {one[0].hex() for one in self._db.execute("select digest from paper where application = ?", (identity,))}
        mark = bytes.fromhex(told["fingerprint"])
        found = self._db.execute("select der from certificate where fingerprint = ?", (mark,)).fetchone()
        if not {one["digest"] for one in told["papers"]} <= kept or found is None:
            return False
        if bytes.fromhex(told["public_key"]) not in found[0]:
            return False
        known = Overlay(self._chains["main"]).read(key_of("application", identity), Application)
        if known is None or known.documents != digest:
            # Not entered yet: names and categories are the applicant's word until an officer signs for them.
            return True
        return all(told[name] == getattr(known, name) for name in ("name_zh", "name_en", "organisation", "categories"))

    def _paper(self, row: _Row) -> bool:
        application, digest, kind, name, media, sealed = row
        content = self._keyring.open_bytes(sealed, place=f"ledger.paper.{application}.{digest.hex()}")
        if sm3(content) != digest:
            return False
        said = self._db.execute("select said from candidacy where id = ?", (application,)).fetchone()
        listed = (
            [one for one in msgspec.json.decode(said[0])["papers"] if one["digest"] == digest.hex()] if said else []
        )
        # A paper of an earlier application by the same applicant is listed no more.
        return said is not None and all(
            (one["kind"], one["name"], one["media_type"]) == (kind, name, media) for one in listed
        )

    def _text(self, row: _Row) -> bool:
        digest, _, _, content, _ = row
        return sm3(content) == digest

    def _proposal(self, row: _Row) -> bool:
        tx_id, chain, encoded, _, settled = row
        envelope, body = machine.read_envelope(encoded)
        store = self._chains[chain]
        if transaction_id(envelope.body) != tx_id or body.chain != chain or not self._signed(store, envelope):
            return False
        return settled in (None, "sent")


def _index(position: int) -> int:
    if position < 0:
        raise LookupError
    return position


def _named(table: str, row: _Row) -> str:
    keys = {"own": 2, "opening": 3, "paper": 2}.get(table, 1)
    return " ".join(part.hex() if isinstance(part, bytes) else str(part) for part in row[:keys])


def _schema(db: sqlite3.Connection) -> list[_Row]:
    return db.execute("select type, name, sql from sqlite_schema order by name, type").fetchall()


def _expected() -> list[_Row]:
    db = sqlite3.connect(":memory:")
    try:
        for part in (outbox, openings, papers):
            db.executescript(part.SCHEMA)
        return _schema(db)
    finally:
        db.close()
