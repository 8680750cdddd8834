"""DER (ITU-T X.690): one encoding for one content, anything else is refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from tianping_verify.faults import Fault

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 1, 2, 3, 4, 5, 6
UTF8, UTC_TIME, GENERALIZED_TIME = 12, 23, 24
SEQUENCE, SET = 0x30, 0x31


def context(number: int, *, primitive: bool = False) -> int:
    return (0x80 if primitive else 0xA0) | number


@dataclass(frozen=True)
class Node:
    """`raw`: the whole, with tag and length; `content`: without."""

    tag: int
    raw: bytes
    content: bytes

    def children(self) -> list["Node"]:
        found = []
        rest = self.content
        while rest:
            node, rest = _first(rest)
            found.append(node)
        return found

    def expect(self, tag: int) -> "Node":
        if self.tag != tag:
            raise Fault("der")
        return self

    def integer(self) -> int:
        digits = self.expect(INTEGER).content
        needless = len(digits) > 1 and (digits[0], digits[1] >> 7) in ((0, 0), (255, 1))
        if not digits or needless:
            raise Fault("der")
        return int.from_bytes(digits, "big", signed=True)

    def oid(self) -> str:
        """In dots."""
        content = self.expect(OID).content
        if not content or content[-1] & 0x80:
            raise Fault("der")
        numbers, number = [], 0
        for digit in content:
            if number == 0 and digit == 0x80:
                raise Fault("der")
            number = number << 7 | digit & 0x7F
            if not digit & 0x80:
                numbers.append(number)
                number = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def parse(encoded: bytes) -> Node:
    """The one value that these bytes are. Raises Fault."""
    node, rest = _first(encoded)
    if rest:
        raise Fault("der")
    return node


def begin(encoded: bytes) -> tuple[Node, bytes]:
    """The first value and what follows it."""
    return _first(encoded)


def encode(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def encode_oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = b""
    for number in (40 * first + second, *rest):
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(number & 0x7F | 0x80)
        content += bytes(reversed(digits))
    return encode(OID, content)


def encode_set(parts: Iterable[bytes]) -> bytes:
    return encode(SET, *sorted(parts))


def _first(encoded: bytes) -> tuple[Node, bytes]:
    if len(encoded) < 2 or encoded[0] & 0x1F == 0x1F:
        raise Fault("der")
    length, start = encoded[1], 2
    if length >= 0x80:
        width = length & 0x7F
        digits = encoded[2 : 2 + width]
        length, start = int.from_bytes(digits, "big"), 2 + width
        if not 1 <= width <= 4 or len(digits) != width or digits[0] == 0 or length < 0x80:
            raise Fault("der")
    end = start + length
    if end > len(encoded):
        raise Fault("der")
    return Node(encoded[0], encoded[:end], encoded[start:end]), encoded[end:]
