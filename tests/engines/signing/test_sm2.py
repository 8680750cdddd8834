"""SM2: the vectors of GM/T 0003.5-2012, and each implementation against the others."""

import asyncio
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.signing.openssl import DISTID, openssl

from tianping.engines.signing import certificates, curve
from tianping.engines.signing.keys import sealed_private_key
from tianping.engines.signing.parsed_keys import ParsedKeys
from tianping.engines.signing.provider import chosen, sm2
from tianping.engines.signing.sm2_gmssl import GmsslSm2
from tianping.engines.signing.sm2_libcrypto import LibcryptoSm2, LibcryptoUnusable
from tianping.engines.signing.verifying import ThreadedVerifying
from tianping.interfaces.signing import KeyUnusable, SignatureCheck

# GM/T 0003.5-2012, A.2 (signature) and C.2 (encryption): the recommended curve.
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "04"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
K = int("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21", 16)
MESSAGE = b"message digest"
DIGEST = "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
PLAIN = b"encryption standard"
C1 = (
    "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73",
    "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0",
)
C2, C3 = "21886CA989CA9C7D58087307CA93092D651EFA", "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"

try:
    LIBCRYPTO = [LibcryptoSm2()]
except LibcryptoUnusable:
    LIBCRYPTO = []
GMSSL = GmsslSm2()
ALL = [*LIBCRYPTO, GMSSL]
each = pytest.mark.parametrize("one", ALL, ids=lambda found: type(found).__name__)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def signed_with(k: int, private_key: bytes, message: bytes) -> bytes:
    """GB/T 32918.2, 6.1 with a fixed k, which no library lets one choose."""
    d = int.from_bytes(private_key, "big")
    e = int.from_bytes(curve.digest_to_sign(PUBLIC, message), "big")
    point = curve.times(k, curve.G)
    r = (e + point[0]) % curve.N
    s = pow(1 + d, -1, curve.N) * (k - r * d) % curve.N
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class TestVectors:
    def test_the_digest_and_the_signature_with_the_k_of_the_standard(self):
        assert curve.digest_to_sign(PUBLIC, MESSAGE).hex().upper() == DIGEST
        assert signed_with(K, PRIVATE, MESSAGE) == SIGNATURE

    @each
    def test_signature(self, one):
        assert one.public_key(PRIVATE) == PUBLIC
        assert one.verify(PUBLIC, MESSAGE, SIGNATURE)
        assert not one.verify(PUBLIC, MESSAGE + b".", SIGNATURE)

    @each
    def test_encryption(self, one):
        x, y = (_integer(number) for number in C1)
        body = x + y + b"\x04\x20" + bytes.fromhex(C3) + b"\x04\x13" + bytes.fromhex(C2)
        assert one.decrypt(PRIVATE, bytes((0x30, len(body))) + body) == PLAIN


def _integer(number: str) -> bytes:
    value = bytes.fromhex(number)
    value = b"\0" + value if value[0] & 0x80 else value
    return bytes((2, len(value))) + value


class TestTogether:
    @each
    @quick
    @given(message=st.binary(max_size=300))
    def test_what_one_signs_the_others_verify(self, one, message):
        private_key = one.new_private_key()
        public_key = one.public_key(private_key)
        signature = one.sign(private_key, message)
        for other in ALL:
            assert other.public_key(private_key) == public_key
            assert other.verify(public_key, message, signature)

    @each
    @quick
    @given(message=st.binary(min_size=1, max_size=100), position=st.integers(min_value=0), part=st.integers(0, 2))
    def test_one_changed_bit_fails(self, one, message, position, part):
        private_key = one.new_private_key()
        parts = [one.public_key(private_key), message, one.sign(private_key, message)]
        changed = bytearray(parts[part])
        position %= 8 * len(changed)
        changed[position // 8] ^= 1 << position % 8
        parts[part] = bytes(changed)
        assert not one.verify(*parts)

    @each
    @quick
    @given(plain=st.binary(min_size=1, max_size=255))
    def test_what_one_seals_the_others_open(self, one, plain):
        private_key = one.new_private_key()
        sealed = one.encrypt(one.public_key(private_key), plain)
        for other in ALL:
            assert other.decrypt(private_key, sealed) == plain

    @each
    def test_sealed_for_another_or_changed_does_not_open(self, one):
        private_key = one.new_private_key()
        sealed = one.encrypt(one.public_key(private_key), b"sixteen byte key")
        with pytest.raises(KeyUnusable):
            one.decrypt(one.new_private_key(), sealed)
        for at in range(len(sealed)):
            changed = bytearray(sealed)
            changed[at] ^= 1
            with pytest.raises(KeyUnusable):
                one.decrypt(private_key, bytes(changed))

    @each
    def test_the_command_line_verifies_and_its_signatures_are_right(self, one, tmp_path):
        private_key = one.new_private_key()
        key, public, message, signature = (tmp_path / name for name in ("key", "public", "message", "signature"))
        key.write_bytes(sealed_private_key(private_key, "secret", one, iterations=1_000))
        openssl("pkey", "-in", key, "-passin", "pass:secret", "-pubout", "-out", public)
        message.write_bytes(b"a message")
        signature.write_bytes(curve.signature_to_der(one.sign(private_key, b"a message")))
        common = ("-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-in", message)
        openssl("pkeyutl", "-verify", *common, "-pubin", "-inkey", public, "-sigfile", signature)
        openssl("pkeyutl", "-sign", *common, "-inkey", key, "-passin", "pass:secret", "-out", signature)
        assert one.verify(one.public_key(private_key), b"a message", curve.signature_from_der(signature.read_bytes()))


class TestWhatIsMalformed:
    @each
    @pytest.mark.parametrize(
        "public_key",
        [b"", PUBLIC[:-1], PUBLIC + b"\0", b"\x02" + PUBLIC[1:], b"\x04" + bytes(64), PUBLIC[:64] + b"\x14"],
    )
    def test_public_keys(self, one, public_key):
        assert not one.verify(public_key, MESSAGE, SIGNATURE)
        with pytest.raises(KeyUnusable):
            one.encrypt(public_key, b"plain")

    @each
    @pytest.mark.parametrize(
        "signature",
        [
            b"",
            SIGNATURE[:-1],
            SIGNATURE + b"\0",
            bytes(64),
            SIGNATURE[:32] + bytes(32),
            bytes(32) + SIGNATURE[32:],
            b"\xff" * 64,
            SIGNATURE[:32] + curve.N.to_bytes(32, "big"),
            # s + n would be the same number modulo n, were it taken
            SIGNATURE[:32] + ((int.from_bytes(SIGNATURE[32:], "big") + curve.N) % (1 << 256)).to_bytes(32, "big"),
        ],
    )
    def test_signatures(self, one, signature):
        assert not one.verify(PUBLIC, MESSAGE, signature)

    @each
    @pytest.mark.parametrize("number", [0, curve.N - 1, curve.N, (1 << 256) - 1])
    def test_private_keys(self, one, number):
        private_key = number.to_bytes(32, "big")
        for act in (one.public_key, lambda key: one.sign(key, b""), lambda key: one.decrypt(key, b"")):
            with pytest.raises(KeyUnusable):
                act(private_key)
        with pytest.raises(KeyUnusable):
            one.sign(b"short", b"")

    @each
    def test_lengths_of_what_is_sealed(self, one):
        for plain in (b"", bytes(256)):
            with pytest.raises(ValueError, match="255"):
                one.encrypt(PUBLIC, plain)

    @quick
    @given(st.binary(max_size=80))
    def test_only_the_one_form_of_der(self, content):
        try:
            plain = curve.signature_from_der(content)
        except ValueError:
            return
        assert curve.signature_to_der(plain) == content

    @quick
    @given(st.integers(1, curve.N - 1), st.integers(1, curve.N - 1))
    def test_shapes_come_back(self, r, s):
        plain = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        assert curve.signature_from_der(curve.signature_to_der(plain)) == plain


class TestProvider:
    def test_libcrypto_comes_first_and_says_its_version(self):
        if not LIBCRYPTO:
            assert chosen().why_not_libcrypto
        else:
            assert chosen().why_not_libcrypto == ""
            assert chosen().name.startswith("OpenSSL 3")
        assert sm2() is sm2()

    def test_without_libcrypto_it_is_gmssl_and_says_why(self, monkeypatch):
        def none():
            raise LibcryptoUnusable("libcrypto.so.3: not here")

        monkeypatch.setattr("tianping.engines.signing.provider.LibcryptoSm2", none)
        found = chosen.__wrapped__()
        assert isinstance(found.sm2, GmsslSm2)
        assert "not here" in found.why_not_libcrypto

    def test_another_library_is_refused(self, tmp_path):
        with pytest.raises(LibcryptoUnusable, match="absent"):
            LibcryptoSm2(str(tmp_path / "absent.so"))

    def test_few_parsed_keys_are_kept(self):
        kept: ParsedKeys[str] = ParsedKeys(2)
        for name in (b"a", b"b"):
            kept.keep(name, name.decode())
        kept.get(b"a")
        kept.keep(b"c", "c")
        assert (kept.get(b"a"), kept.get(b"b"), kept.get(b"c"), len(kept)) == ("a", None, "c", 2)

    def test_keys_that_went_do_not_matter_to_threads_at_work(self):
        """Two parsed keys are kept, six are used in four threads: every one is freed while others work."""
        for one in LIBCRYPTO:
            small = LibcryptoSm2(kept_keys=2)
            keys = [small.new_private_key() for _ in range(6)]
            wrong: list[bytes] = []

            def work(start: int) -> None:
                for turn in range(60):
                    key = keys[(start + turn) % len(keys)]
                    if not small.verify(small.public_key(key), b"m", small.sign(key, b"m")):
                        wrong.append(key)

            threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not wrong
            assert one.verify(PUBLIC, MESSAGE, SIGNATURE)


class TestVerifying:
    @pytest.mark.parametrize("count", [0, 1, 7, 100])
    async def test_every_answer_at_its_place(self, count):
        verifying = ThreadedVerifying(sm2(), threads=3)
        wrong = {3, 50, 99}
        checks = [SignatureCheck(PUBLIC, MESSAGE + b"!" * (at in wrong), SIGNATURE) for at in range(count)]
        expected = [at not in wrong for at in range(count)]
        assert await verifying.verify_all(checks) == expected
        assert await asyncio.to_thread(verifying.verify_many, checks) == expected
        assert verifying.verify(PUBLIC, MESSAGE, SIGNATURE)
        verifying.close()


def test_a_key_identifier_is_160_bits_of_sm3():
    assert certificates.key_identifier(PUBLIC) == certificates.digest(PUBLIC)[:20]
