"""How a check comes out otherwise than passed."""

from typing import Any


class Fault(Exception):
    """A check failed. `reason`: a code with words in `wording`; `values`: what the words mention."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


class NotMade(Exception):
    """A check could not be made, which is no failure. `reason` as above."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


class Unusable(Exception):
    """The input is neither a certificate nor a bundle. The text is for people, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
