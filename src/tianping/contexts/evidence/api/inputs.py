"""What the routes of evidence have in common."""

from typing import Annotated, Literal
from urllib.parse import quote

from litestar.params import Dependency, Parameter

from tianping.contexts.evidence.desk import Desk
from tianping.interfaces.identity import Actor

EvidenceDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
Limit = Annotated[int, Parameter(ge=1, le=100)]
Cursor = Annotated[str | None, Parameter(max_length=400)]
Language = Literal["zh", "en"]
NumberPath = Annotated[
    str, Parameter(max_length=60, description="Storage number, e.g. TP1-WORKS-20261122-000000042-7K")
]
Code = Annotated[str, Parameter(max_length=60, description="The code of a shared deposit")]


def attachment(name: str, plain: str) -> dict[str, str]:
    """Headers of a download. `plain`: the name for those that read ASCII only."""
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-store",
    }
