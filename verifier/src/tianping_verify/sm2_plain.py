"""The sum s·G + t·Q on the curve of SM2, in plain Python.

A factor is written with few digits, odd and signed, a power of two apart (non-adjacent form); each digit is one addition of
a multiple that is kept in a table. Between the additions the sum is doubled once a bit. For a point that comes again the table
also has the multiples of 2³²·Q, 2⁶⁴·Q and so on: then all eight parts of a factor share the doublings of 32 bits.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0

_BITS = 256
_PARTS = 8
_WIDTH, _WIDTH_OF_BASE = 5, 7

Affine = tuple[int, int]
Point = tuple[int, int, int]
"""Jacobian: (x / z², y / z³). z = 0 is the point at infinity."""
INFINITY: Point = (1, 1, 0)


def decide(public_key: bytes, digest: bytes, r: int, s: int) -> bool:
    """Whether the signature (r, s) over the digest e is by this key, a point of the curve."""
    x, _, z = sum_of_products(s, _base(), (r + s) % N, _known(public_key))
    if not z:
        return False
    # The sum's x less than N or not: compared without dividing by z².
    wanted = (r - int.from_bytes(digest, "big")) % N
    return any(one < P and (one * z * z - x) % P == 0 for one in (wanted, wanted + N))


def sum_of_products(first: int, of: "Multiples", second: int, other: "Multiples") -> Point:
    """first·P + second·Q, both factors below 2²⁵⁶."""
    columns: dict[int, list[Affine]] = {}
    for factor, multiples in ((first, of), (second, other)):
        for column, point in multiples.of(factor):
            columns.setdefault(column, []).append(point)
    total = INFINITY
    for column in range(max(columns, default=-1), -1, -1):
        total = _double(total)
        for point in columns.get(column, ()):
            total = _add(total, point)
    return total


class Multiples:
    """Odd multiples of a point, as many as `width` bits need; of its eight parts as well from the second use on."""

    def __init__(self, point: Affine, width: int) -> None:
        self._point, self._width = point, width
        self._used = 0
        self._tables: list[list[Affine]] = []

    def of(self, factor: int) -> Iterator[tuple[int, Affine]]:
        """The points whose sum is factor·Q, each with the power of two that it is still to be multiplied by."""
        self._used += 1
        tables = self._tables
        if self._used <= 2 or not tables:
            tables = self._tables = _tables(self._point, self._width, 1 if self._used == 1 else _PARTS)
        parts = len(tables)
        each = _BITS // parts
        for bit, digit in _digits(factor, self._width):
            part = min(bit // each, parts - 1)
            x, y = tables[part][abs(digit) >> 1]
            yield bit - part * each, (x, y if digit > 0 else P - y)


@lru_cache(maxsize=1)
def _base() -> Multiples:
    return Multiples((GX, GY), _WIDTH_OF_BASE)


@lru_cache(maxsize=64)
def _known(public_key: bytes) -> Multiples:
    return Multiples((int.from_bytes(public_key[1:33], "big"), int.from_bytes(public_key[33:], "big")), _WIDTH)


def _digits(factor: int, width: int) -> Iterator[tuple[int, int]]:
    """(bit, digit) whose sum of digit·2^bit is the factor: odd digits, below 2^(width-1), at least `width` bits apart."""
    whole, bit = 1 << width, 0
    while factor:
        zeros = (factor & -factor).bit_length() - 1
        factor >>= zeros
        bit += zeros
        digit = factor & whole - 1
        if digit >= whole >> 1:
            digit -= whole
        yield bit, digit
        factor -= digit


def _tables(point: Affine, width: int, parts: int) -> list[list[Affine]]:
    """For each part k of the bits of a factor: Q', 3·Q', 5·Q' … of Q' = 2^(256 k / parts)·Q."""
    starts: list[Point] = [(*point, 1)]
    for _ in range(parts - 1):
        above = starts[-1]
        for _ in range(_BITS // parts):
            above = _double(above)
        starts.append(above)
    firsts = _affine([*starts, *map(_double, starts)])
    odd: list[Point] = []
    for start, twice in zip(firsts[:parts], firsts[parts:], strict=True):
        odd.append((*start, 1))
        for _ in range((1 << width - 2) - 1):
            odd.append(_add(odd[-1], twice))
    points = _affine(odd)
    count = 1 << width - 2
    return [points[at : at + count] for at in range(0, len(points), count)]


def _affine(points: Sequence[Point]) -> list[Affine]:
    """With z = 1, by one division for all of them. None of them is the point at infinity."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % P)
    inverse = pow(products[-1], -1, P)
    found: list[Affine] = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        of_z = inverse * before % P
        inverse = inverse * z % P
        squared = of_z * of_z % P
        found.append((x * squared % P, y * squared * of_z % P))
    return found[::-1]


def _double(point: Point) -> Point:
    x, y, z = point
    if not z:
        return point
    square_y = y * y % P
    s = 4 * x * square_y % P
    square_z = z * z % P
    slope = 3 * (x - square_z) * (x + square_z) % P  # a = -3
    out = (slope * slope - 2 * s) % P
    return out, (slope * (s - out) - 8 * square_y * square_y) % P, 2 * y * z % P


def _add(left: Point, right: Affine) -> Point:
    (x, y, z), (x2, y2) = left, right
    if not z:
        return x2, y2, 1
    squared = z * z % P
    h = (x2 * squared - x) % P
    r = (y2 * z % P * squared - y) % P
    if not h:
        return INFINITY if r else _double(left)
    hh = h * h % P
    hhh = h * hh % P
    v = x * hh % P
    out = (r * r - hhh - 2 * v) % P
    return out, (r * (v - out) - y * hhh) % P, h * z % P
