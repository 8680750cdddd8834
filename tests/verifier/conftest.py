"""The checker is a distribution of its own; its tests find it beside the checkout."""

import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "verifier" / "src"))

from tests.verifier.chains import SITUATIONS, Situation  # noqa: E402


@cache
def _made(name: str) -> Situation:
    return SITUATIONS[name]()


@pytest.fixture(params=list(SITUATIONS))
def each_situation(request: pytest.FixtureRequest) -> Situation:
    """Every situation, made once."""
    return _made(request.param)


@pytest.fixture
def situations():
    """By name, made once."""
    return _made
