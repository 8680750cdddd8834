"""One look at a content."""

from pathlib import Path

import pytest

from tianping.engines.materials.inspection import inspect
from tianping.interfaces.materials import Inspection


@pytest.fixture
def look(tmp_path: Path):
    def look(content: bytes, name: str = "文件", **options) -> Inspection:
        path = tmp_path / "content"
        path.write_bytes(content)
        into = tmp_path / "into"
        into.mkdir(exist_ok=True)
        return inspect(path, name, "", into=into, **options)

    return look
