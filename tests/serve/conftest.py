"""One indexed help center for all server tests, copies of it to change, and one server to ask."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve.running import Server, serving


@pytest.fixture(scope="package")
def unchanged(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed help center that no test of a server changes."""
    return Path(shutil.copytree(indexed, tmp_path_factory.mktemp("serve") / "shop help"))


@pytest.fixture
def root(unchanged: Path, tmp_path: Path) -> Path:
    """An indexed help center of the test's own."""
    return Path(shutil.copytree(unchanged, tmp_path / "help"))


@pytest.fixture(scope="package")
def server(unchanged: Path) -> Iterator[Server]:
    """A running server that no test changes."""
    with serving(unchanged) as running:
        yield running
