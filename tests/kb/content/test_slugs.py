"""Addresses: how file names and headings become them, and who keeps the short one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.content.slugs import AnchorMaker, assign_slugs, says_as_much, slugify, topic_of
from kb.errors import Severity


@pytest.mark.parametrize(
    ("title", "heading", "as_much"),
    [
        ("Track an order", "Track an order", True),
        ("Tracking your orders", "track an order", True),
        ("Create a role: Exchange 2013 Help", "Create a role", True),
        ("DTMF interface: Exchange 2013 Help", "DTMF interface in Exchange Server", True),
        ("日本語 記事", "日本語 記事", True),
        ("Refunds", "Refunds for gift cards and vouchers", False),
        ("Where is my order?", "Where is my parcel?", False),
        ("记事", "日本語", False),
        ("Refunds", "!!!", False),
    ],
)
def test_a_title_says_as_much_as_a_heading_when_it_has_most_of_its_words(
    title: str, heading: str, as_much: bool
) -> None:
    assert says_as_much(title, heading) is as_much


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Where's my parcel?", "wheres-my-parcel"),
        ("Returns & refunds (2026)", "returns-refunds-2026"),
        ("snake_case v2.0", "snake-case-v2-0"),
        ("Größe ändern", "größe-ändern"),
        ("日本語 記事", "日本語-記事"),
        ("!!!", "untitled"),
        ("", "untitled"),
    ],
)
def test_a_slug_is_lower_case_words_with_hyphens_in_any_script(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize(
    ("slugs", "clashes"),
    [
        # The shallowest keeps it, others prepend the folder they lie in.
        ({"x.md": "x", "a/x.md": "a-x", "b/x.md": "b-x", "c/d/x.md": "d-x"}, []),
        # Among equally deep ones, the alphabetically first keeps it.
        ({"a/x.md": "x", "b/x.md": "b-x"}, []),
        # One folder is not enough where it is the same: more are prepended.
        ({"a/b/x.md": "x", "c/b/x.md": "b-x", "d/b/x.md": "d-b-x"}, []),
        # Names that differ only in what an address cannot show.
        ({"a/Gift card.md": "gift-card", "b/gift-card.md": "b-gift-card"}, []),
        # A folder's own page takes the folder's name; at the top it has only its own.
        ({"returns/index.md": "returns", "refunds/README.md": "refunds", "index.md": "index"}, []),
        ({"a/returns/index.md": "returns", "b/returns/index.md": "b-returns"}, []),
        # A longer slug never takes the address of another file.
        ({"b-x.md": "b-x", "a/x.md": "x", "b/x.md": "x-2"}, ["b/x.md"]),
        # What still clashes gets a number that is free.
        ({"x-2.md": "x-2", "X.md": "x", "x.md": "x-3"}, ["x.md"]),
        ({"a/x.md": "a-x", "a/X!.md": "x", "a/x_.md": "x-2"}, ["a/x_.md"]),
    ],
)
def test_of_files_that_share_a_slug_one_keeps_it_and_the_others_prepend_folders(
    slugs: dict[str, str], clashes: list[str]
) -> None:
    found, problems = assign_slugs(sorted(slugs, reverse=True), foreign=True)
    assert found == slugs
    assert [problem.path for problem in problems] == clashes


def test_a_clash_that_remains_is_reported_with_both_files_and_the_address() -> None:
    _, (problem,) = assign_slugs(["x.md", "X.md"])
    assert str(problem) == (
        "x.md: has the same name as X.md, which is served as /articles/x; it is served as /articles/x-2. "
        "Rename the newer one of the two files, so that the other has its old address."
    )


def test_a_file_that_takes_the_address_of_another_is_reported_in_a_tree_of_ours_alone() -> None:
    files = ["orders/track.md", "delivery/track.md"]
    slugs, (problem,) = assign_slugs(files)
    assert slugs == {"delivery/track.md": "track", "orders/track.md": "orders-track"}
    for named in (*slugs, "/articles/track;", "/articles/orders-track."):
        assert named in str(problem)
    assert problem.severity is Severity.WARNING
    assert assign_slugs(files, foreign=True) == (slugs, [])


@pytest.mark.parametrize(
    ("published", "drafts"),
    [
        ({"b/x.md": "x"}, {"a/x.md": "a-x"}),
        ({"b/c/x.md": "x"}, {"x.md": "x-2"}),
        ({"a/x.md": "x", "b/x.md": "b-x"}, {"b-x.md": "b-x-2", "c/x.md": "c-x"}),
        ({"b/x.md": "x"}, {"y.md": "y", "a/y.md": "a-y"}),
    ],
)
def test_drafts_get_what_published_files_leave(published: dict[str, str], drafts: dict[str, str]) -> None:
    assert assign_slugs([*drafts, *published], drafts)[0] == published | drafts


names = st.sampled_from(["a", "A", "b", "a b", "a-b", "a-2", "index", "README", "é", "!"])
paths = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".md")


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.sets(paths, max_size=12).flatmap(lambda files: st.permutations(sorted(files))))
def test_every_file_gets_an_address_of_its_own_whatever_order_they_come_in(files: list[str]) -> None:
    slugs, problems = assign_slugs(files)
    assert set(slugs) == set(files)
    assert len(set(slugs.values())) == len(files)
    assert all(slug == slugify(slug) for slug in slugs.values())
    assert (slugs, problems) == assign_slugs(sorted(files))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.sets(paths, max_size=8), st.sets(paths, max_size=8))
def test_no_draft_changes_a_published_address(published: set[str], drafts: set[str]) -> None:
    alone, _ = assign_slugs(published)
    slugs, _ = assign_slugs(published | drafts, drafts - published)
    assert {path: slugs[path] for path in published} == alone
    assert len(set(slugs.values())) == len(published | drafts)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.sets(paths, min_size=1, max_size=12))
def test_a_deeper_file_never_takes_a_slug_from_a_shallower_one(files: set[str]) -> None:
    slugs, _ = assign_slugs(files)
    deeper, _ = assign_slugs({*files, "z/z/z/z/z/a.md"})
    assert {file: deeper[file] for file in files} == slugs


@pytest.mark.parametrize(
    ("path", "topic"),
    [("x.md", ""), ("Returns & more/x.md", "returns-more"), ("A/B c/x.md", "a/b-c"), ("a/index.md", "a")],
)
def test_the_folder_is_the_topic(path: str, topic: str) -> None:
    assert topic_of(path) == topic


@pytest.mark.parametrize("chosen", ["100%", "a%20b", "%"])
def test_an_anchor_that_an_address_would_read_as_another_is_not_taken(chosen: str) -> None:
    assert AnchorMaker()("Save much", chosen) == "save-much"


def test_anchors_that_repeat_are_numbered_and_never_collide() -> None:
    anchor = AnchorMaker()
    headings = ["Steps", "Steps", "Steps 2", "Steps", "steps!"]
    assert [anchor(heading) for heading in headings] == [
        "steps",
        "steps-2",
        "steps-2-2",
        "steps-3",
        "steps-4",
    ]
