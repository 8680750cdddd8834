"""Events: what happened, in the past tense, with ids and no objects, one class a fact, versioned.

An event of a context is declared in `interfaces/<context>.py`. `reactions.py` beside this file names who reacts.
"""

from typing import Any, ClassVar
from uuid import UUID

import msgspec

_BY_NAME: dict[str, type["Event"]] = {}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of events. `subject` orders reactions: those of one subject run one after another.

    A subclass names its context (and, above 1, its version): `context: ClassVar[str] = "filing"`, and says in
    `subject` which id its matter is ordered by. Its wire name is `filing.FilingAccepted.v1`.
    """

    context: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _BY_NAME[cls.wire_name()] = cls

    @classmethod
    def wire_name(cls) -> str:
        return f"{cls.context}.{cls.__name__}.v{cls.version}"

    @property
    def subject(self) -> UUID:
        raise TypeError(f"{type(self).__name__} does not say which matter it belongs to")

    def concerns(self, context: str) -> bool:
        """Whether a context that reacts to such events has anything to do with this one. A reaction is put into the
        queue only then; what is True for too much costs time, what is False for too much loses work."""
        return True


def event_class(name: str) -> type[Event]:
    """The class of a wire name. Raises KeyError for an unknown event."""
    return _BY_NAME[name]


def all_events() -> dict[str, type[Event]]:
    return dict(_BY_NAME)
