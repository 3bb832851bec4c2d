"""The repository's own help center, indexed once for all tests of the search."""

from pathlib import Path

import pytest

from kb.building import read
from kb.place import Place
from kb.search.engine import Engine
from kb.search.index import build_index
from kb.search.synonyms import read_synonyms

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="package")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over the repository's own articles, in an index of the tests' own."""
    home, place = tmp_path_factory.mktemp("ours"), Place.at(REPOSITORY)
    build_index(home, read(place), synonyms=read_synonyms(place.seeds / "synonyms.txt"))
    return Engine(home)
