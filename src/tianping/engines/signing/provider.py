"""Which implementation of SM2 this machine uses: libcrypto 3 where it has SM2, else GmSSL."""

from functools import cache

import msgspec

from tianping.engines.signing.sm2_gmssl import GmsslSm2
from tianping.engines.signing.sm2_libcrypto import LibcryptoSm2, LibcryptoUnusable
from tianping.interfaces.signing import Sm2


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The implementation in use. `why_not_libcrypto` is empty where libcrypto is it."""

    sm2: Sm2
    name: str
    why_not_libcrypto: str


@cache
def chosen() -> Chosen:
    """The same object for the whole process, so that parsed keys are shared."""
    try:
        found: Sm2 = LibcryptoSm2()
    except LibcryptoUnusable as error:
        found = GmsslSm2()
        return Chosen(sm2=found, name=found.name, why_not_libcrypto=str(error))
    return Chosen(sm2=found, name=found.name, why_not_libcrypto="")


def sm2() -> Sm2:
    return chosen().sm2
