"""The recommended curve of GB/T 32918.5 (sm2p256v1), the shapes of keys and signatures, and arithmetic on public points.

Pure, and only for what is public: the arithmetic takes a time that depends on its input. Private keys never come here
except to be checked for their range.
"""

from tianping.kit.digests import Sm3

P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A = P - 3
B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
N = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
G = (
    0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7,
    0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0,
)
USER_ID = b"1234567812345678"
PRIVATE_BYTES = 32
PUBLIC_BYTES = 65
SIGNATURE_BYTES = 64

# A point of the curve in affine coordinates; None is the point at infinity.
Point = tuple[int, int] | None


def on_curve(point: Point) -> bool:
    if point is None:
        return False
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def add(left: Point, right: Point) -> Point:
    if left is None:
        return right
    if right is None:
        return left
    (x1, y1), (x2, y2) = left, right
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def negative(point: Point) -> Point:
    return None if point is None else (point[0], -point[1] % P)


def times(factor: int, point: Point) -> Point:
    """`factor`·`point`. Not in constant time: never with a private key."""
    product: Point = None
    factor %= N
    while factor:
        if factor & 1:
            product = add(product, point)
        point = add(point, point)
        factor >>= 1
    return product


def lift(x: int) -> Point:
    """A point with this x; None where the curve has none. The other one is its negative."""
    square = (x * x * x + A * x + B) % P
    y = pow(square, (P + 1) // 4, P)  # P ≡ 3 (mod 4)
    return (x, y) if y * y % P == square else None


def public_bytes(point: Point) -> bytes:
    if point is None:
        raise ValueError("the point at infinity is no public key")
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def public_point(public_key: bytes) -> Point:
    """The point of a public key `04 ‖ x ‖ y`. ValueError where it is none on this curve."""
    if len(public_key) == PUBLIC_BYTES and public_key[0] == 4:
        point = int.from_bytes(public_key[1:33], "big"), int.from_bytes(public_key[33:], "big")
        if on_curve(point):
            return point
    raise ValueError("not a public key of SM2")


def private_in_range(private_key: bytes) -> bool:
    """GB/T 32918.1, 6.1: 1 ≤ d ≤ n-2."""
    return len(private_key) == PRIVATE_BYTES and 1 <= int.from_bytes(private_key, "big") <= N - 2


def digest_to_sign(public_key: bytes, message: bytes, user_id: bytes = USER_ID) -> bytes:
    """e = SM3(Z ‖ message), with Z over the user id, the curve and the public key (GB/T 32918.2, 5.5 and 6.1)."""
    identity = Sm3()
    identity.update((8 * len(user_id)).to_bytes(2, "big") + user_id)
    identity.update(b"".join(number.to_bytes(32, "big") for number in (A, B, *G)) + public_key[1:])
    whole = Sm3()
    whole.update(identity.digest() + message)
    return whole.digest()


def signature_to_der(signature: bytes) -> bytes:
    """`r ‖ s` as SEQUENCE { INTEGER r, INTEGER s } (GM/T 0009). ValueError for another length."""
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError("a signature of SM2 has 64 bytes")
    body = _integer(signature[:32]) + _integer(signature[32:])
    return bytes((0x30, len(body))) + body


def signature_from_der(der: bytes) -> bytes:
    """The 64 bytes `r ‖ s` of a DER signature. ValueError unless it is exactly the one DER form, r and s in 1..n-1."""
    if 8 <= len(der) <= 72 and der[0] == 0x30 and der[1] == len(der) - 2 and der[2] == 2 and der[3] + 6 < len(der):
        r, s = der[4 : 4 + der[3]], der[6 + der[3] :]
        if 1 <= len(r) <= 33 and 1 <= len(s) <= 33:
            numbers = int.from_bytes(r, "big", signed=True), int.from_bytes(s, "big", signed=True)
            if all(1 <= number < N for number in numbers):
                plain = b"".join(number.to_bytes(32, "big") for number in numbers)
                if signature_to_der(plain) == der:
                    return plain
    raise ValueError("not a DER signature of SM2")


def _integer(unsigned: bytes) -> bytes:
    value = unsigned.lstrip(b"\0") or b"\0"
    if value[0] & 0x80:
        value = b"\0" + value
    return bytes((2, len(value))) + value
