"""An address that stands in a text is a link, and ends where GitHub ends it."""

import pytest

from kb.content.markdown import Picture, Rendered, render


def rendered(body: str) -> Rendered:
    return render(body, lambda href: href, Picture)


@pytest.mark.parametrize(
    ("written", "address", "after"),
    [
        ("https://a.example", "https://a.example", ""),
        ("http://a.example/b?c=1&d=2#e", "http://a.example/b?c=1&amp;d=2#e", ""),
        ("https://a.example/b_c_d/_e_/*f*", "https://a.example/b_c_d/_e_/*f", "*"),
        ("https://a.example/~~b~~/c", "https://a.example/~~b~~/c", ""),
        ("https://a.example/b.", "https://a.example/b", "."),
        ("https://a.example/b), c", "https://a.example/b", "), c"),
        ("https://a.example/b_(c)", "https://a.example/b_(c)", ""),
        ("https://a.example/b”,", "https://a.example/b", "”,"),
        ("https://bücher.example/ä", "https://bücher.example/ä", ""),
        ("https://a.example/&lt;b", "https://a.example/", "&lt;b"),
    ],
)
def test_an_address_in_a_text_is_a_link(written: str, address: str, after: str) -> None:
    found = rendered(f"See ({written}")
    assert found.html == f'<p>See (<a href="{address}">{address}</a>{after}</p>'


@pytest.mark.parametrize(
    "text", ["**{}**", "*{}*", "~~{}~~", "- {}", "# x\n\n## {}", "<b>{}</b>", "<div>{}</div>"]
)
def test_an_address_is_a_link_within_anything_else(text: str) -> None:
    assert '<a href="https://a.example/b_c">https://a.example/b_c</a><' in (
        rendered(text.format("https://a.example/b_c")).html
    )


@pytest.mark.parametrize(
    "text", ["`{}`", "```\n{}\n```", "<pre>{}</pre>", "<kbd>{}</kbd>", "<!-- {} -->", '<b title="{}">x</b>']
)
def test_an_address_in_code_is_none(text: str) -> None:
    assert "<a" not in rendered(text.format("https://a.example")).html


@pytest.mark.parametrize(
    "text",
    ["[{0}](x.md)", "[see {0}](x.md)", '<a href="x.md">{0}</a>', "<{0}>", "[{0}]({0})", "[x]\n\n[x]: {0}"],
)
def test_a_link_holds_no_other(text: str) -> None:
    assert rendered(text.format("https://a.example")).html.count("<a ") == 1


@pytest.mark.parametrize(
    "text", ["https://…", "https://", "xhttps://a.example", "ftp://a.example", "javascript://a"]
)
def test_what_is_no_address_of_a_website_is_no_link(text: str) -> None:
    assert "<a" not in rendered(text).html


def test_an_address_is_asked_for_like_any_link_and_searched_as_text() -> None:
    found = render("At https://a.example/?b&c.", lambda href: f"{href}&d", Picture)
    assert '<a href="https://a.example/?b&amp;c&amp;d">https://a.example/?b&amp;c</a>.' in found.html
    assert found.sections[0].text == "At https://a.example/?b&c."
