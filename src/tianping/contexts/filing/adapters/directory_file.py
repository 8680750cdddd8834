"""A directory of shops from a file: the local stand-in for asking the platforms. Every answer says that it is one."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from tianping.interfaces.platforms import PlatformOperator, ShopEntry

SOURCE = "本地示例名录（代替平台接口，非平台答复）/ local sample directory standing in for the platform"
_MOST = 10


class DirectoryFile:
    """`interfaces.platforms.PlatformDirectory` over a TOML file with `[[platforms]]` and `[[shops]]`."""

    def __init__(self, path: Path) -> None:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        self._platforms = msgspec.convert(content.get("platforms", []), list[PlatformOperator])
        shops = [{**shop, "source": SOURCE} for shop in content.get("shops", [])]
        self._shops = msgspec.convert(shops, list[ShopEntry])

    async def platforms(self) -> list[PlatformOperator]:
        return list(self._platforms)

    async def find(self, platform: str, shop_or_account: str) -> list[ShopEntry]:
        wanted = "".join(shop_or_account.split()).casefold()
        if not wanted:
            return []
        found = [
            shop
            for shop in self._shops
            if (not platform or shop.platform == platform) and wanted in "".join(shop.label.split()).casefold()
        ]
        return sorted(found, key=lambda shop: (len(shop.label), shop.label))[:_MOST]


class NoDirectory:
    """Where a court has no platform to ask: nothing is ever found, and the filer enters what is known."""

    async def platforms(self) -> list[PlatformOperator]:
        return []

    async def find(self, platform: str, shop_or_account: str) -> list[ShopEntry]:
        return []
