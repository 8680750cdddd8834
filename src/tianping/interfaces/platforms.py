"""Platforms: who runs a shop or an account, as the platform itself answers. EC arts. 28, 46, 62 (platforms give the
particulars of those who trade on them)."""

from typing import Protocol

import msgspec


class PlatformOperator(msgspec.Struct, frozen=True):
    """The company that runs a platform."""

    platform: str
    name: str
    credit_code: str
    address: str
    domicile: str
    representative: str
    is_ecommerce_platform: bool


class ShopEntry(msgspec.Struct, frozen=True):
    """A shop or account as the platform knows it. `kind`: person, organisation, or unknown when it does not tell.

    `domicile` is province, city and district. `source` says who answered, and when it is a stand-in, that it is one.
    """

    platform: str
    label: str
    kind: str
    name: str
    credit_code: str
    address: str
    domicile: str
    representative: str
    self_operated: bool
    source: str


class PlatformDirectory(Protocol):
    """Asks platforms (adapter)."""

    async def platforms(self) -> list[PlatformOperator]:
        """The platforms that can be asked."""
        ...

    async def find(self, platform: str, shop_or_account: str) -> list[ShopEntry]:
        """Shops and accounts whose name contains the text, the nearest first, at most ten."""
        ...
