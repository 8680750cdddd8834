"""Who gives time stamps: an authority asked over HTTP (RFC 3161), or the court's own clock where none is set."""

import secrets
from collections.abc import Sequence
from typing import Any

import httpx
from asn1crypto import cms, tsp, x509

from tianping.engines.signing import certificates, curve
from tianping.engines.signing import object_ids as oid
from tianping.engines.signing.stamp_tokens import (
    LARGEST_TOKEN,
    StampTrust,
    TimeStampRefused,
    build_query,
    check_token,
    token_of_answer,
)
from tianping.interfaces.signing import CertificateRefused, CertificateRole, Signer, Sm2, TimeStamp
from tianping.kit.clock import Clock
from tianping.kit.problems import Unavailable

_DIGEST_BYTES = 32


class TimeStampClient:
    """`interfaces.signing.TimeStampAuthority`: asks `url`. A token is checked before it is given. `close` when done."""

    def __init__(self, url: str, trust: StampTrust, sm2: Sm2, *, timeout_s: float = 10.0) -> None:
        self._url, self._trust, self._sm2 = url, trust, sm2
        self._http = httpx.AsyncClient(timeout=timeout_s)

    async def stamp(self, digest: bytes) -> TimeStamp:
        """`digest`: SM3, 32 bytes. Raises: Unavailable: no answer, or none that holds (`__cause__` says why)."""
        _refuse_other_digests(digest)
        nonce = secrets.randbits(63) | 1 << 63
        try:
            token = token_of_answer(await self._ask(build_query(digest, nonce)))
            facts = check_token(token, digest, self._trust, self._sm2, nonce=nonce)
        except (httpx.HTTPError, TimeStampRefused) as error:
            raise Unavailable from error
        return TimeStamp(facts.time, facts.authority, token)

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        answer = bytearray()
        async with self._http.stream("POST", self._url, content=query, headers=headers) as response:
            response.raise_for_status()
            async for block in response.aiter_bytes():
                answer += block
                if len(answer) > LARGEST_TOKEN:
                    break  # too long to be an answer: reading it as one refuses it
        return bytes(answer)


class OwnClock:
    """`interfaces.signing.TimeStampAuthority` of the court itself: a token of the same form, signed by a certificate
    of the role time_stamp. It says what the court's clock said, and proves no more than the court's word."""

    def __init__(self, signer: Signer, issuers: Sequence[bytes], arc: str, clock: Clock) -> None:
        """`issuers`: the DER of the issuing certificates, which go into each token. `arc`: of the role identifiers.

        Raises: CertificateRefused: the signer is of another role.
        """
        if signer.certificate.role is not CertificateRole.TIME_STAMP:
            raise CertificateRefused("role", "不是时间戳证书", "this is no certificate for time stamps")
        self._signer, self._clock = signer, clock
        self._policy = f"{arc}.{oid.TIME_STAMP_POLICY_NUMBER}"
        self._certificates = [x509.Certificate.load(each) for each in (signer.certificate.der, *issuers)]

    async def stamp(self, digest: bytes) -> TimeStamp:
        """`digest`: SM3, 32 bytes. Whole seconds, rounded down."""
        _refuse_other_digests(digest)
        now = self._clock.now().replace(microsecond=0)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": self._policy,
                "message_imprint": {"hash_algorithm": {"algorithm": oid.SM3}, "hashed_message": digest},
                "serial_number": certificates.new_serial(),
                "gen_time": now,
                "accuracy": {"seconds": 1},
            }
        )
        return TimeStamp(now, self._signer.certificate.subject, self._signed(info))

    def _signed(self, info: tsp.TSTInfo) -> bytes:
        """CMS SignedData with signed attributes, as RFC 3161, 2.4.2 and RFC 5816 want it; SM3 and SM2 throughout."""
        mine: Any = self._certificates[0]
        bond = {"hash_algorithm": {"algorithm": oid.SM3}, "cert_hash": certificates.digest(mine.dump())}
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [certificates.digest(info.dump())]},
                {"type": "signing_certificate_v2", "values": [{"certs": [bond]}]},
            ]
        )
        body = mine["tbs_certificate"]
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number", {"issuer": body["issuer"], "serial_number": body["serial_number"]}
            ),
            "digest_algorithm": {"algorithm": oid.SM3},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": oid.SM2_WITH_SM3},
            "signature": curve.signature_to_der(self._signer.sign(attributes.dump())),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": oid.SM3}],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info.dump())},
            "certificates": self._certificates,
            "signer_infos": [signer],
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()


def _refuse_other_digests(digest: bytes) -> None:
    if len(digest) != _DIGEST_BYTES:
        raise ValueError("an SM3 digest has 32 bytes")
