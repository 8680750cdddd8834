"""SM3 (GB/T 32905-2016): the interpreter's own where it has it, else the one below, about a thousand times slower."""

import hashlib
import struct
from collections.abc import Callable, Iterable

_WORD = 0xFFFFFFFF
_START = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip


def _rotate(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & _WORD


_ROUND = [_rotate(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64)]


class PureSm3:
    """SM3 in plain Python."""

    def __init__(self) -> None:
        self._state = _START
        self._rest = b""
        self._length = 0

    def update(self, message: bytes) -> None:
        self._length += len(message)
        self._rest += message
        whole = len(self._rest) // 64 * 64
        for at in range(0, whole, 64):
            self._state = _compress(self._state, self._rest[at : at + 64])
        self._rest = self._rest[whole:]

    def digest(self) -> bytes:
        padded = self._rest + b"\x80" + bytes(-(len(self._rest) + 9) % 64) + struct.pack(">Q", 8 * self._length)
        state = self._state
        for at in range(0, len(padded), 64):
            state = _compress(state, padded[at : at + 64])
        return struct.pack(">8I", *state)


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    w = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _rotate(w[j - 3], 15)
        w.append(x ^ _rotate(x, 15) ^ _rotate(x, 23) ^ _rotate(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        turned = _rotate(a, 12)
        first = _rotate((turned + e + _ROUND[j]) & _WORD, 7)
        second = first ^ turned
        if j < 16:
            mixed, chosen = a ^ b ^ c, e ^ f ^ g
        else:
            mixed, chosen = (a & b) | (a & c) | (b & c), (e & f) | (~e & g)
        one = (mixed + d + second + (w[j] ^ w[j + 4])) & _WORD
        two = (chosen + h + first + w[j]) & _WORD
        a, b, c, d = one, a, _rotate(b, 9), c
        e, f, g, h = two ^ _rotate(two, 9) ^ _rotate(two, 17), e, _rotate(f, 19), g
    return tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def _pick() -> Callable[[], object]:
    try:
        hashlib.new("sm3", b"")
    except ValueError:
        return PureSm3
    return lambda: hashlib.new("sm3")


_new = _pick()
IS_PURE = _new is PureSm3


def sm3(message: bytes) -> bytes:
    return sm3_of((message,))


def sm3_of(blocks: Iterable[bytes]) -> bytes:
    state = _new()
    for block in blocks:
        state.update(block)  # type: ignore[attr-defined]
    return state.digest()  # type: ignore[attr-defined]


def tagged(tag: str, message: bytes) -> bytes:
    return tag.encode("ascii") + b"\0" + message
