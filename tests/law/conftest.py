"""The shipped lawbook, read once for all tests of the law floor."""

import pytest

from tianping.law.calendar import CourtCalendar
from tianping.law.lawbook import Lawbook, load


@pytest.fixture(scope="session")
def law() -> Lawbook:
    return load()


@pytest.fixture(scope="session")
def calendar(law: Lawbook) -> CourtCalendar:
    return law.calendar
