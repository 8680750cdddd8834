"""Time-stamp tokens (RFC 3161) signed by SM2, for tests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509

from tianping.engines.ledger.digests import sm3
from tianping.engines.signing import curve
from tianping.engines.signing.object_ids import SM2_WITH_SM3, SM3
from tianping.interfaces.signing import Signer


def stamped(text: bytes, authority: Signer, time: datetime, held: Sequence[bytes]) -> bytes:
    """A token over the SM3 of a text."""
    certificate: Any = x509.Certificate.load(authority.certificate.der)
    algorithm = algos.DigestAlgorithm({"algorithm": SM3})
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "2.999.8693.10",
            "message_imprint": {"hash_algorithm": algorithm, "hashed_message": sm3(text)},
            "serial_number": 7,
            "gen_time": time,
        }
    )
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [sm3(info.dump())]}),
        ]
    )
    signature = curve.signature_to_der(authority.sign(attributes.dump()))
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
            ),
            "digest_algorithm": algorithm,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": SM2_WITH_SM3},
            "signature": signature,
        }
    )
    chain = [authority.certificate.der, held[1], held[0]]
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [algorithm],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())},
            "certificates": [x509.Certificate.load(one) for one in chain],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
