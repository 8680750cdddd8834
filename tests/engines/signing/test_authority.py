"""The court's CA: what OpenSSL says of its certificates, requests and lists, and the chain at a time."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.engines.signing.conftest import ISSUER_PASSPHRASE, PLAN, ROOT_PASSPHRASE, START, subject
from tests.engines.signing.openssl import DISTID, openssl

from tianping.engines.signing import certificates
from tianping.engines.signing.authority import AuthorityExists, create_authority, open_authority, open_root
from tianping.engines.signing.chain import Trust
from tianping.engines.signing.curve import signature_from_der, signature_to_der
from tianping.engines.signing.keys import write_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import AlreadyRevoked, CertificateUnknown, NoAuthority, Register, RegisterDamaged
from tianping.engines.signing.requests import build_request, read_request
from tianping.engines.signing.revocation import RevocationReason, SignedLists
from tianping.interfaces.signing import (
    CertificatePurpose,
    CertificateRefused,
    CertificateRole,
    CertificateStatus,
    KeyUnusable,
)

DAY = timedelta(days=1)
END_ROLES = [role for role in CertificateRole if not role.is_authority]


def issued(authority, role=CertificateRole.NODE, **more):
    private_key = sm2().new_private_key()
    return authority.issue(role, subject(), sm2().public_key(private_key), **more), private_key


def put(path, content):
    path.write_bytes(content)
    return path


class TestOpenssl:
    def test_reads_and_verifies_every_role(self, authority, tmp_path):
        for role in END_ROLES:
            facts, _ = issued(authority, role)
            file = put(tmp_path / f"{role}.crt", certificates.pem_of(facts.der))
            said = openssl("x509", "-in", file, "-noout", "-text", "-nameopt", "utf8,sep_comma_plus").decode()
            assert "SM2-with-SM3" in said
            assert "杭州公证处" in said
            assert "Hangzhou Notary Office" in said
            _verify(authority, file)
        _verify(authority, None)

    def test_sees_a_changed_certificate(self, authority, tmp_path):
        facts, _ = issued(authority)
        damaged = facts.der.replace("第一节点".encode(), "第二节点".encode())
        assert damaged != facts.der
        file = put(tmp_path / "damaged.crt", certificates.pem_of(damaged))
        _verify(authority, file, good=False)

    def test_reads_the_lists_and_their_signature_is_right(self, authority, tmp_path):
        """`openssl verify -crl_check` cannot be told the user id of a list's signature: it is checked by itself."""
        lost, _ = issued(authority)
        authority.revoke(lost.serial, RevocationReason.KEY_COMPROMISE, invalid_since=START - timedelta(minutes=1))
        number, content = authority.publish_list()
        file = put(tmp_path / "list.crl", content)
        said = openssl("crl", "-in", file, "-noout", "-text").decode()
        assert number == 1
        assert "Key Compromise" in said
        assert "Invalidity Date" in said
        assert lost.serial.upper() in said
        body = tmp_path / "body"
        der = certificates.der_of(content, "X509 CRL")
        openssl("asn1parse", "-inform", "DER", "-strparse", "4", "-noout", "-out", body, given=der)
        signature = put(tmp_path / "signature", signature_to_der(certificates.signed_parts(der)[1]))
        openssl(
            *("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-in", body),
            *("-certin", "-inkey", authority.directory / "issuer.crt", "-sigfile", signature),
        )

    def test_signs_with_our_key_file_and_we_verify(self, authority, tmp_path):
        """A key file of ours signs through the command line; the certificate verifies it here, and the other way round."""
        facts, private_key = issued(authority)
        key = tmp_path / "node.key"
        write_key_file(key, private_key, "secret passphrase", sm2(), iterations=1_000)
        message = put(tmp_path / "message", "天平".encode())
        signature = tmp_path / "signature"
        openssl(
            *("pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-in", message),
            *("-inkey", key, "-passin", "pass:secret passphrase", "-out", signature),
        )
        assert sm2().verify(facts.public_key, "天平".encode(), signature_from_der(signature.read_bytes()))
        ours = put(tmp_path / "ours", signature_to_der(sm2().sign(private_key, "天平".encode())))
        certificate = put(tmp_path / "node.crt", certificates.pem_of(facts.der))
        openssl(
            *("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-in", message),
            *("-certin", "-inkey", certificate, "-sigfile", ours),
        )

    def test_makes_a_request_that_we_sign(self, authority, tmp_path):
        key, request = tmp_path / "app.key", tmp_path / "app.csr"
        openssl("genpkey", "-algorithm", "SM2", "-out", key)
        openssl(
            *("req", "-new", "-key", key, "-sm3", "-sigopt", DISTID, "-utf8", "-subj", "/C=CN/O=某平台/CN=存证应用"),
            *("-out", request),
        )
        assert "存证应用" in read_request(request.read_bytes(), sm2()).subject
        facts = authority.sign_request(request.read_bytes(), CertificateRole.APPLICATION, subject("app-7"))
        certificate = put(tmp_path / "app.crt", certificates.pem_of(facts.der))
        public = openssl("x509", "-in", certificate, "-noout", "-pubkey")
        assert public == openssl("pkey", "-in", key, "-pubout")
        assert facts.subject == "第一节点"

    def test_verifies_a_request_of_ours(self, tmp_path):
        private_key = sm2().new_private_key()
        der = build_request(subject(), sm2().public_key(private_key), lambda body: sm2().sign(private_key, body))
        file = put(tmp_path / "our.csr", certificates.pem_of(der, "CERTIFICATE REQUEST"))
        said = openssl("req", "-in", file, "-noout", "-verify", "-vfyopt", DISTID)
        assert b"verify OK" in said or b"verify ok" in said


def _verify(authority, file, *, good=True):
    """OpenSSL 3.0 gives the user id to the last certificate of a chain only, so each step is a chain of its own: the
    end certificate (`file`) under the issuing one, or that (None) under the root."""
    issuer, root = authority.directory / "issuer.crt", authority.directory / "root.crt"
    steps = ("-partial_chain", "-trusted", issuer, file) if file else ("-trusted", root, issuer)
    openssl("verify", "-x509_strict", "-attime", str(int(START.timestamp())), "-vfyopt", DISTID, *steps, good=good)


class TestRequests:
    def test_every_changed_byte_is_refused(self):
        private_key = sm2().new_private_key()
        public_key = sm2().public_key(private_key)
        der = build_request(subject(), public_key, lambda body: sm2().sign(private_key, body))
        assert read_request(der, sm2()).public_key == public_key
        for at in range(len(der)):
            damaged = bytearray(der)
            damaged[at] ^= 1
            with pytest.raises(CertificateRefused):
                read_request(bytes(damaged), sm2())

    def test_another_key_than_the_one_asked_for_is_refused(self):
        mine, other = sm2().new_private_key(), sm2().new_private_key()
        der = build_request(subject(), sm2().public_key(other), lambda body: sm2().sign(mine, body))
        with pytest.raises(CertificateRefused) as refused:
            read_request(der, sm2())
        assert refused.value.values["reason"] == "no-possession"


class TestChain:
    def test_says_what_was_issued(self, authority):
        for role in END_ROLES:
            facts, private_key = issued(authority, role, days=30)
            report = authority.trust.check(facts.der, at=START, role=role, revocations=authority)
            assert report.good, report.checks
            assert report.require() == facts
            assert (facts.role, facts.identifier, facts.organisation) == (role, "node-01", "杭州公证处")
            assert facts.subject_en == "First node"
            assert facts.public_key == sm2().public_key(private_key)
            assert facts.not_after == START + timedelta(days=30)
            assert len(facts.serial) == 32
            assert facts.purpose is CertificatePurpose.SIGNING

    def test_sealing_keys_do_not_sign(self, authority):
        facts, _ = issued(authority, purpose=CertificatePurpose.SEALING)
        report = authority.trust.check(facts.der, at=START, purpose=CertificatePurpose.SIGNING)
        assert [check.code for check in report.checks if not check.good] == ["purpose"]
        assert authority.trust.check(facts.der, at=START, purpose=CertificatePurpose.SEALING).good

    def test_status_is_that_of_the_instant(self, authority, clock):
        facts, _ = issued(authority, days=100)
        clock.set(START + 10 * DAY)
        authority.revoke(facts.serial, RevocationReason.PRIVILEGE_WITHDRAWN)
        expected = [
            (START - DAY, CertificateStatus.NOT_YET_VALID),
            (START, CertificateStatus.GOOD),
            (START + 10 * DAY - timedelta(seconds=1), CertificateStatus.GOOD),
            (START + 10 * DAY, CertificateStatus.REVOKED),
            (START + 200 * DAY, CertificateStatus.REVOKED),
        ]
        for at, status in expected:
            assert authority.status(facts.serial, at) is status
            report = authority.trust.check(facts.der, at=at, revocations=authority)
            assert report.good is (status is CertificateStatus.GOOD)
        assert authority.status("abc", START) is CertificateStatus.UNKNOWN
        other, _ = issued(authority, days=1)
        assert authority.status(other.serial, START + 20 * DAY) is CertificateStatus.EXPIRED

    def test_a_lost_key_is_not_trusted_since_it_was_lost(self, authority, clock):
        facts, _ = issued(authority)
        clock.set(START + 10 * DAY)
        authority.revoke(facts.serial, RevocationReason.KEY_COMPROMISE, invalid_since=START + 4 * DAY)
        assert authority.status(facts.serial, START + 3 * DAY) is CertificateStatus.GOOD
        assert authority.status(facts.serial, START + 5 * DAY) is CertificateStatus.REVOKED

    def test_another_courts_certificate_is_refused(self, authority, tmp_path, clock):
        other = create_authority(
            tmp_path / "other", PLAN, root_passphrase="x", issuer_passphrase="y", sm2=sm2(), clock=clock
        )
        facts, _ = issued(other)
        report = authority.trust.check(facts.der, at=START)
        assert not report.good
        with pytest.raises(CertificateRefused) as refused:
            report.require()
        assert refused.value.values["reason"] == "chain"
        with pytest.raises(CertificateRefused):
            Trust((authority.directory / "root.crt").read_bytes(), [other.issuer.der], sm2())

    def test_an_end_certificate_signs_no_certificates(self, authority):
        middle, private_key = issued(authority)
        forged = certificates.build_certificate(
            role=CertificateRole.COURT,
            subject=subject(),
            public_key=middle.public_key,
            validity=certificates.Validity(START, START + DAY),
            arc=PLAN.arc,
            issuer=middle,
            sign=lambda body: sm2().sign(private_key, body),
        )
        assert not authority.trust.check(forged, at=START).good
        with pytest.raises(CertificateRefused):
            Trust((authority.directory / "root.crt").read_bytes(), [authority.issuer.der, middle.der], sm2())

    def test_every_changed_byte_of_a_certificate_fails(self, authority):
        facts, _ = issued(authority)
        for at in range(len(facts.der)):
            damaged = bytearray(facts.der)
            damaged[at] ^= 1
            report = authority.trust.check(bytes(damaged), at=START, role=CertificateRole.NODE)
            assert not report.good, f"byte {at}"

    @pytest.mark.parametrize("content", [b"", b"\x30\x03\x02\x01\x01", b"-----BEGIN CERTIFICATE-----\n", bytes(20_000)])
    def test_what_is_no_certificate_is_refused(self, authority, content):
        report = authority.trust.check(content, at=START)
        assert [check.code for check in report.checks] == ["unreadable"]
        with pytest.raises(CertificateRefused):
            report.require()


class TestLists:
    def test_answer_without_the_register(self, authority, clock):
        facts, _ = issued(authority)
        other, _ = issued(authority)
        root_signer = open_root(authority.directory, None, ROOT_PASSPHRASE, sm2())
        _, first = authority.publish_list(days=1)
        clock.move(DAY / 2)
        authority.revoke(facts.serial, RevocationReason.SUPERSEDED)
        number, second = authority.publish_list(days=1)
        _, of_root = authority.publish_root_list(root_signer)
        assert number == 2
        assert authority.newest_list() == (2, second)
        lists = SignedLists([first, second, of_root], sm2())
        assert not authority.trust.check(facts.der, at=START + DAY, revocations=lists).good
        assert authority.trust.check(facts.der, at=START, revocations=lists).good
        assert authority.trust.check(other.der, at=START + DAY, revocations=lists).good
        late = authority.trust.check(other.der, at=START + 3 * DAY, revocations=lists)
        assert [check.code for check in late.checks if not check.good] == ["revocation-known"]

    def test_a_changed_list_says_nothing(self, authority):
        facts, _ = issued(authority)
        authority.revoke(facts.serial, RevocationReason.UNSPECIFIED)
        _, content = authority.publish_list()
        der = certificates.der_of(content, "X509 CRL")
        assert SignedLists([der], sm2()).known_until(authority.issuer) == START + 7 * DAY
        for at in range(0, len(der), 3):
            damaged = bytearray(der)
            damaged[at] ^= 1
            assert SignedLists([bytes(damaged)], sm2()).known_until(authority.issuer) is None

    def test_the_root_revokes_the_issuer(self, authority):
        facts, _ = issued(authority)
        authority.revoke(authority.issuer.serial, RevocationReason.CA_COMPROMISE)
        report = authority.trust.check(facts.der, at=START, revocations=authority)
        assert [check.code for check in report.checks if not check.good] == ["revoked"]
        root_signer = open_root(authority.directory, None, ROOT_PASSPHRASE, sm2())
        _, content = authority.publish_root_list(root_signer)
        assert SignedLists([content], sm2()).revocation(authority.root, authority.issuer.serial) is not None


class TestRegister:
    def test_opens_again(self, authority, clock):
        facts, _ = issued(authority)
        again = open_authority(authority.directory, ISSUER_PASSPHRASE, sm2(), clock)
        assert again.certificate(facts.serial) == facts
        assert {each.serial for each in again.certificates()} == {facts.serial, authority.issuer.serial}
        with pytest.raises(KeyUnusable):
            open_authority(authority.directory, "wrong", sm2(), clock)

    def test_refuses_what_does_not_fit(self, authority, clock, tmp_path):
        facts, _ = issued(authority)
        authority.revoke(facts.serial, RevocationReason.UNSPECIFIED)
        with pytest.raises(AlreadyRevoked):
            authority.revoke(facts.serial, RevocationReason.UNSPECIFIED)
        for serial in ("12ab", "../../etc/passwd", ""):
            with pytest.raises(CertificateUnknown):
                authority.revoke(serial, RevocationReason.UNSPECIFIED)
        with pytest.raises(CertificateRefused):
            issued(authority, CertificateRole.ROOT)
        with pytest.raises(CertificateRefused):
            issued(authority, days=365 * 11)
        with pytest.raises(AuthorityExists):
            create_authority(
                authority.directory, PLAN, root_passphrase="", issuer_passphrase="", sm2=sm2(), clock=clock
            )
        with pytest.raises(NoAuthority):
            Register(tmp_path / "nowhere", sm2())

    def test_names_a_damaged_file(self, authority):
        facts, _ = issued(authority)
        (authority.directory / "issued" / f"{facts.serial}.crt").write_bytes(b"damaged")
        with pytest.raises(RegisterDamaged):
            authority.certificate(facts.serial)

    def test_what_was_acknowledged_survives_kill_9(self, authority):
        """A process issues and revokes without end and says what is done; killed in between, all it said is there."""
        process = subprocess.Popen(
            [sys.executable, "-c", _ENDLESS, str(authority.directory), ISSUER_PASSPHRASE],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": "src:."},
            cwd=Path(__file__).parents[3],
        )
        said = []
        while len(said) < 25:
            said.append(process.stdout.readline().split())
        process.kill()
        said += [line.split() for line in process.stdout.read().splitlines() if line.endswith(b".")]
        process.wait()
        register = Register(authority.directory, sm2())
        for act, serial, _ in said:
            at = datetime.now(UTC) + DAY
            wanted = CertificateStatus.REVOKED if act == b"revoked" else None
            status = register.status(serial.decode(), at)
            assert status is wanted if wanted else status is not CertificateStatus.UNKNOWN
        assert len(list(register.certificates())) >= sum(act == b"issued" for act, *_ in said)
        assert len(register.revocations()) >= sum(act == b"revoked" for act, *_ in said)


_ENDLESS = """
import sys
from pathlib import Path
from tests.engines.signing.conftest import subject
from tianping.engines.signing.authority import open_authority
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.revocation import RevocationReason
from tianping.interfaces.signing import CertificateRole
from tianping.kit.clock import SystemClock
authority = open_authority(Path(sys.argv[1]), sys.argv[2], sm2(), SystemClock())
public_key = sm2().public_key(sm2().new_private_key())
while True:
    serial = authority.issue(CertificateRole.NODE, subject(), public_key).serial
    print("issued", serial, ".", flush=True)
    authority.revoke(serial, RevocationReason.SUPERSEDED)
    print("revoked", serial, ".", flush=True)
"""
