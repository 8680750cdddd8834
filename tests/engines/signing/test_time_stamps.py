"""Time stamps of another authority (`openssl ts` over HTTP) and of the court's own clock."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.engines.signing.conftest import START, subject
from tests.engines.signing.openssl import DISTID, openssl
from tests.engines.signing.time_stamp_server import StampServer

from tianping.engines.signing import certificates, stamp_tokens
from tianping.engines.signing.keys import KeySigner
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.revocation import RevocationReason
from tianping.engines.signing.stamp_tokens import StampTrust, TimeStampRefused, check_token
from tianping.engines.signing.time_stamps import OwnClock, TimeStampClient
from tianping.interfaces.signing import CertificateRefused, CertificateRole
from tianping.kit.problems import Unavailable

pytestmark = pytest.mark.slow

DIGEST, OTHER = certificates.digest("天平".encode()), certificates.digest(b"other")


@pytest.fixture(scope="module", params=[("rsa", "sha256"), ("ec", "sha1")], ids=["rsa", "ec-sha1-bond"])
def server(request, tmp_path_factory):
    found = StampServer(tmp_path_factory.mktemp("tsa") / "tsa", *request.param)
    yield found
    found.close()


@pytest.fixture
async def client(server):
    found = TimeStampClient(server.url, StampTrust(roots=(server.root,)), sm2())
    yield found
    server.answer = server.stamped
    await found.close()


class TestAnotherAuthority:
    async def test_stamps_an_sm3_digest(self, server, client):
        stamp = await client.stamp(DIGEST)
        assert abs(stamp.time - datetime.now(UTC)) < timedelta(hours=1)
        assert stamp.authority == "Test TSA"
        facts = check_token(stamp.token, DIGEST, StampTrust(roots=(server.root,)), sm2())
        assert facts.time == stamp.time
        assert not facts.own_clock
        token = server.folder / "token"
        token.write_bytes(stamp.token)
        root = server.folder / "root.crt"
        openssl("ts", "-verify", "-digest", DIGEST.hex(), "-token_in", "-in", token, "-CAfile", root, "-sm3")

    async def test_refuses_what_does_not_fit(self, server, client, tmp_path):
        stamp = await client.stamp(DIGEST)
        trust = StampTrust(roots=(server.root,))
        other = StampServer(tmp_path / "other")
        other.close()
        cases = [
            ("imprint", stamp.token, OTHER, trust, None),
            ("nonce", stamp.token, DIGEST, trust, 1),
            ("untrusted", stamp.token, DIGEST, StampTrust(roots=(other.root,)), None),
            ("untrusted", stamp.token, DIGEST, StampTrust(), None),
            ("unreadable", stamp.token[:-1], DIGEST, trust, None),
            ("unreadable", b"", DIGEST, trust, None),
            ("unreadable", bytes(100_000), DIGEST, trust, None),
        ]
        for reason, token, digest, trusted, nonce in cases:
            with pytest.raises(TimeStampRefused) as refused:
                check_token(token, digest, trusted, sm2(), nonce=nonce)
            assert refused.value.values["reason"] == reason

    async def test_every_changed_byte_that_means_anything_is_refused(self, server, client):
        """Outside of the signature stand only the other certificates and the frame: there, what is read is the same."""
        stamp = await client.stamp(DIGEST)
        trust = StampTrust(roots=(server.root,))
        expected = check_token(stamp.token, DIGEST, trust, sm2())
        refusals = 0
        for at in range(0, len(stamp.token), 5):
            damaged = bytearray(stamp.token)
            damaged[at] ^= 1
            try:
                assert check_token(bytes(damaged), DIGEST, trust, sm2()) == expected
            except TimeStampRefused:
                refusals += 1
        assert refusals > len(stamp.token) // 5 // 3

    @pytest.mark.parametrize("answer", [b"", b"nothing", bytes(200_000)], ids=["error", "nonsense", "long"])
    async def test_an_authority_that_answers_nonsense_is_unavailable(self, server, client, answer):
        server.answer = lambda _: answer
        with pytest.raises(Unavailable):
            await client.stamp(DIGEST)

    async def test_an_old_answer_is_not_taken_for_a_new_one(self, server, client):
        kept = server.stamped(stamp_tokens.build_query(DIGEST, 5))
        server.answer = lambda _: kept
        with pytest.raises(Unavailable) as refused:
            await client.stamp(DIGEST)
        assert refused.value.__cause__.values["reason"] == "nonce"

    async def test_a_refusal_of_the_authority_is_told(self, server, client):
        query = stamp_tokens.build_query(DIGEST, 5).replace(b"\x83\x11", b"\x83\x12")
        with pytest.raises(TimeStampRefused) as refused:
            stamp_tokens.token_of_answer(server.stamped(query))
        assert refused.value.values["reason"] == "not-granted"

    async def test_nobody_there(self, tmp_path):
        server = StampServer(tmp_path / "tsa", "ec")
        server.close()
        client = TimeStampClient(server.url, StampTrust(roots=(server.root,)), sm2())
        with pytest.raises(Unavailable):
            await client.stamp(DIGEST)
        await client.close()


class TestOwnClock:
    @pytest.fixture
    def own(self, authority, clock):
        private_key = sm2().new_private_key()
        facts = authority.issue(CertificateRole.TIME_STAMP, subject("clock-1"), sm2().public_key(private_key))
        signer = KeySigner(facts, private_key, sm2())
        return OwnClock(signer, [authority.issuer.der], authority.settings.arc, clock)

    async def test_says_it_is_the_courts_own(self, own, authority, clock):
        clock.move(timedelta(days=2, milliseconds=700))
        stamp = await own.stamp(DIGEST)
        facts = check_token(stamp.token, DIGEST, StampTrust(court=authority.trust, revocations=authority), sm2())
        assert facts.own_clock
        assert facts.time == stamp.time == START + timedelta(days=2)
        assert facts.authority == stamp.authority == "第一节点"

    async def test_openssl_reads_it_and_its_signature_is_right(self, own, authority, tmp_path):
        stamp = await own.stamp(DIGEST)
        (tmp_path / "token").write_bytes(stamp.token)
        said = openssl("ts", "-reply", "-in", tmp_path / "token", "-token_in", "-token_out", "-text").decode()
        assert "Hash Algorithm: sm3" in said
        assert "Nov 22 01:02:03 2026 GMT" in said
        from asn1crypto import cms

        signed = cms.ContentInfo.load(stamp.token)["content"]
        signer = signed["signer_infos"][0]
        (tmp_path / "attributes").write_bytes(signer["signed_attrs"].untag().dump())
        (tmp_path / "signature").write_bytes(signer["signature"].native)
        serial = signer["sid"].chosen["serial_number"].native
        mine = next(
            c.chosen for c in signed["certificates"] if c.chosen["tbs_certificate"]["serial_number"].native == serial
        )
        (tmp_path / "tsa.crt").write_bytes(certificates.pem_of(mine.dump()))
        openssl(
            *("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-in", tmp_path / "attributes"),
            *("-certin", "-inkey", tmp_path / "tsa.crt", "-sigfile", tmp_path / "signature"),
        )

    async def test_every_changed_byte_that_means_anything_is_refused(self, own, authority):
        stamp = await own.stamp(DIGEST)
        trust = StampTrust(court=authority.trust)
        expected = check_token(stamp.token, DIGEST, trust, sm2())
        refusals = 0
        for at in range(len(stamp.token)):
            damaged = bytearray(stamp.token)
            damaged[at] ^= 1
            try:
                assert check_token(bytes(damaged), DIGEST, trust, sm2()) == expected
            except TimeStampRefused:
                refusals += 1
        assert refusals > len(stamp.token) // 3

    async def test_a_clock_that_was_revoked_counts_no_more(self, own, authority, clock):
        early = await own.stamp(DIGEST)
        clock.move(timedelta(days=1))
        serial = own._signer.certificate.serial
        authority.revoke(serial, RevocationReason.KEY_COMPROMISE, invalid_since=clock.now() - timedelta(hours=1))
        late = await own.stamp(DIGEST)
        trust = StampTrust(court=authority.trust, revocations=authority)
        assert check_token(early.token, DIGEST, trust, sm2()).own_clock
        with pytest.raises(TimeStampRefused):
            check_token(late.token, DIGEST, trust, sm2())
        with pytest.raises(TimeStampRefused):
            check_token(early.token, DIGEST, StampTrust(), sm2())

    def test_only_the_role_of_a_time_stamp(self, authority, clock):
        private_key = sm2().new_private_key()
        facts = authority.issue(CertificateRole.COURT, subject(), sm2().public_key(private_key))
        with pytest.raises(CertificateRefused):
            OwnClock(KeySigner(facts, private_key, sm2()), [], authority.settings.arc, clock)
