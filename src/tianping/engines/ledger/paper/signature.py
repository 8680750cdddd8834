"""Signs a PDF as a whole by SM2, in the one shape that the format allows (docs/ledger-format.md, 7)."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from tianping.engines.ledger.digests import sm3
from tianping.interfaces.signing import Signer

SM3 = "1.2.156.10197.1.401"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
FIELD = "TianpingCourt"
_SPARE = 512
"""Hexadecimal digits kept beyond what the signature is reckoned to need."""


def sign(
    pdf: bytes, *, signer: Signer, above: Sequence[bytes], at: datetime, name: str, reason: str, field: str = FIELD
) -> bytes:
    """The PDF with one signature over all of it.

    `above`: DER of the issuers of the signer's certificate, from it up to the root. `at`: signing time, whole seconds.
    """
    certificates = [x509.Certificate.load(one) for one in (signer.certificate.der, *above)]
    at = at.replace(microsecond=0)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    steps: Any = PdfCMSEmbedder().write_cms(field_name=field, writer=writer)
    next(steps)
    reserved = 2 * sum(len(one.dump()) for one in certificates) + 2 * 900 + _SPARE
    holder = SignatureObject(
        timestamp=at,
        subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        name=name,
        reason=reason,
        bytes_reserved=reserved + reserved % 2,
    )
    # DocMDP: a reader is told that nothing may be added afterwards.
    nothing_more = SigMDPSetup(md_algorithm="sm3", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    steps.send(SigObjSetup(sig_placeholder=holder, mdp_setup=nothing_more))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sm3"))
    steps.send(_signed_data(prepared.document_digest, certificates, signer, at))
    output.seek(0)
    return output.read()


def _signed_data(digest: bytes, certificates: Sequence[Any], signer: Signer, at: datetime) -> bytes:
    by_sm3 = algos.DigestAlgorithm({"algorithm": SM3})
    named = tsp.ESSCertIDv2({"hash_algorithm": by_sm3, "cert_hash": sm3(signer.certificate.der)})
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", "data"),
            _attribute("signing_time", cms.Time(name="utc_time", value=at)),
            _attribute("message_digest", digest),
            _attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [named]})),
        ]
    )
    signature = _to_der(signer.sign(attributes.dump()))
    own = certificates[0]
    who = {"issuer": own.issuer, "serial_number": own.serial_number}
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(who)),
            "digest_algorithm": by_sm3,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": SM2_WITH_SM3},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [by_sm3],
            "encap_content_info": {"content_type": "data"},
            "certificates": certificates,
            "signer_infos": [info],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def _attribute(kind: str, value: Any) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def _to_der(signature: bytes) -> bytes:
    """`r ‖ s` as SEQUENCE { INTEGER r, INTEGER s } (GM/T 0009)."""
    numbers = core.SequenceOf(
        [int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")], spec=core.Integer
    )
    return numbers.dump()
