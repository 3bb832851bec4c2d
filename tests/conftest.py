"""What holds for every test: property tests look at the same examples in every run.

And our own help center, with its index built once for all tests that serve it.
"""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.serve.running import indexed_help_center

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our help center, indexed, which no test changes: each that would takes a copy."""
    return indexed_help_center(tmp_path_factory.mktemp("indexed") / "help")
