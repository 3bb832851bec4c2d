"""What a page reads is noted whole, or the page has no notes at all."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from kb.export.watch import Watch
from kb.helpcenter import HelpCenter
from kb.model import Article, Notice, Site, Topic


class Center:
    """A help center of which anything can be changed."""

    def __init__(self) -> None:
        self.site = Site("Shop")
        self.topics = (Topic("orders", "Orders"),)
        self.notices = (Notice("Busy.", start=datetime(2026, 7, 2, 1, tzinfo=ZoneInfo("Europe/London"))),)
        self.ledger = object()
        self.titles = {"a": "A", "b": "B", "half": "\ud800"}
        self.stamps: dict[str, str] = {}

    def article(self, slug: str) -> Article | None:
        title = self.titles.get(slug)
        return Article(slug, title, "", f"{slug}.md") if title else None

    def stamp(self, slug: str) -> str | None:
        return self.stamps.get(slug)

    def related(self, slugs: tuple[str, ...]) -> tuple[Article, ...]:
        return tuple(found for slug in slugs if (found := self.article(slug)))

    def outline(self) -> Iterator[Article]:
        return iter(())

    def message(self, translate: Callable[[str], str]) -> str:
        return translate("x")

    def markdown(self, article: Article) -> str:
        return article.title

    def search(self, query: str) -> str:
        raise OSError


@pytest.fixture
def center() -> Center:
    return Center()


@pytest.fixture
def watch(center: Center) -> Watch:
    return Watch(cast("HelpCenter", center))


def again(center: Center) -> Watch:
    """The watch of a later export."""
    return Watch(cast("HelpCenter", center))


def test_reads_hold_until_an_answer_is_another(center: Center, watch: Watch) -> None:
    asked: Any = watch.center
    made, reads = watch.reads_of(lambda: (asked.article("a"), asked.related(("b", "c")), asked.topics))
    assert made == (center.article("a"), center.related(("b",)), center.topics)
    assert reads is not None
    assert again(center).holds(reads)
    for key, value in (("a", "AA"), ("b", "BB"), ("c", "C"), ("b", "")):
        was = dict(center.titles)
        center.titles[key] = value
        assert not again(center).holds(reads), (key, value)
        center.titles = was
    center.topics = (Topic("orders", "Orders", summary="x"),)
    assert not again(center).holds(reads)


def test_an_article_with_a_stamp_is_known_by_it_without_being_read(center: Center, watch: Watch) -> None:
    center.stamps["a"] = "first"
    _, reads = watch.reads_of(lambda: watch.center.article("a"))
    assert reads is not None
    del center.titles["a"]
    assert again(center).holds(reads), "nobody looks at the article itself"
    center.stamps["a"] = "second"
    assert not again(center).holds(reads)
    del center.stamps["a"]
    assert not again(center).holds(reads)


def test_what_was_not_there_is_a_read_too(center: Center, watch: Watch) -> None:
    _, reads = watch.reads_of(lambda: watch.center.article("new"))
    assert reads is not None
    center.titles["new"] = "New"
    assert not again(center).holds(reads)


def test_only_what_the_page_in_hand_reads_is_noted(center: Center, watch: Watch) -> None:
    watch.center.article("b")
    watch.reads_of(lambda: watch.center.article("b"))
    watch.center.article("b")
    _, reads = watch.reads_of(lambda: watch.center.article("a"))
    assert reads is not None
    assert [asked for asked, _ in reads] == [("article", ("a",))]


def test_moments_count_with_their_offset(center: Center, watch: Watch) -> None:
    _, reads = watch.reads_of(lambda: watch.center.notices)
    assert reads is not None
    assert again(center).holds(reads)
    center.notices = (Notice("Busy.", start=datetime(2026, 7, 2, tzinfo=UTC)),)
    assert not again(center).holds(reads)


@pytest.mark.parametrize(
    "make",
    [
        lambda watch: watch.now(),
        lambda watch: watch.center.ledger,
        lambda watch: watch.center.outline(),
        lambda watch: watch.center.message(str),
        lambda watch: watch.center.article(slug="a"),
        lambda watch: watch.center.markdown(watch.center.article("a")),
        lambda watch: watch.center.related(("half",)),
    ],
    ids=[
        "the moment",
        "a door",
        "an iterator",
        "a function given",
        "a name given",
        "more than a name given",
        "half a character",
    ],
)
def test_what_cant_be_asked_again_leaves_no_notes(watch: Watch, make: Callable[[Watch], object]) -> None:
    _, reads = watch.reads_of(lambda: (make(watch), watch.center.site))
    assert reads is None


def test_an_error_that_a_page_lives_with_leaves_no_notes(watch: Watch) -> None:
    def make() -> None:
        with suppress(OSError):
            watch.center.search("x")

    assert watch.reads_of(make) == (None, None)
