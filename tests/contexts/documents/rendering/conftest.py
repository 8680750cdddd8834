"""One press for all tests of the printing room."""

from collections.abc import Iterator

import pytest

from tianping.contexts.documents.rendering.press import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    press = Press()
    yield press
    press.close()
