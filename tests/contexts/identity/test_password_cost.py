"""What a stolen hash costs to try: the library's present recommendation (RFC 9106, low memory) or more."""

import subprocess
import sys

ASK = """
from argon2 import PasswordHasher
from tianping.contexts.identity import wiring
assert wiring.PasswordHasher is PasswordHasher
print(PasswordHasher().hash("x"))
"""


def test_passwords_are_hashed_with_argon2id_at_full_cost():
    """In a process of its own: within the tests passwords are made cheap."""
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    _, kind, version, costs, *_ = done.stdout.strip().split("$")
    cost = dict(part.split("=") for part in costs.split(","))
    assert (kind, version) == ("argon2id", "v=19")
    assert int(cost["m"]) >= 64 * 1024
    assert int(cost["t"]) >= 3
