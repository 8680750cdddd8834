"""What the service, the warm process and its children say to each other."""

import msgspec


class Errand(msgspec.Struct, frozen=True):
    """To a child, in the file that its answer replaces.

    Limits: `memory` and `file_size` in bytes, `cpu_s` in seconds of processor time.
    """

    path: str
    name: str
    type: str
    into: str | None
    password: str | None
    memory: int
    cpu_s: int
    file_size: int


class Look(msgspec.Struct, frozen=True, tag="look"):
    """To the warm process, with the descriptor of the errand: fork a child, end it after `time_s` seconds."""

    number: int
    time_s: float


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """To the warm process: nobody waits for this child any more."""

    number: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """To the service, once: the libraries are loaded."""


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """To the service: the child is gone and its answer is whole if `good`."""

    number: int
    good: bool


Asked = Look | Stop
Said = Ready | Ended
