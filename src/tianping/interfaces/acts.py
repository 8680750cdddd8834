"""What a person may do now, as the server sees it; the browser decides nothing."""

from datetime import date

import msgspec

from tianping.kit.problems import Text
from tianping.law.statutes import Article


class PermittedAct(msgspec.Struct, frozen=True):
    """An act of a matter. `permitted` False comes with the reason why not (yet). `due` is a court-local day.

    `article` is what the act rests on, with its instrument.
    """

    act: str
    label: Text
    permitted: bool
    href: str
    reason: Text | None = None
    article: Article | None = None
    due: date | None = None
