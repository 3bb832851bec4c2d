"""The front door: one help center opened for use, over files as they are."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb import building
from kb.contact.orders_http import HttpOrders
from kb.errors import KBError
from kb.helpcenter import HelpCenter
from kb.place import Place
from kb.search.generation import IndexUnusableError
from tests.builders import article, help_center, write

FILES: dict[str, str | bytes] = {
    "articles/orders/track.md": article(
        "Track an order", "Open it.\n\n## Steps\n\nx", order=1, related=["late", "gone-for-good", "old"]
    ),
    "articles/orders/cancel.md": article("Cancel an order", order=2, aliases=["Stop it"]),
    "articles/orders/old.md": article("Old way", retired=True, successor="track"),
    "articles/orders/soon.md": article("Coming soon", draft=True),
    "articles/orders/mug.png": b"png",
    "articles/delivery/late.md": article("A late parcel", "Wait two days for the carrier."),
    "articles/delivery/abroad/customs.md": article("Customs"),
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return help_center(tmp_path, FILES)


def opened(place: Place) -> HelpCenter:
    building.build(place)
    return HelpCenter(place)


def files_below(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(f): (f.read_bytes(), f.stat().st_mtime_ns) for f in sorted(folder.rglob("*")) if f.is_file()}


def test_a_help_center_may_be_opened_while_its_index_is_built_and_says_so_when_there_is_none(
    place: Place,
) -> None:
    with pytest.raises(IndexUnusableError, match="there is no index yet"):
        HelpCenter(place)
    center = HelpCenter(place, index_later=True)
    assert center.site.name
    with pytest.raises(IndexUnusableError, match="there is no index yet"):
        center.article("track")
    building.build(place)
    assert center.article("track") is not None


def test_topics_come_in_menu_order_with_those_inside_them(place: Place) -> None:
    center = opened(place)
    assert [topic.path for topic in center.topics] == ["orders", "delivery", "delivery/abroad"]
    assert center.topic("delivery/abroad") is not None
    assert center.topic("nowhere") is None


def test_a_topic_shows_its_own_articles_in_order_without_retired_ones_and_drafts(place: Place) -> None:
    center = opened(place)
    assert [one.slug for one in center.topic_articles("orders")] == ["track", "cancel"]
    assert [one.slug for one in center.topic_articles("delivery")] == ["late"]


def test_all_articles_are_those_that_customers_should_find(place: Place) -> None:
    slugs = {"track", "cancel", "late", "customs"}
    assert {one.slug for one in opened(place).articles()} == slugs
    assert {one.slug for one in opened(replace(place, for_writers=True)).articles()} == slugs


def test_an_article_can_be_had_as_markdown_with_links_that_lead_somewhere(place: Place) -> None:
    write(
        place.articles, {"delivery/late.md": article("Late", "[T](../orders/track.md#steps)", keywords=["x"])}
    )
    center = opened(place)
    late = center.article("late")
    assert late is not None
    text = "---\ntitle: Late\n---\n\n[T](http://127.0.0.1:8000/articles/track#steps)\n"
    assert center.markdown(late) == text
    (place.articles / "delivery" / "late.md").unlink()
    assert center.markdown(late) is None


def test_the_stamp_of_an_article_is_another_whenever_anything_of_it_is(place: Place) -> None:
    seen = {opened(place).stamp("late")}
    for text in (article("Late", "Now."), article("Later", "Now."), article("Later", "Now.", keywords=["x"])):
        write(place.articles, {"delivery/late.md": text})
        seen.add(opened(place).stamp("late"))
    assert len(seen) == 4
    assert opened(place).stamp("late") in seen
    assert opened(place).stamp("nowhere") is None


def test_when_all_is_well_nothing_is_failing(place: Place) -> None:
    assert opened(place).failing() == ()


def test_what_cannot_be_used_is_named(place: Place) -> None:
    center = opened(place)
    store = center.generation.folder / "articles.sqlite"
    with closing(sqlite3.connect(store)) as rows, rows:
        rows.execute("UPDATE article SET html = ?", (b"damaged",))
    assert center.failing() == ("index",)
    store.write_bytes(b"\xff" * store.stat().st_size)
    place.database.write_bytes(b"no database" * 100)
    assert center.failing() == ("index", "database")


def test_damage_that_keeps_a_files_size_is_noticed_and_healed_by_the_next_build(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    center = opened(place)
    for name in ("impact.npy", "terms.txt"):
        file = center.generation.folder / name
        written = file.read_bytes()
        file.write_bytes(b"\xff" * len(written))
        assert center.failing() == ("index",)
        assert not building.index_is_fresh(place)
        file.write_bytes(written)
    assert center.failing() == ()
    file.write_bytes(b"\xff" * len(written))
    assert opened(place).search("late parcel").results
    assert "terms.txt is not as it was written. Build it again: kb index" in caplog.text


def test_a_generation_that_is_open_and_was_removed_is_not_failing(place: Place) -> None:
    center = opened(place)
    assert center.article("track")
    shutil.rmtree(center.generation.folder)
    (place.index / "CURRENT").unlink()
    assert center.failing() == ()


def test_a_draft_is_served_only_to_writers(place: Place) -> None:
    assert opened(place).article("soon") is None
    assert opened(replace(place, for_writers=True)).article("soon") is not None


def test_a_retired_article_is_kept_for_its_address_but_never_found(place: Place) -> None:
    center = opened(place)
    old = center.article("old")
    assert old is not None
    assert (old.retired, old.successor) == (True, "track")
    assert "old" not in center.slugs
    assert "old" not in [result.slug for result in center.search("old way").results]


def test_an_old_slug_leads_to_the_article_in_use(place: Place) -> None:
    center = opened(place)
    assert center.alias("stop-it") == "cancel"
    assert center.alias("cancel") is None


def test_related_articles_are_those_that_are_there_in_the_writers_order(place: Place) -> None:
    center = opened(place)
    track = center.article("track")
    assert track is not None
    assert [one.slug for one in center.related(track.related)] == ["late"]


def test_the_most_needed_articles_are_the_first_of_each_topic(place: Place) -> None:
    assert [one.slug for one in opened(place).most_needed(4)] == ["track", "late", "customs", "cancel"]


def test_a_picture_beside_an_article_is_an_asset_and_the_article_is_not(place: Place) -> None:
    center = opened(place)
    assert center.asset("orders/mug.png") == place.articles / "orders/mug.png"
    assert center.asset("orders/track.md") is None
    assert center.asset("../seeds/site.yaml") is None


def test_a_drawing_is_an_asset_as_long_as_it_runs_no_script(place: Place) -> None:
    center, drawing = opened(place), place.articles / "orders/box.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>')
    assert center.asset("orders/box.svg") == drawing
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')
    assert center.asset("orders/box.svg") is None


def test_a_search_finds_an_article_and_the_channels_are_all_offered(place: Place) -> None:
    center = opened(place)
    assert center.search("late parcel").results[0].slug == "late"
    assert {route.channel.id for route in center.routes("late parcel")} == {"chat", "email"}


def test_a_misspelt_problem_gets_the_channel_of_what_was_meant(place: Place) -> None:
    rules = "defaults: {chat: quick, email: slow}\nrules:\n"
    rules += "  - {id: late, when: {words: [parcels]}, channels: {email: about a parcel}}\n"
    (place.seeds / "routing.yaml").write_text(rules, encoding="utf-8")
    center = opened(place)
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert center.routes("wheres my parsel", now=noon)[0].channel.id == "email"
    assert center.routes("wheres my mug", now=noon)[0].channel.id == "chat"


def test_the_topic_of_the_nearest_article_decides_where_no_rule_knows_the_words(place: Place) -> None:
    rules = "defaults: {chat: quick, email: slow}\nrules:\n"
    rules += "  - {id: late, when: {topics: [delivery]}, channels: {email: about a parcel}}\n"
    (place.seeds / "routing.yaml").write_text(rules, encoding="utf-8")
    center = opened(place)
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert center.routes("how long must i wait for a late parcel", now=noon)[0].channel.id == "email"
    assert center.usual_routes("how long must i wait for a late parcel")[0].channel.id == "email"
    assert (
        center.routes("how long must i wait for a late parcel", topic="orders", now=noon)[0].channel.id
        == "chat"
    )
    assert center.routes("does the pope sing", now=noon)[0].channel.id == "chat"


def test_a_rule_for_a_topic_within_another_knows_its_articles_and_no_others(place: Place) -> None:
    rules = "defaults: {chat: quick, email: slow}\nrules:\n"
    rules += "  - {id: abroad, when: {topics: [delivery/abroad]}, channels: {email: about customs}}\n"
    (place.seeds / "routing.yaml").write_text(rules, encoding="utf-8")
    center = opened(place)
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert center.routes(article="customs", now=noon)[0].reason == "about customs"
    assert center.routes(topic="delivery/abroad", now=noon)[0].reason == "about customs"
    assert center.routes(article="late", now=noon)[0].reason == "quick"


def test_a_message_mentions_the_article_it_came_from(place: Place) -> None:
    center = opened(place)
    assert "A late parcel" in center.message("it never came", "late").body
    assert center.message("it never came", "no-such-article").body


def test_a_message_names_all_that_was_read_once_each(place: Place) -> None:
    message = opened(place).message("it never came", "late", tried=["customs", "late", "no-such-article"])
    assert message.tried == "I read “A late parcel” and “Customs”."


@pytest.mark.parametrize("change", ["articles/orders/track.md", "seeds/topics.yaml", "seeds/synonyms.txt"])
def test_the_index_is_stale_as_soon_as_a_file_it_was_made_from_changes(place: Place, change: str) -> None:
    assert not building.index_is_fresh(place)
    building.build(place)
    assert building.index_is_fresh(place)
    file = place.root / change
    file.write_bytes(file.read_bytes() + b"\n# more\n")
    assert not building.index_is_fresh(place)


@pytest.mark.parametrize("name", ["site.yaml", "channels.yaml", "routing.yaml"])
def test_broken_seeds_are_named_before_anything_is_served(place: Place, name: str) -> None:
    building.build(place)
    (place.seeds / name).write_text("x: [\n")
    with pytest.raises(KBError, match=rf"seeds/{name}:2: not valid YAML"):
        HelpCenter(place)


def test_a_foreign_tree_is_served_as_it_is_and_nothing_is_written_beside_it(tmp_path: Path) -> None:
    shop = help_center(tmp_path / "shop")
    tree = write(
        tmp_path / "My docs & more",
        {
            "Getting started & more/First steps.md": "# First steps\n\nUnpack the printer.\n\n![x](a b.png)",
            "Getting started & more/a b.png": b"png",
            "Getting started & more/README.md": "---\nlayout: [post]\ndate: 2020\n7: x\n---\nOverview.",
            "loose_page.MD": "No heading, no front matter.",
            "deep/er & er/Ünïcode 日本.md": "---\ntitle: 'Deep: down'\nweight: {a: 1}\n---\nText.",
            "broken.md": b"\0",
        },
    )
    before = files_below(tree)
    place = Place.at(shop.root, tree)
    library = building.build(place)
    assert [(p.path, p.line) for p in library.problems] == [(f"{tree}/broken.md", 1)]
    center = HelpCenter(place)
    titles = {slug: found.title for slug in center.slugs if (found := center.article(slug))}
    assert titles == {
        "first-steps": "First steps",
        "getting-started-more": "Getting started & more",
        "loose-page": "Loose page",
        "ünïcode-日本": "Deep: down",
    }
    assert [(topic.path, topic.title) for topic in center.topics] == [
        ("deep", "deep"),
        ("deep/er-er", "er & er"),
        ("getting-started-more", "Getting started & more"),
    ]
    assert center.asset("Getting started & more/a b.png") is not None
    assert center.search("unpack the printer").results[0].slug == "first-steps"
    assert files_below(tree) == before


def test_each_foreign_tree_has_an_index_of_its_own(tmp_path: Path) -> None:
    shop = help_center(tmp_path / "shop")
    trees = [write(tmp_path / name, {f"{name}.md": f"# {name}"}) for name in ("one", "two")]
    places = [shop, *(Place.at(shop.root, tree) for tree in trees)]
    for place in places:
        building.build(place)
    assert [HelpCenter(place).slugs for place in places] == [["track"], ["one"], ["two"]]
    assert all(place.index.is_relative_to(shop.root / ".kb") for place in places)


def test_our_own_articles_named_another_way_are_no_foreign_tree(place: Place) -> None:
    assert not Place.at(place.root, place.root / "seeds/../articles").foreign


def test_a_line_end_behind_the_orders_token_is_none_of_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header can hold none, and variables are often read from files that end with one."""
    monkeypatch.setenv("KB_ORDERS_TOKEN", "secret\n")
    write(place.root, {"seeds/site.yaml": "name: S\norders_url: https://shop.example/orders\n"})
    assert opened(place).orders == HttpOrders("https://shop.example/orders", "secret")
