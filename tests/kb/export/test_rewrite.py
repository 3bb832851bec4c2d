"""A page's links are rewritten, and nothing else of it."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from kb.export.rewrite import redirect_page, rewrite, rewrite_absolute
from kb.export.urls import UrlMap

URLS = UrlMap("https://live.example")
_NAMES = {"a": "href", "img": "src"}


def rewritten(html: str) -> str:
    return rewrite(html, "/articles/late", URLS).html


def test_addresses_in_tags_are_rewritten() -> None:
    html = '<a class="x" href="/articles/lost">L</a><img alt="" src="/files/a.png"><form action="/search">'
    assert rewritten(html) == (
        '<a class="x" href="lost.html">L</a><img alt="" src="../files/a.png"><form action="../search.html">'
    )


def test_text_that_looks_like_a_link_is_left_alone() -> None:
    html = '<pre>&lt;a href="/articles/lost"&gt; src="/x"</pre><p title="href=/a">href="/articles/lost"</p>'
    assert rewritten(html) == html


def test_the_needs_of_a_page_are_the_addresses_that_an_export_must_have() -> None:
    html = '<a href="/topics/a?x=1#y"></a><a href="https://a.example/"></a><a href="#z"><a href="/orders">'
    assert rewrite(html, "/", URLS).addresses == {"/topics/a", "/contact"}


def test_escaped_characters_of_an_address_stay_escaped() -> None:
    assert (
        rewritten('<a href="/search?q=a&amp;topic=b">x</a>')
        == '<a href="../search.html?q=a&amp;topic=b">x</a>'
    )


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [(name, value) for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> _Links:
    links = _Links()
    links.feed(html)
    links.close()
    return links


@given(
    st.lists(st.tuples(st.sampled_from(["a", "img"]), st.text(max_size=20), st.text(max_size=20)), max_size=5)
)
def test_a_parser_sees_the_same_text_and_as_many_links(parts: list[tuple[str, str, str]]) -> None:
    html = "".join(
        f'<p>{escape(text)}</p><{tag} title="{escape(text)}" {_NAMES[tag]}="{escape(address)}">'
        for tag, address, text in parts
    )
    before, after = parsed(html), parsed(rewritten(html))
    assert after.text == before.text
    assert after.seen == [(name, URLS.link(value or "", "/articles/late")[0]) for name, value in before.seen]


def test_only_the_head_speaks_of_the_published_address() -> None:
    urls = UrlMap("https://live.example", published="https://web.example/help")
    html = '<head><link rel="canonical" href="https://live.example/articles/late"></head><p>https://live.example/</p>'
    assert rewrite(html, "/articles/late", urls).html == (
        '<head><link rel="canonical" href="https://web.example/help/articles/late.html"></head>'
        "<p>https://live.example/</p>"
    )


def test_a_sitemap_names_the_files() -> None:
    urls = UrlMap("https://live.example", published="https://web.example")
    text = "<loc>https://live.example/</loc><loc>https://live.example/topics/a</loc><loc>https://live.example.org/</loc>"
    assert rewrite_absolute(text, urls) == (
        "<loc>https://web.example/</loc><loc>https://web.example/topics/a.html</loc>"
        "<loc>https://live.example.org/</loc>"
    )


def test_a_moved_page_leads_on_without_scripts() -> None:
    page = redirect_page('new.html#"x"', "en-GB")
    assert 'lang="en-GB"' in page
    assert '<meta http-equiv="refresh" content="0; url=new.html#&quot;x&quot;">' in page
    assert '<a href="new.html#&quot;x&quot;">' in page
