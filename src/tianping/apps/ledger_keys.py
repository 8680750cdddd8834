"""The keys of a ledger's directory: their names, and the passphrase that opens them."""

import os
from collections.abc import Mapping

from tianping.engines.ledger.home import Home
from tianping.engines.signing.keys import KeySigner, read_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.interfaces.signing import KeyUnusable, Signer
from tianping.kit.problems import Problem, Text

PASSPHRASE = "TIANPING_LEDGER_PASSPHRASE"  # noqa: S105  the name of a variable
NODE, OFFICERS, OWN, SEAL, STAMP = "node", ("officer-1", "officer-2"), "court", "seal", "stamp"


class PassphraseUnknown(Problem):
    status = 500
    code = "ledger-passphrase-unknown"
    title = Text(
        f"缺少账本密钥的口令：请设置 {PASSPHRASE}，或在账本目录放置 passphrase 文件",
        f"The passphrase of the ledger's keys is missing: set {PASSPHRASE}, or put a file `passphrase` into its directory",
    )


def passphrase_of(home: Home, environment: Mapping[str, str] = os.environ) -> str:
    """Raises PassphraseUnknown."""
    if given := environment.get(PASSPHRASE):
        return given
    if home.passphrase.is_file():
        return home.passphrase.read_text().strip()
    raise PassphraseUnknown


def signer_of(home: Home, name: str, register: Register, passphrase: str) -> Signer:
    """A key of `keys/`, by its name. Raises KeyUnusable, also where there is none."""
    file = home.keys / f"{name}.crt"
    if not file.is_file():
        raise KeyUnusable
    facts = register.trust.read(file.read_bytes())
    return KeySigner(facts, read_key_file(home.keys / f"{name}.key", passphrase, sm2()), sm2())


def officers_here(home: Home) -> tuple[str, ...]:
    """The officers whose keys this directory has; the others sign where theirs are (`ledger decision`)."""
    return tuple(name for name in OFFICERS if (home.keys / f"{name}.key").is_file())
