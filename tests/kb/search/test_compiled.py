"""The loops that are compiled where there is a compiler, held to what Python makes of the same files."""

import shutil
import sys
from copy import copy
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatch_build import LOOPS, compile_loops
from kb.search import hits, ranking, scores
from kb.search.engine import Engine
from kb.search.expansion import Expander
from kb.search.generation import Generation
from kb.search.judged import read_queries
from kb.search.query import parse
from kb.search.snippets import Written
from tests.builders import REPOSITORY
from tests.compiler import compiled_modules

SEARCH = REPOSITORY / "kb" / "search"
RUNNING = SimpleNamespace(scores=scores, hits=hits, ranking=ranking)
compiled = pytest.mark.skipif(
    not compiled_modules(),
    reason="nothing is compiled here, for want of a C compiler: there is nothing to compare",
)


@pytest.fixture(scope="module")
def by_python() -> SimpleNamespace:
    """The modules with loops, and the ranking that calls them, none of them compiled."""
    names = [f"kb.search.{name}" for name in (*LOOPS, "ranking")]
    kept = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    loaded = {}
    try:
        for name in names:
            loader = SourceFileLoader(name, str(SEARCH / f"{name.rpartition('.')[2]}.py"))
            spec = spec_from_loader(name, loader)
            assert spec
            sys.modules[name] = loaded[name.rpartition(".")[2]] = module_from_spec(spec)
            loader.exec_module(sys.modules[name])
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(kept)
    return SimpleNamespace(**loaded)


def _found(modules: Any, generation: Generation, text: str) -> tuple[list[Any], list[list[Written]]]:
    """What a query gets, to the last bit, and where its words stand in what is shown."""
    expanded = Expander(generation).expand(parse(text))
    postings = modules.scores.Postings(
        generation.start, generation.article, generation.impact, len(generation.slugs)
    )
    total = postings.scores(expanded)
    best = modules.scores.best_first(total, modules.scores.matching(total, 0.2), 30)
    opened = copy(generation)
    opened.layout = modules.hits.Layout(generation.evidence, generation.positions, generation.rarity)
    ranked, hits = modules.ranking.look_closely(opened, expanded, total, best)
    written = hits.written([one.unit for one in ranked])
    said = [(hits.said_in(one.article), hits.most_alike(one.article, 5.0)) for one in ranked]
    return [total.tolist(), best, [tuple(one) for one in ranked], said], written


@compiled
def test_the_loops_that_run_are_those_of_the_sources() -> None:
    """After a change of a source: `make` compiles it again."""
    for name, built in zip(LOOPS, compiled_modules(), strict=True):
        for source in (SEARCH / f"{name}.py", SEARCH / f"{name}.pxd"):
            assert built.stat().st_mtime >= source.stat().st_mtime, f"{source} has changed: run make"


@compiled
def test_compiled_loops_rank_our_judged_queries_as_python_does(
    ours: Engine, by_python: SimpleNamespace
) -> None:
    queries, _ = read_queries(REPOSITORY / "seeds", ours.generation.slugs)
    for query in queries[::5]:
        assert _found(RUNNING, ours.generation, query.text) == _found(by_python, ours.generation, query.text)


@compiled
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_compiled_loops_rank_any_words_as_python_does(
    ours: Engine, by_python: SimpleNamespace, data: st.DataObject
) -> None:
    words = st.sampled_from(sorted(ours.generation.words))
    text = " ".join(data.draw(st.lists(words, max_size=12)))
    assert _found(RUNNING, ours.generation, text) == _found(by_python, ours.generation, text)


def test_without_a_compiler_nothing_is_compiled_and_nothing_old_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "kb" / "search"
    package.mkdir(parents=True)
    for file in (Path("kb/__init__.py"), Path("kb/search/__init__.py")):
        shutil.copy(REPOSITORY / file, tmp_path / file)
    for name in LOOPS:
        shutil.copy(SEARCH / f"{name}.py", package)
        shutil.copy(SEARCH / f"{name}.pxd", package)
        (package / f"{name}.old.so").touch()
    monkeypatch.setenv("CC", "false")
    assert compile_loops(tmp_path) == []
    assert not list(package.glob("*.so"))
