"""What a person may do now, as the server sees it; the browser decides nothing."""

from datetime import date

import msgspec

from tianping.kit.problems import Text


class PermittedAct(msgspec.Struct, frozen=True):
    """An act of a matter. `permitted` False comes with the reason why not (yet). `due` is a court-local day."""

    act: str
    label: Text
    permitted: bool
    href: str
    reason: Text | None = None
    article: str | None = None
    due: date | None = None
