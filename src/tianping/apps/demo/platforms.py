"""Certificates of the demo's platforms, issued by the court's own CA where it lies beside the court."""

from pathlib import Path

from tianping.apps.ledger_keys import passphrase_of
from tianping.engines.ledger.home import Home
from tianping.engines.signing.authority import open_authority
from tianping.engines.signing.certificates import Subject, pem_of
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import CertificateRole
from tianping.kit.clock import SystemClock
from tianping.kit.problems import Problem


def certificate(data: Path, slug: str, zh: str, en: str, organisation: str) -> str | None:
    """PEM for a key that nobody keeps: these platforms deposit nothing. None where there is no CA here, or it is locked."""
    home = Home(data)
    if not home.exists:
        return None
    try:
        authority = open_authority(home.ca, passphrase_of(home), sm2(), SystemClock())
    except (Problem, OSError):
        return None
    public_key = sm2().public_key(sm2().new_private_key())
    subject = Subject(
        name_zh=zh, name_en=en, organisation_zh=organisation, organisation_en=en, identifier=f"demo-{slug}"[:40]
    )
    return pem_of(authority.issue(CertificateRole.APPLICATION, subject, public_key).der).decode()
