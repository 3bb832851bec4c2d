"""A dead link is named where its writer finds it, as they wrote it."""

from pathlib import Path

import pytest

from kb.errors import Problem
from kb.export.check import Dead
from kb.export.report import problems
from kb.model import Article
from kb.place import Place
from tests.builders import write


def found(root: Path, text: str, *dead: Dead) -> tuple[Problem, ...]:
    """What is to be mended of one article with that text; the links of its page are dead."""
    write(root, {"articles/orders/a.md": text})
    article = Article("a", "A", topic="orders", path="orders/a.md")
    return tuple(problems(Place.at(root), [article], sorted(dead)))


@pytest.mark.parametrize(
    ("written", "href", "told"),
    [
        ("[no.md](../x/no.md)", "no.md", "../x/no.md"),
        ("[Set-Box](/shell/Set-Box)", "../shell/Set-Box.html", "/shell/Set-Box"),
        ("[a](/folder/)", "../folder/index.html", "/folder/"),
        ("[a](../x/no?view=all#part)", "no.html?view=all#part", "../x/no?view=all#part"),
        ("[a](other/b.md#part)", "b-slug.html#part", "other/b.md#part"),
        ("[https://web.example/box(v=1)](/box(v=1))", "../box(v=1).html", "/box(v=1)"),
        ("[a](https://web.example/box) [b](/box)", "../box.html", "/box"),
        ("[![b](x.png)](/box)", "../box.html", "/box"),
        ("![a](<img/a mug.png>)", "../files/orders/img/a%20mug.png", "img/a mug.png"),
        ('<img alt="a" src="img/mug.png">', "../files/orders/img/mug.png", "img/mug.png"),
        ("[a][1]\n\n[1]: no.md 'No'", "no.md", "no.md"),
    ],
)
def test_a_link_is_named_as_it_is_written_and_with_its_line(
    tmp_path: Path, written: str, href: str, told: str
) -> None:
    text = f"---\ntitle: no Set-Box mug box part\n---\nno and box\n\n{written}\n"
    [problem] = found(tmp_path, text, Dead("articles/a.html", href, href))
    assert problem.path == "articles/orders/a.md"
    assert problem.problem == f"'{told}' leads nowhere."
    assert text.splitlines()[(problem.line or 0) - 1] == written.splitlines()[-1]


@pytest.mark.parametrize(
    ("whole", "broken", "href", "missing"),
    [
        ("/topics/refunds", "/articles/refunds", "refunds.html", "articles/refunds.html"),
        ("/topics/orders/late", "orders/late/", "orders/late.html", "articles/orders/late.html"),
        ("../a/mug.png", "../b/mug.png", "../b/mug.png", "b/mug.png"),
        ("/articles/refunds", "/topics/refunds?a=1", "../topics/refunds.html?a=1", "topics/refunds.html"),
    ],
)
def test_of_links_that_end_alike_the_one_to_what_is_missing_is_named(
    tmp_path: Path, whole: str, broken: str, href: str, missing: str
) -> None:
    text = f"[a]({whole})\n\n[b]({broken})\n"
    [problem] = found(tmp_path, text, Dead("articles/a.html", href, missing))
    assert (problem.line, problem.problem) == (3, f"'{broken}' leads nowhere.")


def test_problems_of_an_article_stand_in_the_order_of_its_lines(tmp_path: Path) -> None:
    links = [Dead("articles/a.html", href, href) for href in ("a.png", "b.md", "c.md")]
    told = found(tmp_path, "[c](c.md)\n\n[b](b.md)\n\n![a](a.png)\n", *links)
    assert [(one.line, one.problem[1]) for one in told] == [(1, "c"), (3, "b"), (5, "a")]


def test_a_link_that_many_of_our_pages_share_is_named_once(tmp_path: Path) -> None:
    pages = [Dead("404.html", "articles/no.html", "articles/no.html")]
    pages += [Dead(f"topics/{name}.html", "../articles/no.html", "articles/no.html") for name in "ab"]
    [problem] = found(tmp_path, "Text.", *pages)
    assert (problem.path, problem.line) == ("404.html", None)
    assert problem.problem == "'articles/no.html' leads nowhere. So do those of 2 more pages."
