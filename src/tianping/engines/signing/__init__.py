"""SM2 keys, signatures and certificates of the court's CA, RFC 3161 time stamps, and envelopes for private content.

Usable without a court. `sm2()` is the implementation this machine has; everything else takes it as an argument. The
document: docs/engines/signing.md.
"""

from tianping.engines.signing.authority import Authority, AuthorityPlan, create_authority, open_authority, open_root
from tianping.engines.signing.certificates import Subject, key_identifier
from tianping.engines.signing.chain import ChainReport, Trust
from tianping.engines.signing.keys import KeySigner, read_key_file, write_key_file
from tianping.engines.signing.provider import chosen, sm2
from tianping.engines.signing.register import Register
from tianping.engines.signing.revocation import RevocationReason, SignedLists
from tianping.engines.signing.signers import open_signer
from tianping.engines.signing.stamp_tokens import StampTrust, check_token
from tianping.engines.signing.time_stamps import OwnClock, TimeStampClient
from tianping.engines.signing.verifying import ThreadedVerifying

__all__ = [
    "Authority",
    "AuthorityPlan",
    "ChainReport",
    "KeySigner",
    "OwnClock",
    "Register",
    "RevocationReason",
    "SignedLists",
    "StampTrust",
    "Subject",
    "ThreadedVerifying",
    "TimeStampClient",
    "Trust",
    "check_token",
    "chosen",
    "create_authority",
    "key_identifier",
    "open_authority",
    "open_root",
    "open_signer",
    "read_key_file",
    "sm2",
    "write_key_file",
]
