"""The process that looks into one file and ends. Reads its errand as JSON from stdin, writes the inspection to stdout."""

import os
import resource
import sys
from pathlib import Path

import msgspec

from tianping.engines.materials.inspection import inspect


class Errand(msgspec.Struct, frozen=True):
    """Limits: `memory` and `file_size` in bytes, `cpu_s` in seconds of processor time."""

    path: str
    name: str
    type: str
    into: str | None
    password: str | None
    memory: int
    cpu_s: int
    file_size: int


def main() -> None:
    errand = msgspec.json.decode(sys.stdin.buffer.read(), type=Errand)
    # Libraries may print to stdout; the answer keeps a descriptor of its own.
    answer = os.dup(1)
    os.dup2(2, 1)
    for what, limit in (
        (resource.RLIMIT_AS, errand.memory),
        (resource.RLIMIT_CPU, errand.cpu_s),
        (resource.RLIMIT_FSIZE, errand.file_size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (limit, limit))
    into = Path(errand.into) if errand.into else None
    inspection = inspect(Path(errand.path), errand.name, errand.type, into=into, password=errand.password)
    os.write(answer, msgspec.json.encode(inspection))


if __name__ == "__main__":
    main()
