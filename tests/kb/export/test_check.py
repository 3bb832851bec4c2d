"""The self-test finds what is broken, and only that."""

from pathlib import Path

from kb.export.check import Dead, dead_links, look
from kb.export.folder import files_in
from tests.builders import write

PAGES = {
    "index.html": '<a href="articles/a.html#two"></a><a href="articles/a.html"><img src="files/p%20q.png">',
    "articles/a.html": '<h2 id="two"><a href="#two"></a><a href="../index.html?q=1"><a href="mailto:x@y.z">',
    "files/p q.png": "",
    "help.css": "body { background: url(files/p%20q.png) }",
}


def dead(folder: Path, expected: tuple[tuple[str, str], ...] = (), root: str = "/") -> list[Dead]:
    files = files_in(folder)
    return dead_links([look(folder, file, root) for file in sorted(files)], files, expected)


def test_a_whole_tree_has_no_dead_links(tmp_path: Path) -> None:
    assert dead(write(tmp_path, PAGES), (("articles/a.html", "two"), ("index.html", ""))) == []


def test_missing_files_headings_and_pictures_are_named_where_they_are_asked_for(tmp_path: Path) -> None:
    broken = {
        "b.html": '<a href="c.html"></a><a href="#no"></a><a href="articles/a.html#no"></a><img src="p.png">',
        "bad.css": "a { background: url('no.png') }",
    }
    assert dead(write(tmp_path, {**PAGES, **broken})) == [
        Dead("b.html", "#no", "#no"),
        Dead("b.html", "articles/a.html#no", "articles/a.html#no"),
        Dead("b.html", "c.html", "c.html"),
        Dead("b.html", "p.png", "p.png"),
        Dead("bad.css", "no.png", "no.png"),
    ]


def test_the_top_of_a_page_is_there_without_an_id(tmp_path: Path) -> None:
    page = {"b.html": '<a href="#top"></a><a href="articles/a.html#Top"></a><a href="#"></a>'}
    assert dead(write(tmp_path, {**PAGES, **page})) == []


def test_search_results_must_lead_somewhere_too(tmp_path: Path) -> None:
    found = dead(write(tmp_path, PAGES), (("articles/a.html", "gone"), ("articles/z.html", "")))
    assert [one.href for one in found] == ["articles/a.html#gone", "articles/z.html"]


def test_templates_that_scripts_fill_in_are_left_out(tmp_path: Path) -> None:
    page = {"s.html": '<template><a href="articles/__slug__.html"></a></template>'}
    assert dead(write(tmp_path, {**PAGES, **page})) == []


def test_links_from_the_root_are_read_at_the_published_path(tmp_path: Path) -> None:
    page = {"404.html": '<a href="/help/articles/a.html"></a><a href="/help/"></a>'}
    assert dead(write(tmp_path, {**PAGES, **page}), root="/help/") == []
    assert len(dead(tmp_path)) == 2


def test_the_published_path_may_be_written_in_any_way(tmp_path: Path) -> None:
    page = {"404.html": '<a href="/caf%C3%A9/articles/a.html"></a><a href="/café/"></a>'}
    write(tmp_path, {**PAGES, **page})
    assert dead(tmp_path, root="/caf%C3%A9/") == dead(tmp_path, root="/café/") == []
