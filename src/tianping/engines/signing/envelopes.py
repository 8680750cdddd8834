"""Digital envelopes: private content under a fresh SM4-GCM key, which is wrapped by SM2 for each reader.

The head (version, context, readers with their wrapped keys) is the associated data of the content: an envelope with
another reader, another context or a changed byte does not open.
"""

import secrets
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from tianping.engines.signing.certificates import key_identifier
from tianping.interfaces.signing import KeyUnusable, Sm2

VERSION = 1
_KEY_BYTES, _NONCE_BYTES, _TAG_BYTES = 16, 12, 16
_MOST_READERS = 1_000


class Reader(msgspec.Struct, frozen=True, array_like=True):
    """`key_id`: the 20 bytes of `certificates.key_identifier`. `wrapped`: the content key, SM2 (GM/T 0009)."""

    key_id: bytes
    wrapped: bytes


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What everyone may see of an envelope. `context` says what it belongs to, e.g. a storage number."""

    version: int
    context: str
    nonce: bytes
    readers: tuple[Reader, ...]


class _Whole(msgspec.Struct, frozen=True, array_like=True):
    head: bytes
    sealed: bytes


def seal(plain: bytes, readers: Sequence[bytes], context: str, sm2: Sm2) -> bytes:
    """An envelope (MessagePack) that the holders of these public keys can open, each alone.

    Raises: KeyUnusable: a public key that is none. ValueError: no reader, or more than 1,000.
    """
    if not 1 <= len(readers) <= _MOST_READERS:
        raise ValueError("an envelope has 1 to 1,000 readers")
    key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
    wrapped = tuple(Reader(key_identifier(each), sm2.encrypt(each, key)) for each in readers)
    head = msgspec.msgpack.encode(Head(VERSION, context, nonce, wrapped))
    encryptor = Cipher(SM4(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(head)
    sealed = encryptor.update(plain) + encryptor.finalize() + encryptor.tag
    return msgspec.msgpack.encode(_Whole(head, sealed))


def head_of(envelope: bytes) -> Head:
    """Raises: KeyUnusable: this is no envelope."""
    return _parts(envelope)[0]


def open_envelope(envelope: bytes, private_key: bytes, context: str, sm2: Sm2) -> bytes:
    """The content. Raises: KeyUnusable: not for this key, of another context, or changed."""
    head, raw, sealed = _parts(envelope)
    mine = key_identifier(sm2.public_key(private_key))
    wrapped = next((each.wrapped for each in head.readers if each.key_id == mine), None)
    if wrapped is None or head.context != context or len(sealed) < _TAG_BYTES:
        raise KeyUnusable
    key = sm2.decrypt(private_key, wrapped)
    if len(key) != _KEY_BYTES:
        raise KeyUnusable
    decryptor = Cipher(SM4(key), GCM(head.nonce, sealed[-_TAG_BYTES:])).decryptor()
    decryptor.authenticate_additional_data(raw)
    try:
        return decryptor.update(sealed[:-_TAG_BYTES]) + decryptor.finalize()
    except InvalidTag as error:
        raise KeyUnusable from error


def _parts(envelope: bytes) -> tuple[Head, bytes, bytes]:
    try:
        whole = msgspec.msgpack.decode(envelope, type=_Whole)
        head = msgspec.msgpack.decode(whole.head, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KeyUnusable from error
    if head.version != VERSION or len(head.nonce) != _NONCE_BYTES:
        raise KeyUnusable
    return head, whole.head, whole.sealed
