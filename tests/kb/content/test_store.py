"""Articles on disk: what goes in comes out."""

import tempfile
import threading
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kb.content.store
from kb.content.store import ArticleStore, StoreWriter
from kb.model import Article, Section, Topic

FULL = Article(
    slug="größe-ändern",
    title="Größe “ändern” & mehr",
    topic="returns/abroad",
    path="Returns/Abroad/Größe ändern.md",
    summary="S",
    questions=("too small?", "too\nbig?"),
    keywords=("size",),
    aliases=("old-size", "older-size"),
    related=("track", "gone"),
    updated=date(2026, 10, 28),
    order=5,
    draft=True,
    retired=True,
    successor="exchange",
    sections=(Section("", "", 0, "Intro 日本"), Section("a", "A", 2, "One\nTwo"), Section("b", "B", 3, "")),
    html='<p>Intro</p>\n<h2 id="a">A</h2>',
)


def bare(article: Article) -> Article:
    """As the store gives it back: sections without their text, which the index holds."""
    fields = {name: getattr(article, name) for name in Article.__slots__}
    sections = tuple(Section(one.anchor, one.heading, one.level, "") for one in article.sections)
    return Article(**{**fields, "sections": sections})


def stored(folder: Path, *articles: Article, topics: tuple[Topic, ...] = ()) -> ArticleStore:
    with StoreWriter(folder / "articles.sqlite") as writer:
        for article in articles:
            writer.put(article, kb.content.store.stored(article))
        writer.finish(articles, topics)
    return ArticleStore(folder / "articles.sqlite")


def test_an_article_comes_out_as_it_went_in(tmp_path: Path) -> None:
    store = stored(tmp_path, FULL, Article("plain", "Plain", "", "plain.md"))
    assert store.article("größe-ändern") == bare(FULL)
    assert store.article("plain") == Article("plain", "Plain", "", "plain.md")
    assert store.article("gone") is None


def test_topics_come_out_in_order(tmp_path: Path) -> None:
    topics = (Topic("z", "Z", "S", "box"), Topic("a", "A"), Topic("a/b", "B"))
    assert stored(tmp_path, FULL, topics=topics).topics == topics


def test_an_old_address_leads_to_the_one_in_use(tmp_path: Path) -> None:
    store = stored(tmp_path, FULL, Article("b", "B", "", "b.md", aliases=("old-size", "bee")))
    assert (store.alias("older-size"), store.alias("bee")) == ("größe-ändern", "b")
    assert store.alias("old-size") in ("größe-ändern", "b")
    assert store.alias("b") is None


def test_a_topics_articles_follow_their_order_then_their_titles(tmp_path: Path) -> None:
    titles = [("Zebra", 1), ("apple", None), ("Banana", None), ("Mango", 2), ("Early", 0)]
    articles = [Article(title.lower(), title, "t", f"t/{title}.md", order=order) for title, order in titles]
    store = stored(tmp_path, *articles, Article("other", "Other", "t/u", "t/u/other.md"))
    assert [one.title for one in store.in_topic("t")] == ["Early", "Zebra", "Mango", "apple", "Banana"]
    assert list(store.in_topic("nowhere")) == []
    assert [one.title for one in store.all()] == ["Early", "Zebra", "Mango", "apple", "Banana", "Other"]


def test_topics_take_turns_as_far_as_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c = (Article(f"a-{name}", name, "a", f"a/{name}.md") for name in "abc")
    d, e = (Article(f"b-{name}", name, "b/c", f"b/c/{name}.md") for name in "de")
    topics = (Topic("b", "B"), Topic("b/c", "C"), Topic("a", "A"))
    store = stored(tmp_path, replace(a, retired=True), b, c, d, e, topics=topics)
    assert [one.title for one in store.in_turn()] == ["d", "b", "e", "c"]
    read = Mock(wraps=kb.content.store._card)
    monkeypatch.setattr(kb.content.store, "_card", read)
    assert [one.title for one in islice(store.in_turn(), 2)] == ["d", "b"]
    assert read.call_count == 3  # with the retired one


def test_a_file_is_known_by_its_path(tmp_path: Path) -> None:
    store = stored(tmp_path, Article("größe", "Size", "t", "t/Größe.md"), Article("b", "B", "", "b.md"))
    assert store.paths() == {"t/Größe.md": "größe", "b.md": "b"}


def test_cards_are_articles_without_their_html(tmp_path: Path) -> None:
    store = stored(tmp_path, FULL, Article("plain", "Plain", "", "plain.md", html="<p>x</p>"))
    cards = store.cards(["plain", "gone", FULL.slug])
    assert set(cards) == {"plain", FULL.slug}
    assert cards["plain"].html == ""
    assert [one.heading for one in cards[FULL.slug].sections] == ["", "A", "B"]
    assert store.cards([]) == {}


def test_many_threads_read_one_store(tmp_path: Path) -> None:
    articles = [Article(f"a{n}", f"A {n}", "t", f"t/a{n}.md", html=f"<p>{n}</p>") for n in range(50)]
    store = stored(tmp_path, *articles)
    wrong: list[str] = []

    def read() -> None:
        wrong.extend(one.slug for one in articles * 4 if store.article(one.slug) != one)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(texts, texts, st.lists(texts, max_size=3), st.none() | st.dates(), st.none() | st.integers())
def test_any_text_comes_out_as_it_went_in(
    title: str, html: str, questions: list[str], updated: date | None, order: int | None
) -> None:
    one = Article("a", title, "", "a.md", html=html, questions=tuple(questions), updated=updated, order=order)
    with tempfile.TemporaryDirectory() as folder:
        assert stored(Path(folder), one).article("a") == one
