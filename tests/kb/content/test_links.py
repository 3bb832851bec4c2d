"""Links and images inside articles: where they lead, and what a broken one is answered with."""

from pathlib import Path
from typing import Any, cast

import pytest

from kb.content.assets import asset_file
from kb.content.library import read_library
from kb.content.links import PAGES
from kb.errors import Problem, Severity
from kb.model import Topic
from tests.builders import article, write
from tests.webapp.conftest import FakeCenter
from webapp import create_app

FILES: dict[str, str | bytes] = {
    "orders/track.md": article("Track", "## The first steps\n\nx", aliases=["follow"]),
    "orders/blue mug & co.png": b"png",
    "delivery/late parcel.md": article("Late", "## Wait\n\nx"),
    "delivery/index.md": article(
        "Delivery", '<a name="Allow List"></a> <h5 id="odd">Odd</h5><li id="one">x</li>'
    ),
    "delivery/form.pdf": b"pdf",
    "secret.yaml": "x",
    "_private/plan.pdf": b"pdf",
    "soon.md": article("Soon", draft=True),
}


def test_an_image_beside_an_article_brings_its_size(tmp_path: Path) -> None:
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x58\0\0\1\x90\x08\2\0\0\0"
    text = article("A", "![A mug](mug.png) ![Broken](broken.png) ![Far](https://x.example/far.png)")
    files: dict[str, str | bytes] = {
        "a/a.md": text,
        "a/mug.png": header,
        "a/broken.png": b"\x89PNG\r\n\x1a\n",
    }
    page = read_library(write(tmp_path, files), foreign=True).articles[0].html
    assert 'src="/files/a/mug.png" width="600" height="400"' in page
    assert page.count("width=") == 1


def linked(folder: Path, written: str) -> tuple[str, list[str]]:
    """The HTML of an article with `written` on line 6, and its problems."""
    text = article("A", f"Intro.\n\n{written}\n\n## The end")
    found = read_library(write(folder, {**FILES, "orders/a.md": text}), foreign=True)
    page = next(one for one in found.articles if one.slug == "a").html
    return page, [str(problem).removeprefix(f"{folder}/") for problem in found.problems]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[x](track.md)", 'href="/articles/track"'),
        ("[x](./track)", 'href="/articles/track"'),
        ("[x](track.md#the-first-steps)", 'href="/articles/track#the-first-steps"'),
        ("[x](../delivery/late%20parcel.md#wait)", 'href="/articles/late-parcel#wait"'),
        ("[x](<../delivery/late parcel.md>)", 'href="/articles/late-parcel"'),
        ("[x](../delivery#Allow%20List)", 'href="/articles/delivery#Allow%20List"'),
        ("[x](/articles/delivery#one)", 'href="/articles/delivery#one"'),
        ("[x](../delivery)", 'href="/articles/delivery"'),
        ("[x](../delivery/)", 'href="/articles/delivery"'),
        ("[x](#the-end)", 'href="#the-end"'),
        ("[x](#top)", 'href="#top"'),
        ("[x](../delivery#top)", 'href="/articles/delivery#top"'),
        ("[x](/articles/track#the-first-steps)", 'href="/articles/track#the-first-steps"'),
        ("[x](/articles/follow)", 'href="/articles/track"'),
        ("[x](/articles/follow?a=b#the-first-steps)", 'href="/articles/track?a=b#the-first-steps"'),
        ("[x](/contact)", 'href="/contact"'),
        ("[x](../delivery/form.pdf)", 'href="/files/delivery/form.pdf"'),
        ("[x](../delivery/form.pdf#page=3)", 'href="/files/delivery/form.pdf#page=3"'),
        ("[x](https://shop.example/track.md)", 'href="https://shop.example/track.md"'),
        ("[x](mailto:help@shop.example)", 'href="mailto:help@shop.example"'),
        ("![x](<blue mug & co.png>)", 'src="/files/orders/blue%20mug%20%26%20co.png"'),
        ("![x](blue%20mug%20%26%20co.png)", 'src="/files/orders/blue%20mug%20%26%20co.png"'),
        ("![x](https://shop.example/a.png)", 'src="https://shop.example/a.png"'),
        ('[x](#a&b)\n\n<a id="a&b"></a>', '<a href="#a&amp;b">x</a>'),
        ("[x](#chosen)\n\n## Words {#chosen}", '<a href="#chosen">x</a>'),
    ],
)
def test_a_link_that_is_right_leads_to_the_address_that_is_served(
    tmp_path: Path, written: str, shown: str
) -> None:
    page, problems = linked(tmp_path, written)
    assert shown in page
    assert problems == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[x](trak.md)", "'trak.md' leads nowhere. Did you mean 'track.md'?"),
        ("[x](orders/track.md)", "'orders/track.md' leads nowhere. Did you mean 'track.md'?"),
        ("[x](../delivery/zzz.md)", "'../delivery/zzz.md' leads nowhere. Correct the path, or add the file."),
        ("[x](../orders)", "'../orders' leads nowhere. Did you mean '/topics/orders'?"),
        (
            "[x](../orders/late-parcel.md)",
            "'../orders/late-parcel.md' leads nowhere. Did you mean '../delivery/late",
        ),
        (
            "[x](tracking-it.md)",
            "'tracking-it.md' leads nowhere. Did you mean 'track.md'? "
            "If it was renamed, add 'aliases: [tracking-it]' to its front matter too.",
        ),
        (
            "[x](follow.md)",
            "'follow.md' leads nowhere. Did you mean 'track.md'? It has the alias 'follow'.",
        ),
        (
            "[x](/articles/follow#zzz)",
            "'/articles/follow#zzz' names a heading that is not there. Correct",
        ),
        ("[x](../zzz.md)", "'../zzz.md' leads nowhere. Correct the path, or add the file."),
        ("[x](../soon.md)", "'../soon.md' leads nowhere. That is a draft: it is not published yet."),
        ("[x](../soon#steps)", "'../soon#steps' leads nowhere. That is a draft: it is not published yet."),
        ("[x](/articles/soon)", "'/articles/soon' leads nowhere. That is a draft: it is not published yet."),
        ("[x](../secret.yaml)", "'../secret.yaml' leads nowhere. Correct the path, or add the file."),
        ("[x](../../../etc/hosts.txt)", "'../../../etc/hosts.txt' leads nowhere. Correct the path"),
        ("[x](../_private/plan.pdf)", "'../_private/plan.pdf' leads nowhere. Correct the path"),
        ("[x](/articles/trck)", "'/articles/trck' leads nowhere. Did you mean 'track'?"),
        ("[x](track.md#first-step)", "'track.md#first-step' names a heading that is not there. Did you mean"),
        ("[x](/articles/track#zzz)", "'/articles/track#zzz' names a heading that is not there. Correct the"),
        ("[x](#the-ent)", "'#the-ent' names a heading that is not there. Did you mean '#the-end'?"),
        ("![x](mug.png)", "'mug.png' leads nowhere. Correct the path, or add the file."),
        ('<img src="mug.png">', "'mug.png' leads nowhere. Correct the path, or add the file."),
        (
            "[x](www.shop.example)",
            "'www.shop.example' leads nowhere. To another site, begin it with https://.",
        ),
        (
            "[x](me@shop.example)",
            "'me@shop.example' leads nowhere. To an e-mail address, begin it with mailto:.",
        ),
        ("[x](+44 808 157)", "'+44 808 157' leads nowhere. To a phone number, begin it with tel:."),
        ("[x](//[1)", "'//[1' leads nowhere. Correct the path, or add the file."),
    ],
)
def test_a_broken_link_is_named_with_its_line_and_a_suggestion(
    tmp_path: Path, written: str, told: str
) -> None:
    page, problems = linked(tmp_path, written)
    assert len(problems) == 1
    assert problems[0].startswith(f"orders/a.md:6: {told}")
    assert "Intro." in page


@pytest.mark.parametrize("href", ["../soon.md", "/articles/soon", "/articles/sooner"])
def test_where_drafts_are_shown_a_published_link_to_one_works_and_is_told(tmp_path: Path, href: str) -> None:
    files: dict[str, str | bytes] = {
        "soon.md": article("Soon", aliases=["sooner"], draft=True),
        "orders/a.md": article("A", f"[x]({href})"),
        "orders/b.md": article("B", f"[x]({href})", draft=True),
    }
    found = read_library(write(tmp_path, files), drafts=True, foreign=True)
    assert all('href="/articles/soon"' in one.html for one in found.articles if one.slug != "soon")
    (problem,) = found.problems
    assert problem.path.endswith("orders/a.md")
    assert problem.fix.startswith("That is a draft")


@pytest.mark.parametrize("href", ["end.md", "end", "end.markdown"])
def test_markdown_under_another_name_is_said_to_be_unread_where_it_lies_and_where_it_is_linked_to(
    tmp_path: Path, href: str
) -> None:
    files: dict[str, str | bytes] = {
        "orders/end.markdown": "x",
        "orders/page.mdx": "x",
        "orders/a.md": article("A", f"[x]({href})"),
    }
    found = read_library(write(tmp_path / "articles", files), (Topic("orders", "Orders"),))
    link, *unread = sorted(found.problems, key=lambda problem: problem.severity)
    assert link.problem == f"'{href}' leads nowhere."
    assert link.fix == "Rename 'orders/end.markdown' so that its name ends in .md: it is not read."
    assert [problem.path.rpartition("/")[2] for problem in unread] == ["end.markdown", "page.mdx"]
    assert {problem.problem for problem in unread} == {"is not read: the names of articles end in .md."}


def test_a_link_to_a_file_that_cannot_be_read_offers_no_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "orders/ends.md": article("Ends"),
        "orders/end.md": b"\0",
        "orders/a.md": article("A", "[x](end.md)"),
    }
    told = [str(problem) for problem in read_library(write(tmp_path / "articles", files)).problems]
    fix = "That file can't be served: see what is said of it."
    assert f"articles/orders/a.md:4: 'end.md' leads nowhere. {fix}" in told


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[x](/orders/track)", "'/orders/track' leads nowhere. Did you mean '/articles/track'?"),
        ("[x](/orders/follow)", "'/orders/follow' leads nowhere. Did you mean '/articles/track'?"),
        ("[x](/docs/track.md)", "'/docs/track.md' leads nowhere. Did you mean '/articles/track'?"),
        ("[x](/contakt)", "'/contakt' leads nowhere. Did you mean '/contact'?"),
        ("[x](/zzz)", "'/zzz' leads nowhere. Correct the address"),
        ("[x](/topics/delivry)", "'/topics/delivry' leads nowhere. Did you mean '/topics/delivery'?"),
        ("[x](/files/zzz.pdf)", "'/files/zzz.pdf' leads nowhere. Correct the address"),
        ("![x](/img/x.png)", "'/img/x.png' leads nowhere. Correct the address"),
        ("![x](/delivery/map.png)", "'/delivery/map.png' leads nowhere. Did you mean '../delivery/map.png'?"),
        ("[x]()", "a link has no address. Write it between"),
        ("[x](mailto:)", "'mailto:' has no e-mail address. Write it like"),
        (r"[x](C:\x.md)", r"'C:\x.md' is no address that a page may link to. Begin it with https:"),
        ("[x](file:///x.md)", "'file:///x.md' is no address that a page may link to."),
        ("![](map.png)", "nothing says what the picture 'map.png' shows. Say it in its square brackets;"),
    ],
)
def test_a_link_or_picture_that_is_likely_wrong_is_a_warning(tmp_path: Path, written: str, told: str) -> None:
    (problem,) = of_ours(tmp_path, written)
    assert str(problem).startswith(f"articles/orders/a.md:6: {told}")
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "![x](data:image/png;base64,AAAA)",
            "a picture can't be loaded from 'data:image/png;base64,AAAA'. Save",
        ),
        (
            f"![x](data:image/png;base64,{'A' * 99})",
            "a picture can't be loaded from 'data:image/png;base64,AAAAA",
        ),
        (
            '<img src="file:///C:/x.png" alt="x">',
            "a picture can't be loaded from 'file:///C:/x.png'. Save it",
        ),
        (
            "![x](map.heic)",
            "'map.heic' leads nowhere. That file is not served: save it as PNG, JPEG, WebP or SVG",
        ),
        ("![x]()", "a picture has no address. Write it between the round brackets."),
    ],
)
def test_a_picture_that_cannot_be_shown_is_an_error(tmp_path: Path, written: str, told: str) -> None:
    (problem,) = of_ours(tmp_path, written)
    assert str(problem).startswith(f"articles/orders/a.md:6: {told}")
    assert problem.severity is Severity.ERROR


@pytest.mark.parametrize(
    "written",
    [
        "[x](/) [x](/topics/delivery) [x](/contact?article=track) [x](/orders/) [x](?q=x)",
        "[x](/files/delivery/map.png) ![x](/files/delivery/map.png) [x](mailto:a@shop.example)",
        '[x](mailto:?to=a@shop.example) <img src="map.png" alt=""> [x](tel:112)',
        "`![](map.png)` and `[x]()`",
    ],
)
def test_a_page_of_the_site_and_a_picture_that_decorates_are_right(tmp_path: Path, written: str) -> None:
    assert of_ours(tmp_path, written) == []


@pytest.mark.parametrize(
    ("width", "height", "weight", "told"),
    [
        (12000, 9000, 30_000_000, "the picture 'big.png' has 30.0 MB and 12000 x 9000 pixels. Save it with"),
        (
            100,
            4001,
            1000,
            "the picture 'big.png' has 0.0 MB and 100 x 4001 pixels. Save it with at most 4000",
        ),
        (4000, 4000, 1_000_000, ""),
    ],
)
def test_a_picture_that_is_too_large_is_a_warning_with_its_size(
    tmp_path: Path, width: int, height: int, weight: int, told: str
) -> None:
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\2\0\0\0"
    write(tmp_path / "articles", {"orders/big.png": header.ljust(weight, b"\0")})
    problems = [str(problem) for problem in of_ours(tmp_path, "![Big](big.png)")]
    assert [problem.startswith(f"articles/orders/a.md:6: {told}") for problem in problems] == [True] * bool(
        told
    )


def test_what_a_foreign_tree_names_from_its_own_root_is_not_looked_up(tmp_path: Path) -> None:
    _, problems = linked(tmp_path, "[x](/docs/intro) ![](/img/x.png) [x](/topics/y)")
    assert problems == []


NOT_TO_BE_LINKED_TO = {
    "/api/v1/articles",
    "/api/v1/channels",
    "/api/v1/search",
    "/api/v1/suggest",
    "/api/v1/topics",
    "/brand.css",
    "/healthz",
    "/metrics",
    "/opensearch/suggestions",
    "/readyz",
    "/requests/articles",
}
"""What programs, browsers and scripts of pages ask for."""


def test_pages_to_link_to_are_those_of_the_server_that_are_for_people() -> None:
    rules = create_app(cast("Any", FakeCenter())).url_map.iter_rules()
    pages = {str(rule) for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments}
    assert pages == NOT_TO_BE_LINKED_TO | set(PAGES)


def of_ours(folder: Path, written: str) -> list[Problem]:
    """The problems of an article of our own with `written` on line 6."""
    text = article("A", f"Intro.\n\n{written}")
    files = {
        **FILES,
        "orders/a.md": text,
        "orders/map.png": b"png",
        "orders/map.heic": b"x",
        "delivery/map.png": b"png",
    }
    topics = (Topic("orders", "Orders"), Topic("delivery", "Delivery"))
    found = read_library(write(folder / "articles", files), topics)
    return [problem for problem in found.problems if problem.path.endswith("orders/a.md")]


def test_a_link_in_any_script_finds_its_article_and_its_heading(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "返品/返金.md": "# 返金\n\n## 日数\n\nx",
        "返品/a.md": "[x](返金.md#日数) [y](%E8%BF%94%E9%87%91.md#%E6%97%A5%E6%95%B0)",
    }
    found = read_library(write(tmp_path, files), foreign=True)
    assert found.problems == ()
    page = next(one for one in found.articles if one.slug == "a").html
    assert page.count('href="/articles/返金#') == 2


@pytest.mark.parametrize(
    "path",
    [
        "",
        "orders",
        "orders/track.md",
        "secret.yaml",
        "_private/plan.pdf",
        ".git/x.png",
        "../outside.png",
        "orders/../../outside.png",
        "/etc/hosts.txt",
        "orders//blue mug & co.png",
        "orders/missing.png",
        "orders/out.png",
        "orders/a\0.png",
    ],
)
def test_only_pictures_and_papers_inside_the_folder_are_handed_out(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"outside.png": b"x"})
    folder = write(tmp_path / "articles", FILES)
    (folder / "orders/out.png").symlink_to(tmp_path / "outside.png")
    assert asset_file(folder, path) is None


def test_a_picture_beside_an_article_is_handed_out(tmp_path: Path) -> None:
    file = asset_file(write(tmp_path, FILES), "orders/blue mug & co.png")
    assert file is not None
    assert file.read_bytes() == b"png"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[[late parcel]]", '<a href="/articles/late-parcel">late parcel</a>'),
        ("[[Late Parcel|x *y*]]", '<a href="/articles/late-parcel">x <em>y</em></a>'),
        (
            "[[delivery/late parcel#Wait]]",
            '<a href="/articles/late-parcel#wait">delivery/late parcel &gt; Wait</a>',
        ),
        ("[[track.md]]", '<a href="/articles/track">track.md</a>'),
        ("[[follow]]", '<a href="/articles/track">follow</a>'),
        ("[[#The end]]", '<a href="/articles/a#the-end">The end</a>'),
        ("[[track#^a1b2|x]]", '<a href="/articles/track">x</a>'),
        ("[[form.pdf|x]]", '<a href="/files/delivery/form.pdf">x</a>'),
        (
            "![[blue mug & co.png|80]]",
            '<img alt="" src="/files/orders/blue%20mug%20%26%20co.png" width="80">',
        ),
        ("![[late parcel]]", '<a href="/articles/late-parcel">late parcel</a>'),
        ("[Portal](#tab/portal)", "<a>Portal</a>"),
        ("`[[track]]`", "<code>[[track]]</code>"),
        ("[[1]](track.md)", '<a href="/articles/track">[1]</a>'),
        ("[[ -f x ]] [[]]", "[[ -f x ]] [[]]"),
    ],
)
def test_a_link_of_obsidians_finds_its_article_or_file_by_name(
    tmp_path: Path, written: str, shown: str
) -> None:
    page, problems = linked(tmp_path, written)
    assert shown in page
    assert problems == []


@pytest.mark.parametrize(
    ("written", "shown", "problem"),
    [
        ("[[trck|x]]", "<a>x</a>", "'[[trck]]' leads nowhere. Did you mean 'track'?"),
        ("[[soon]]", "<a>soon</a>", "'[[soon]]' leads nowhere. That is a draft"),
        ("![[gone.png]]", 'src="/files/gone.png"', "'[[gone.png]]' leads nowhere."),
        ("[[track#First]]", "#first", "'[[track#First]]' names a heading that is not there."),
    ],
)
def test_a_link_of_obsidians_to_nothing_is_its_words_and_is_named(
    tmp_path: Path, written: str, shown: str, problem: str
) -> None:
    page, problems = linked(tmp_path, written)
    assert shown in page
    assert problems[0].startswith(f"orders/a.md:6: {problem}")
