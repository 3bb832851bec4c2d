"""The search in JavaScript, on a page from file://: it says what the one in Python says."""

import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from kb.export import bundle, content
from kb.export.specification import specification
from kb.model import Site as ShopSite
from kb.search.analysis import WORD, fold, stem
from kb.search.engine import Engine
from kb.search.judged import read_queries
from tests.bench.parity import HOSTILE, differences, generated, offline_page, titles
from tests.browser.conftest import Visit
from tests.browser.pages import Site
from tests.kb.search.libraries import article, engine, shop

PARTS = Path(bundle.__file__).with_name("offline")
MADE = 400
SYNONYMS = "parcel, package, small box\nrefund => money back\n"

ODD = (
    article("no-text", "Nothing here but a title"),
    article("summary-only", "Opening hours", "", summary="We are open on weekdays."),
    article("empty-title-word", "The", "Only a stop word above, and parcels below."),
    article(
        "astral",
        "\U0001d573ello \U00020000 parcel",
        "\U0001f4e6 " * 70 + "the parcel \U0001d573ello " + "\U0001f4e6 x " * 70,
    ),
    article("long", "One long word", f"{'ab' * 300} parcel {'cd' * 300} " + "and so on " * 60),
    article("marks", "Quotes & <tags>", "Is 'it' \"safe\" <b>& sound</b>? A parcel."),
    article("accents", "Café à la carte", "Crème brûlée, naïve, Ünïcödé, İstanbul, straße, ﬁne, ½."),
    article("greek", "ΣΑΣ Σας", "\u039f παραλήπτης του δέματος."),
    article(
        "twice",
        "Twice the same",
        "A parcel is late.\nA parcel is late.",
        sections=[("Late", "A parcel is late.")],
    ),
    article(
        "headings",
        "Parcels",
        "Intro.",
        sections=[("Where is it?", "It is late."), ("  ", "No heading."), ("E-mail & SMS by Wi-Fi", "")],
    ),
    article(
        "asked",
        "Tracking",
        "See the map.",
        questions=["where is my parcel", "Has it been lost"],
        topic="orders/late",
    ),
    article(
        "keyed", "Payments", "Cards.", keywords=["visa", "gift card"], topic="orders", summary="How to pay."
    ),
    article("joined", "Giftcard balance", "A giftcard has a balance. HEM-7120 v2.0.1 snake_case."),
    article("topic-2020", "Old notices", "Refunds of the year.", topic="2020"),
)
"""Articles with what help centers seldom have, and one of two implementations forgets."""


def told(engine: Engine, page: Page, queries: list[str]) -> list[str]:
    """The queries that the two answer differently, in words."""
    return [
        f"{one.query!r}: {one.part}: {one.python} / {one.javascript}"
        for one in differences(engine, page, queries)
    ]


@pytest.fixture(scope="module")
def ours(site: Site) -> Engine:
    """The engine of the server's own help center."""
    return Engine(site.center.place.index)


@pytest.fixture(scope="module")
def our_page(browser: Browser, ours: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with offline_page(browser, ours, tmp_path_factory.mktemp("export")) as page:
        yield page


@pytest.fixture
def odd(tmp_path: Path) -> Engine:
    return engine(tmp_path / "index", *ODD, synonyms=SYNONYMS)


def test_judged_queries_and_titles_are_answered_as_on_the_server(
    ours: Engine, our_page: Page, site: Site
) -> None:
    judged = [query.text for query in read_queries(site.center.place.seeds, ours.generation.slugs)[0]]
    assert told(ours, our_page, judged + titles(ours)) == []


def test_slips_phrases_filters_and_hostile_texts_are_answered_as_on_the_server(
    ours: Engine, our_page: Page
) -> None:
    queries = [*HOSTILE, *generated(ours, titles(ours), MADE)]
    different = told(ours, our_page, queries)
    assert len(different) <= len(queries) // 1000, different


def test_odd_articles_in_small_chunks_are_found_and_shown_as_on_the_server(
    browser: Browser, odd: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "EVIDENCE_TOKENS", 20)
    monkeypatch.setattr(content, "PASSAGE_BYTES", 100)
    words = sorted(odd.generation.words)
    queries = [*HOSTILE, *words, *titles(odd), *generated(odd, [*titles(odd), *words], 150)]
    with offline_page(browser, odd, tmp_path / "out") as page:
        assert told(odd, page, queries) == []


def test_what_is_the_shops_own_is_passed_over_as_on_the_server(browser: Browser, tmp_path: Path) -> None:
    site = ShopSite("Harrow & Finch", order_number="HF-204815")
    ours = shop(tmp_path / "index", *site.own)
    queries = [
        "harrow and finch returns",
        "Harrow Finch",
        "harrowfinch returns",
        "finch returns",
        "harrow & fnich",
        "returns for HF-204815",
        "hf-204815",
    ]
    with offline_page(browser, ours, tmp_path / "out", site) as page:
        assert told(ours, page, queries) == []


def test_a_library_without_articles_finds_nothing_useful(browser: Browser, tmp_path: Path) -> None:
    empty = engine(tmp_path / "index")
    with offline_page(browser, empty, tmp_path / "out") as page:
        assert told(empty, page, ["parcel", "", '"a b" -c topic:d']) == []


def test_a_topic_narrows_as_on_the_server(ours: Engine, our_page: Page) -> None:
    for topic in ("payments", "nowhere", ours.generation.topics[-1]):
        shown = our_page.evaluate("topic => helpCenterSearch.search('order card', { topic })", topic)
        assert [one["slug"] for one in shown["results"]] == [
            one.slug for one in ours.search("order card", topic).results
        ]


@pytest.fixture
def parts(browser: Browser, ours: Engine, site: Site) -> Iterator[Page]:
    """A page with the parts of the search that know no index, and the specification."""
    page = browser.new_page()
    for name in ("snowball/base-stemmer.js", "snowball/english-stemmer.js", "dense.js", "analysis.js"):
        page.add_script_tag(content=(PARTS / name).read_text(encoding="utf-8"))
    page.evaluate(
        "given => { window.analyzer = new Analyzer(given) }", specification(ours.generation, site.center.site)
    )
    yield page
    page.close()


def test_every_character_there_is_belongs_to_words_or_not_in_both(parts: Page) -> None:
    found = parts.evaluate(
        """() => {
          const found = [];
          for (let code = 0; code <= 0x10ffff; code++) {
            if (String.fromCodePoint(code).match(analyzer.word)) found.push(code);
          }
          return found;
        }"""
    )
    assert found == [code for code in range(sys.maxunicode + 1) if WORD.match(chr(code))]


def test_every_character_of_words_is_folded_alike(parts: Page) -> None:
    """As far as both know it: one of the two may be of a newer Unicode."""
    codes = [code for code in range(sys.maxunicode + 1) if WORD.match(chr(code))]
    known = parts.evaluate(
        "codes => codes.filter((code) => /[\\p{L}\\p{N}]/u.test(String.fromCodePoint(code)))", codes
    )
    assert len(known) > 0.9 * len(codes)
    folded = parts.evaluate("codes => codes.map((code) => fold('x' + String.fromCodePoint(code)))", known)
    different = [hex(code) for code, text in zip(known, folded, strict=True) if text != fold(f"x{chr(code)}")]
    assert different == []


def test_spaces_are_the_same(parts: Page) -> None:
    spaces = parts.evaluate(
        """() => Array.from({ length: 0x3001 }, (_, code) => code)
                 .filter((code) => SPACE_RUN.test(String.fromCodePoint(code)))"""
    )
    assert spaces == [code for code in range(0x3001) if chr(code).isspace()]
    assert not any(chr(code).isspace() for code in range(0x3001, sys.maxunicode + 1))


def test_words_have_the_same_stems(parts: Page, ours: Engine) -> None:
    chance = random.Random(5)
    endings = ["", "s", "'s", "ed", "ing", "ingly", "ies", "ational", "fulness", "y", "yed", "\U00020000s"]
    known = [
        *ours.generation.words,
        *(unicodedata.name(chr(code)).split()[-1].lower() for code in range(65, 91)),
    ]
    words = [word + chance.choice(endings) for word in known for _ in range(3)]
    stems = parts.evaluate("words => words.map((word) => analyzer.stem(word))", words)
    different = [(word, found) for word, found in zip(words, stems, strict=True) if found != stem(word)]
    assert different == []


def test_only_files_of_the_export_are_asked_for(
    visit: Visit, ours: Engine, site: Site, tmp_path: Path
) -> None:
    """And only the index and some chunks before the first answer."""
    somebody = visit()
    bundle.write_search(ours.generation, site.center.site, tmp_path)
    (tmp_path / "index.html").write_text("<!doctype html><meta charset=utf-8><script src=search.js></script>")
    somebody.page.goto((tmp_path / "index.html").as_uri())
    assert not [url for url in somebody.asked_for if url.endswith("index.js")]  # not before it is needed
    found = somebody.page.evaluate("helpCenterSearch.search('where is my parcel')")
    assert found["verdict"] == "answered"
    assert all(url.startswith(tmp_path.as_uri()) for url in somebody.asked_for)
    assert somebody.page.evaluate("document.scripts.length") <= 2  # those that have served are gone


def test_a_missing_file_is_said_and_asked_for_again(browser: Browser, odd: Engine, tmp_path: Path) -> None:
    with offline_page(browser, odd, tmp_path / "out") as page:
        [chunk] = (tmp_path / "out").glob("*/evidence-0.js")
        away = chunk.rename(tmp_path / "away.js")
        with pytest.raises(Error, match=re.escape("load the page again")):
            page.evaluate("helpCenterSearch.search('parcel')")
        away.rename(chunk)
        assert page.evaluate("helpCenterSearch.search('parcel')")["results"]


def test_who_waits_for_a_file_that_somebody_else_did_not_get_asks_for_it_again(
    browser: Browser, odd: Engine, tmp_path: Path
) -> None:
    with offline_page(browser, odd, tmp_path / "out") as page:
        page.evaluate(
            """() => {
              const append = document.head.append.bind(document.head);
              let missed = false;
              document.head.append = (script) => {
                if (!missed && script.src.includes("evidence-0")) [script.src, missed] = ["gone.js", true];
                append(script);
              };
            }"""
        )
        ends = page.evaluate(
            """() => Promise.allSettled([1, 2].map(() => helpCenterSearch.search("parcel")))
                     .then((ends) => ends.map(({ status }) => status))"""
        )
        assert ends[1] == "fulfilled"


def test_answers_asked_for_at_once_do_not_mix(our_page: Page) -> None:
    queries = ["refund", "gift card", "delivery", "password"]
    alone = [our_page.evaluate("query => helpCenterSearch.search(query)", query) for query in queries]
    at_once = our_page.evaluate(
        "queries => Promise.all(queries.map((query) => helpCenterSearch.search(query)))", queries
    )
    assert at_once == alone
