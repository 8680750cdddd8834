"""The gateway's API for an application: each request is signed, each act may be repeated."""

import base64
import hashlib
import json
import mimetypes
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import gmssl_pyx
import httpx

from tianping_client.encoding import (
    NO_END,
    Item,
    body,
    commitment,
    commitment_sha256,
    envelope,
    request_message,
    root_of,
    signed_message,
    sm3,
)
from tianping_client.keys import Signer

_BLOCK = 1 << 20


class Unreachable(Exception):
    """No answer. What was sent may have arrived: send it again with the same reference and salts."""


class Refused(Exception):
    """The gateway's refusal (RFC 9457). `code` is stable; `retry_after_s` is set where it is worth another try."""

    def __init__(self, answer: httpx.Response) -> None:
        try:
            self.problem: dict[str, Any] = answer.json()
        except ValueError:
            self.problem = {}
        self.status = answer.status_code
        self.code = self.problem.get("code", "unexpected")
        after = answer.headers.get("Retry-After", "")
        self.retry_after_s = int(after) if after.isdigit() else None
        super().__init__(f"{self.status} {self.code}: {self.problem.get('detail') or self.problem.get('title', '')}")


class Pending(Exception):
    """Taken durably, not yet co-signed. Ask by the reference."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(f"pending: {answer['ref']}")
        self.answer = answer


@dataclass(frozen=True)
class Deposited:
    """`numbers` and `salts` in the order of the items; keep both. `answer`: as the gateway gave it."""

    numbers: list[str]
    answer: dict[str, Any]
    salts: list[bytes] = field(default_factory=list)


class Client:
    """`key`: a `Key` or any other `Signer`. Without one it can read and verify."""

    def __init__(
        self, url: str, *, application: str = "", key: Signer | None = None, timeout_s: float = 30.0, **http: Any
    ) -> None:
        self.application = application
        self._key = key
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=timeout_s, **http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # Deposits

    def deposit_files(
        self,
        files: Sequence[str | Path],
        *,
        chain: str,
        category: str,
        ref: str,
        facts: Sequence[dict[str, Any] | None] = (),
        salts: Sequence[bytes] = (),
        token: str | None = None,
        phase: str | None = None,
    ) -> Deposited:
        """A number for each file. `salts`: of an earlier try; fresh ones are drawn where there are none.

        Raises Refused, Pending, Unreachable.
        """
        salts = list(salts) or [secrets.token_bytes(16) for _ in files]
        given = list(facts) or [None for _ in files]
        items = [self.item(file, salt, fact) for file, salt, fact in zip(files, salts, given, strict=True)]
        done = self.deposit(items, chain=chain, category=category, ref=ref, token=token, phase=phase)
        return Deposited(done.numbers, done.answer, list(salts))

    def deposit(
        self,
        items: Sequence[Item],
        *,
        chain: str,
        category: str,
        ref: str,
        token: str | None = None,
        phase: str | None = None,
        until: int = NO_END,
    ) -> Deposited:
        """One to a thousand items under one signature. Raises Refused, Pending, Unreachable."""
        encoded = [item.encoded() for item in items]
        content = [category, len(encoded), root_of(encoded), bytes.fromhex(token) if token else None, phase]
        signed = self._envelope(chain, "deposit", ref, until, content, encoded)
        answer = self._send("POST", "/deposits:cbor", signed, "application/cbor").json()
        if answer["state"] == "pending":
            raise Pending(answer)
        return Deposited([one["number"] for one in answer["deposits"]], answer)

    def open_token(self, *, chain: str, ref: str, account: bytes, phases: Sequence[str]) -> str:
        """The id of a new token, hexadecimal. `account`: digest of the account at the platform, 32 bytes."""
        signed = self._envelope(chain, "token.open", ref, NO_END, [account, list(phases)], [])
        content = json.dumps({"envelope": base64.b64encode(signed).decode()}).encode()
        answer = self._send("POST", "/tokens", content, "application/json").json()
        if answer["state"] == "pending":
            raise Pending({"ref": ref, **answer})
        return answer["token"]

    def by_reference(self, chain: str, ref: str) -> dict[str, Any]:
        """What became of a reference. Raises Refused (404) where nothing did."""
        params = {"chain": chain, "application": self.application, "ref": ref}
        return self._send("GET", "/deposits", params=params).json()

    @staticmethod
    def item(file: str | Path, salt: bytes, facts: dict[str, Any] | None = None, claimed_at: int | None = None) -> Item:
        """The commitment to a file, which is read once and stays where it is."""
        by_sm3, by_sha256, size = _digests(Path(file))
        media = mimetypes.guess_type(str(file))[0] or "application/octet-stream"
        digest = None if facts is None else sm3(canonical(facts))
        return Item(commitment(salt, by_sm3), size, media, commitment_sha256(salt, by_sha256), digest, claimed_at)

    # Reading

    def deposit_of(self, number: str) -> dict[str, Any]:
        return self._send("GET", f"/deposits/{number}").json()

    def proof(self, number: str, *, salt: bytes | None = None, facts: dict[str, Any] | None = None) -> bytes:
        """The proof bundle. Salt and facts are put in here, on this machine, where they are given: the gateway never has them."""
        bundle = self._send("GET", f"/deposits/{number}/proof").json()
        if salt is not None:
            bundle["opening"] = {"salt": base64.b64encode(salt).decode()}
        if facts is not None:
            bundle["facts"] = canonical(facts).decode()
        return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()

    def certificate(self, number: str, language: str = "zh") -> bytes:
        """The certificate of storage, PDF."""
        return self._send("GET", f"/deposits/{number}/certificate", params={"language": language}).content

    def verify_file(self, number: str, file: str | Path, *, salt: bytes | None = None) -> dict[str, Any]:
        """Hashed here; only digests and salt are sent. `verdict`: match, mismatch, not_found, pending, chain_inconsistent."""
        by_sm3, by_sha256, size = _digests(Path(file))
        question = {"number": number, "digest": by_sm3.hex(), "sha256": by_sha256.hex(), "size": size}
        if salt is not None:
            question["salt"] = salt.hex()
        return self.verify([question])[0]

    def verify(self, questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Up to a thousand at once: `number`, `digest` and/or `sha256` (hexadecimal), `salt`, `size`."""
        content = json.dumps({"items": list(questions)}).encode()
        return self._send("POST", "/verifications", content, "application/json").json()["verifications"]

    # Inside

    def _envelope(
        self, chain: str, kind: str, ref: str, until: int, content: list[Any], items: Sequence[bytes]
    ) -> bytes:
        key = self._signer()
        made = body(chain, kind, self.application, ref, until, content)
        return envelope(made, items, key.fingerprint, key.sign(signed_message(made)))

    def _signer(self) -> Signer:
        if self._key is None:
            raise ValueError("this client has no key to sign with")
        return self._key

    def _send(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        media: str = "",
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        request = self._http.build_request(method, f"/ledger/v1{path}", content=content or None, params=params)
        if media:
            request.headers["Content-Type"] = media
        if self._key is not None:
            stamp, nonce = str(time.time_ns() // 1_000_000), secrets.token_urlsafe(18)
            target = request.url.raw_path.decode()
            signature = self._key.sign(request_message(method, target, stamp, nonce, content))
            request.headers.update(
                {
                    "Tianping-Certificate": self._key.fingerprint.hex(),
                    "Tianping-Time": stamp,
                    "Tianping-Nonce": nonce,
                    "Tianping-Signature": base64.b64encode(signature).decode(),
                }
            )
        try:
            answer = self._http.send(request)
        except httpx.TransportError as gone:
            raise Unreachable(str(gone)) from gone
        if answer.status_code >= 400:
            raise Refused(answer)
        return answer


def canonical(value: Any) -> bytes:
    """The one JSON text that digests are made over: UTF-8, keys sorted, no white space."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digests(file: Path) -> tuple[bytes, bytes, int]:
    by_sha256, size = hashlib.sha256(), 0
    by_sm3 = _Sm3()
    for block in _blocks(file):
        by_sm3.update(block)
        by_sha256.update(block)
        size += len(block)
    return by_sm3.digest(), by_sha256.digest(), size


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            yield block


class _Sm3:
    """By the interpreter's libcrypto where it has SM3, which reads files of any size; else by GmSSL over the whole."""

    def __init__(self) -> None:
        self._quick = hashlib.new("sm3") if "sm3" in hashlib.algorithms_available else None
        self._whole = bytearray()

    def update(self, block: bytes) -> None:
        if self._quick is not None:
            self._quick.update(block)
        else:
            self._whole += block

    def digest(self) -> bytes:
        return self._quick.digest() if self._quick is not None else gmssl_pyx.sm3_hash(bytes(self._whole))


__all__ = ["Client", "Deposited", "Pending", "Refused", "Unreachable", "canonical"]
