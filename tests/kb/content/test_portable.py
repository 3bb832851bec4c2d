"""Markdown to take away: private front matter stays at home, links lead somewhere."""

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.content.portable import portable
from kb.model import Article

ARTICLE = Article(
    "late",
    "Late: what now?",
    "delivery",
    "delivery/late.md",
    summary="When to worry",
    keywords=("secret",),
    updated=date(2026, 10, 4),
)


def _link(href: str) -> str:
    return {"../a.md": "/articles/a", "b.md#x": "/articles/b#x", "p.png": "/files/p.png"}.get(href, href)


def _body(written: str) -> str:
    return portable(ARTICLE, written, _link, "https://help.example").partition("---\n\n")[2].rstrip("\n")


def test_only_what_customers_see_stays_of_the_front_matter() -> None:
    text = portable(ARTICLE, "Wait.", _link, "https://help.example")
    _, front, body = text.split("---\n")
    assert yaml.safe_load(front) == {
        "title": "Late: what now?",
        "summary": "When to worry",
        "updated": date(2026, 10, 4),
    }
    assert body == "\nWait.\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("See [a](../a.md).", "See [a](https://help.example/articles/a)."),
        ('[b](b.md#x "title")', '[b](https://help.example/articles/b#x "title")'),
        ("[b](<b.md#x>)", "[b](<https://help.example/articles/b#x>)"),
        ("![p](p.png)", "![p](https://help.example/files/p.png)"),
        (
            "[![p](p.png)](../a.md)",
            "[![p](https://help.example/files/p.png)](https://help.example/articles/a)",
        ),
        ("[us]\n\n[us]: /contact", "[us]\n\n[us]: https://help.example/contact"),
        ("[x](#here), [y](mailto:a@b.example)", "[x](#here), [y](mailto:a@b.example)"),
        ("[x](https://other.example/a.md)", "[x](https://other.example/a.md)"),
        ("Text.[^1]\n\n[^1]: ../a.md is one", "Text.[^1]\n\n[^1]: ../a.md is one"),
        ("`[a](../a.md)` and ``[`](../a.md)``", "`[a](../a.md)` and ``[`](../a.md)``"),
        ("```\n[a](../a.md)\n```\n", "```\n[a](../a.md)\n```"),
        (
            "~~~ md\n[a](../a.md)\n~~~\n[a](../a.md)",
            "~~~ md\n[a](../a.md)\n~~~\n[a](https://help.example/articles/a)",
        ),
    ],
)
def test_links_become_whole_addresses_and_code_stays(written: str, read: str) -> None:
    assert _body(written) == read


@given(st.text(alphabet="ab[]()`~<>! \n#:^/.", max_size=60))
def test_whatever_is_written_stays_when_no_address_changes(written: str) -> None:
    text = portable(ARTICLE, written, lambda href: href, "")
    assert text.endswith(f"---\n\n{written.strip()}\n")
