"""Our sums of integers against Whoosh's own BM25F, on the same index."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.analysed import UnitKind, neighbours
from kb.search.analysis import tokens
from kb.search.engine import Engine
from kb.search.fields import FIELDS, IMPACT_SCALE, K1
from kb.search.impacts import Impacts, compile_impacts
from kb.search.judged import read_queries
from kb.search.pieces import Fresh, piece
from kb.search.postings import open_postings, write_index
from kb.search.record import read_record
from kb.search.scores import best_first, matching
from tests.kb.search.conftest import REPOSITORY
from tests.kb.search.libraries import article

with warnings.catch_warnings():
    # Whoosh 2.7.4 has invalid escapes in docstrings, which Python reports once.
    warnings.simplefilter("ignore")
    from whoosh.index import open_dir
    from whoosh.query import Or, Term
    from whoosh.scoring import BM25F

WORDS = ["parcel", "card", "gift", "refund", "late", "mug", "sofa", "lamp", "invoice", "shelf"]
# Whoosh keeps a field's length in one byte, exactly up to 10 terms.
text = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
shelves = st.lists(st.tuples(text, text, text, text, text), min_size=1, max_size=9)
Shelf = list[tuple[str, str, str, str, str]]


def index_of(folder: Path, shelf: Shelf) -> Path:
    """A Whoosh index of articles with the title, question, keyword, heading and body given."""
    articles = [
        article(f"a{at}", title, body, questions=[question], keywords=[keyword], sections=[(heading, body)])
        for at, (title, question, keyword, heading, body) in enumerate(shelf)
    ]
    fresh = Fresh()
    counted = ((one.slug, fresh.add(one.slug, piece(one))) for one in articles)
    write_index(folder, counted, fresh.term_numbers)
    return folder


def impacts_of(folder: Path, articles: int) -> tuple[list[str], Impacts]:
    """All terms, and their impacts."""
    with open_postings(folder, [f"a{at}" for at in range(articles)]) as field_postings:
        record = read_record(field_postings, articles)
    return record.terms, compile_impacts(record)


def our_scores(folder: Path, articles: int, terms: list[str]) -> list[float]:
    known, impacts = impacts_of(folder, articles)
    total = np.zeros(articles, np.int64)
    for term in terms:
        if term in known:
            number = known.index(term)
            span = slice(impacts.start[number], impacts.start[number + 1])
            total[impacts.article[span]] += impacts.impact[span]
    return [score / IMPACT_SCALE for score in total.tolist()]


def whoosh_scores(folder: Path, articles: int, terms: list[str]) -> list[float]:
    weights = {f"{field.name}_B": field.b for field in FIELDS}
    query = Or([Term(field.name, term, boost=field.weight) for field in FIELDS for term in terms])
    scores = [0.0] * articles
    with open_dir(str(folder)).searcher(weighting=BM25F(K1=K1, **weights)) as searcher:
        for hit in searcher.search(query, limit=None):
            scores[int(hit["slug"][1:])] = hit.score
    return scores


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    shelf=shelves, terms=st.lists(st.sampled_from([*WORDS, "gift card"]), min_size=1, max_size=4, unique=True)
)
def test_the_sum_of_impacts_is_whooshs_bm25f(
    tmp_path_factory: pytest.TempPathFactory, shelf: Shelf, terms: list[str]
) -> None:
    folder = index_of(tmp_path_factory.mktemp("index"), shelf)
    ours = our_scores(folder, len(shelf), terms)
    theirs = whoosh_scores(folder, len(shelf), terms)
    rounding = len(terms) * 0.5 / IMPACT_SCALE + 1e-9
    assert ours == pytest.approx(theirs, rel=0, abs=rounding)


def test_the_order_is_whooshs_order(tmp_path: Path) -> None:
    shelf: Shelf = [
        ("gift card", "", "", "", "pay with a gift card or voucher at the till"),
        ("late parcel", "where is my parcel", "delay", "still late", "wait two days then ask for a refund"),
        ("refund", "when do I get my refund", "money", "", "a refund takes five days to reach a card"),
        ("sofa", "", "", "", "a sofa arrives in two parcels with one late"),
        ("", "card refused", "card", "card", "card card card"),
    ]
    folder = index_of(tmp_path, shelf)
    for terms in (["card"], ["parcel", "late"], ["refund", "card"], ["card", "refund", "gift", "sofa"]):
        ours = our_scores(folder, len(shelf), terms)
        theirs = whoosh_scores(folder, len(shelf), terms)
        found = [at for at in range(len(shelf)) if theirs[at]]
        assert [at for at in range(len(shelf)) if ours[at]] == found
        assert sorted(found, key=lambda at: -ours[at]) == sorted(found, key=lambda at: -theirs[at])


def test_the_longest_body_is_counted_as_whoosh_counts_it(tmp_path: Path) -> None:
    shelf: Shelf = [
        ("", "", "", "", "parcel " + "late " * 300),
        ("", "", "", "", "parcel"),
        ("", "", "", "", "mug"),
    ]
    folder = index_of(tmp_path, shelf)
    ours, theirs = our_scores(folder, 3, ["parcel"]), whoosh_scores(folder, 3, ["parcel"])
    assert ours == pytest.approx(theirs, rel=0.05)  # the average of rounded lengths, not of exact ones
    assert ours[1] > ours[0] > ours[2] == 0


def test_impacts_are_positive_and_each_terms_articles_ascend(tmp_path: Path) -> None:
    folder = index_of(tmp_path, [("card", "card", "", "", "late card"), ("late", "", "", "", "card")])
    terms, impacts = impacts_of(folder, 2)
    assert terms == sorted(terms)
    assert (impacts.impact > 0).all()
    for number in range(len(terms)):
        found = impacts.article[impacts.start[number] : impacts.start[number + 1]].tolist()
        assert found
        assert found == sorted(set(found))


def test_articles_without_words_have_no_impacts(tmp_path: Path) -> None:
    terms, _ = impacts_of(index_of(tmp_path, [("", "", "", "", "")]), 1)
    assert [one for one in terms if not one.startswith("a0")] == []


def test_the_ten_best_by_impacts_are_whooshs_own_ten_best(ours: Engine) -> None:
    """For the judged queries and for all headings of our own articles, in at least 99.5 of 100."""
    generation = ours.generation
    evidence = generation.evidence
    headings = np.flatnonzero(np.isin(evidence.unit_kind, (UnitKind.TITLE, UnitKind.HEADING)))
    judged, _ = read_queries(REPOSITORY / "seeds", generation.slugs)
    asked = [evidence.unit_text(int(unit)) for unit in headings] + [query.text for query in judged]
    weights = {f"{field.name}_B": field.b for field in FIELDS}
    same = 0
    with open_dir(str(generation.folder / "whoosh")).searcher(weighting=BM25F(K1=K1, **weights)) as searcher:
        for text in asked:
            words = list(dict.fromkeys(token.term for token in tokens(text)))
            known = [term for term in (*words, *neighbours(words)) if term in generation.term_number]
            query = Or([Term(field.name, term, boost=field.weight) for field in FIELDS for term in known])
            theirs = [(hit["slug"], hit.score) for hit in searcher.search(query, limit=10)]
            rounding = len(known) * 0.5 / IMPACT_SCALE + 1e-9  # so near, either may stand first
            total = np.zeros(len(generation.slugs), np.int64)
            for number in (generation.term_number[term] for term in known):
                span = slice(generation.start[number], generation.start[number + 1])
                total[generation.article[span]] += generation.impact[span]
            best = best_first(total, matching(total), 10)
            same += len(best) == len(theirs) and all(
                generation.slugs[article] == slug or abs(total[article] / IMPACT_SCALE - score) <= rounding
                for article, (slug, score) in zip(best, theirs, strict=True)
            )
    assert len(asked) > 600
    assert same >= 0.995 * len(asked), f"{same} of {len(asked)}"


def test_whoosh_alone_can_read_the_index_of_record(ours: Engine) -> None:
    """Nothing of ours is needed to open it: schema and codec are kept as Whoosh's own."""
    code = (
        "import sys, warnings; warnings.simplefilter('ignore'); from whoosh.index import open_dir\n"
        "with open_dir(sys.argv[1], readonly=True).reader() as reader:\n"
        "    print(reader.doc_count(), reader.frequency('body', 'order') > 0, 'kb' in sys.modules)\n"
    )
    folder = str(ours.generation.folder / "whoosh")
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, folder], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(len(ours.generation.slugs)), "True", "False"], done.stderr
