"""Encryption of personal data: SM4-GCM (GB/T 32907-2016) a column, keys behind a provider, search by keyed digest.

A sealed value is `version(1) | key number(4) | nonce(12) | ciphertext | tag(16)`. The place (such as
`identity.people.name`) is authenticated with it, so that a value cannot be moved to another column unseen.
New values use the newest key; older keys still open. `reseal` moves a value to the newest key (rotation).
"""

import os
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tianping.kit.digests import keyed_sm3

_VERSION = 1
_HEAD = struct.Struct(">BI")
_NONCE = 12
_TAG = 16
_LOOK_AGAIN_S = 30
"""How often a process looks for a newer key that another process made."""


class SealBroken(Exception):
    """A sealed value was altered, moved, or its key is gone."""


class KeyProvider(Protocol):
    """Where keys come from: a file here, a hardware module elsewhere."""

    def newest(self) -> int:
        """The number of the key that new values use."""
        ...

    def rotate(self) -> int:
        """Make a new key, the newest from now on. Returns its number."""
        ...

    def key(self, number: int) -> bytes:
        """The 16-byte SM4 key of that number. Raises SealBroken if there is none."""
        ...

    def index_key(self) -> bytes:
        """The 32-byte key of the search digests; it does not rotate with the others."""
        ...


def secret_file(directory: Path, name: str) -> bytes:
    """A 32-byte secret of this installation kept in `<name>.secret` (mode 0600); made when it is first asked for."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / f"{name}.secret"
    if not path.exists():
        _write_once(path, os.urandom(32))
    return path.read_bytes()


def _write_once(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        # Another process may make the same key first; then its key is the one.
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()


class FileKeys:
    """Keys as files `NNNN.key` (mode 0600) in one directory; the first is made when there is none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not list(directory.glob("[0-9]*.key")):
            self.rotate()
        if not (directory / "index.key").exists():
            _write_once(directory / "index.key", os.urandom(32))
        self._cache: dict[int, bytes] = {}
        self._index = (directory / "index.key").read_bytes()

    def rotate(self) -> int:
        """Make a new key, used from now on. Returns its number."""
        numbers = [int(p.stem) for p in self._directory.glob("[0-9]*.key")]
        number = max(numbers, default=0) + 1
        _write_once(self._directory / f"{number:04d}.key", os.urandom(16))
        return number

    def newest(self) -> int:
        return max(int(p.stem) for p in self._directory.glob("[0-9]*.key"))

    def key(self, number: int) -> bytes:
        if number not in self._cache:
            path = self._directory / f"{number:04d}.key"
            if not path.exists():
                raise SealBroken(f"no key {number}")
            self._cache[number] = path.read_bytes()
        return self._cache[number]

    def index_key(self) -> bytes:
        return self._index


class Keyring:
    """Seals and opens column values. `place` names the column and is authenticated."""

    def __init__(self, provider: KeyProvider) -> None:
        self._provider = provider
        self._ciphers: dict[int, algorithms.SM4] = {}
        self._newest = provider.newest()
        self._looked_at = time.monotonic()

    def seal(self, plain: str | bytes, *, place: str) -> bytes:
        if time.monotonic() - self._looked_at > _LOOK_AGAIN_S:
            self.rotate()
        nonce = os.urandom(_NONCE)
        encryptor = Cipher(self._cipher(self._newest), modes.GCM(nonce)).encryptor()
        head = _HEAD.pack(_VERSION, self._newest)
        encryptor.authenticate_additional_data(head + place.encode())
        body = encryptor.update(plain.encode() if isinstance(plain, str) else plain) + encryptor.finalize()
        return head + nonce + body + encryptor.tag

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        sealed = bytes(sealed)
        if len(sealed) < _HEAD.size + _NONCE + _TAG:
            raise SealBroken("too short")
        version, number = _HEAD.unpack_from(sealed)
        if version != _VERSION:
            raise SealBroken(f"unknown version {version}")
        nonce = sealed[_HEAD.size : _HEAD.size + _NONCE]
        decryptor = Cipher(self._cipher(number), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
        decryptor.authenticate_additional_data(sealed[: _HEAD.size] + place.encode())
        try:
            return decryptor.update(sealed[_HEAD.size + _NONCE : -_TAG]) + decryptor.finalize()
        except InvalidTag as broken:
            raise SealBroken(place) from broken

    def _cipher(self, number: int) -> algorithms.SM4:
        """Made once a key: making it takes longer than opening a name with it. Raises SealBroken if there is no such key."""
        cipher = self._ciphers.get(number)
        if cipher is None:
            cipher = self._ciphers[number] = algorithms.SM4(self._provider.key(number))
        return cipher

    def open(self, sealed: bytes, *, place: str) -> str:
        return self.open_bytes(sealed, place=place).decode()

    def rotate(self) -> None:
        """Use the provider's newest key from now on."""
        self._newest = self._provider.newest()
        self._looked_at = time.monotonic()

    def renew(self) -> int:
        """Have a new key made and use it from now on. Returns its number."""
        self._provider.rotate()
        self.rotate()
        return self._newest

    def newest(self) -> int:
        """The number of the key that new values use."""
        return self._newest

    def is_current(self, sealed: bytes) -> bool:
        return _HEAD.unpack_from(bytes(sealed))[1] == self._newest

    def reseal(self, sealed: bytes, *, place: str) -> bytes:
        return self.seal(self.open_bytes(sealed, place=place), place=place)

    def digest(self, plain: str, *, place: str) -> bytes:
        """Search digest: equal values of one column give equal digests; nothing can be read from it."""
        return keyed_sm3(self._provider.index_key(), f"{place}\0{plain}".encode())
