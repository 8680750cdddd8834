"""The RFC 3161 time stamp of a bundle: what it covers, and whose it is."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from tianping_verify import cms, merkle, notes, x509
from tianping_verify.bundle import Bundle, Stamp
from tianping_verify.cms import Token
from tianping_verify.faults import Fault, NotMade
from tianping_verify.notes import Checkpoint


def check(stamp: Stamp, entry_under: Checkpoint) -> Token:
    """The token covers the text of a checkpoint that begins with ours, and says the time that the bundle says."""
    stamped = notes.checkpoint(stamp.checkpoint)
    if stamped.origin != entry_under.origin or stamped.height < entry_under.height:
        raise Fault("stamp-checkpoint")
    if not merkle.grew(entry_under.size, entry_under.root, stamped.size, stamped.root, stamp.consistency):
        raise Fault("stamp-checkpoint")
    token = cms.token(stamp.token)
    if not cms.imprint_fits(token, stamp.checkpoint.encode("utf-8")):
        raise Fault("stamp-imprint")
    if token.time != stamp.time:
        raise Fault("stamp-time")
    return token


def authority(token: Token, given: Bundle, root: bytes, tsa_ca: str | None) -> None:
    """Who stamped: the court's own authority by our own code, another one by `openssl ts` under certificates you trust."""
    assert given.stamp is not None
    if tsa_ca is not None:
        _by_openssl(given.stamp, tsa_ca)
        return
    held = []
    for one in given.certificates:
        try:
            held.append(x509.read(one))
        except Fault:
            continue
    signer = cms.check_token(token, root, held)
    if signer.name != given.stamp.authority:
        raise Fault("stamp-name")


def _by_openssl(stamp: Stamp, tsa_ca: str) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        raise NotMade("no-openssl")
    with tempfile.TemporaryDirectory() as folder:
        token, text = Path(folder, "token.der"), Path(folder, "text")
        token.write_bytes(stamp.token)
        text.write_bytes(stamp.checkpoint.encode("utf-8"))
        command = [openssl, "ts", "-verify", "-token_in", "-in", str(token), "-data", str(text), "-CAfile", tsa_ca]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    if done.returncode != 0:
        raise Fault("stamp-refused")
