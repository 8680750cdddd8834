"""A signer from its files: certificate and encrypted key."""

from pathlib import Path

from tianping.engines.signing.chain import Trust
from tianping.engines.signing.keys import KeySigner, read_key_file
from tianping.interfaces.signing import CertificateRefused, Signer, Sm2


def open_signer(certificate: Path, key: Path, passphrase: str, trust: Trust, sm2: Sm2) -> Signer:
    """Reads both; the certificate is of this trust's arc, but its validity is for who uses it to check.

    Raises: CertificateRefused: no certificate there. KeyUnusable: no key there, wrong passphrase, or not its key.
    """
    try:
        content = certificate.read_bytes()
    except OSError as error:
        raise CertificateRefused(
            "unreadable", f"无法读取证书文件：{certificate}", f"cannot read {certificate}"
        ) from error
    return KeySigner(trust.read(content), read_key_file(key, passphrase, sm2), sm2)
