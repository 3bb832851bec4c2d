"""Markdown into HTML and sections: callouts, tables, headings, links, and the text that is searched."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.content.markdown import TABLE_OPEN, Picture, Rendered, render
from kb.model import Section


def rendered(body: str) -> Rendered:
    return render(body, lambda href: href, Picture)


def html(body: str) -> str:
    return rendered(body).html


@pytest.mark.parametrize("kind", ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION", "Note", "tip"])
def test_a_callout_says_what_it_is_in_words(kind: str) -> None:
    found = html(f"> [!{kind}]\n> Keep the **box**.")
    title = f'<p class="callout-title">{kind.capitalize()}</p>'
    assert f'<blockquote class="callout callout-{kind.lower()}" role="note">\n{title}' in found
    assert "<p>Keep the <strong>box</strong>.</p>" in found
    assert "[!" not in found


def test_a_callout_holds_paragraphs_and_lists() -> None:
    found = html("> [!WARNING]\n>\n> First.\n>\n> - one\n> - two")
    assert found.count("<blockquote") == 1
    assert "<p>First.</p>" in found
    assert found.count("<li>") == 2
    assert "<p></p>" not in found


def test_callouts_one_after_another_stay_apart() -> None:
    found = html("> [!NOTE]\n> One.\n\n> [!TIP]\n> Two.\n\n> A quote.\n>\n> Its second paragraph.")
    assert found.count("<blockquote") == 3
    assert found.count('role="note"') == 2


@pytest.mark.parametrize("body", ["> Just a quote.", "> [!SHOUT]\n> What?", "[!NOTE] not a quote"])
def test_other_quotes_are_no_callouts(body: str) -> None:
    assert "callout" not in html(body)


def test_a_table_can_be_scrolled_by_keyboard() -> None:
    found = html("| way | days |\n|---|--:|\n| card | 5 |\n\nAfter.")
    assert found.count(TABLE_OPEN) == found.count("</table></div>") == 1
    assert 'tabindex="0" role="group"' in TABLE_OPEN, "no landmark: there are many"
    assert '<td class="align-right">5</td>' in found


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("`a\\|b`", "<code>a|b</code>"),
        ("a \\| **b**", "a | <strong>b</strong>"),
        ("`a\\|b\\|c` \\|", "<code>a|b|c</code> |"),
        ("`C:\\a`", "<code>C:\\a</code>"),
        ("[`a\\|b`](c)", '<a href="c"><code>a|b</code></a>'),
    ],
)
def test_a_bar_after_a_backslash_stays_in_its_cell(cell: str, shown: str) -> None:
    found = html(f"| Key | {cell} |\n|--|--|\n| {cell} | x |")
    assert f"<td>{shown}</td>\n<td>x</td>" in found
    assert f"<th>Key</th>\n<th>{shown}</th>" in found


@pytest.mark.parametrize(
    ("written", "shown"), [("RIGHT", ' class="align-right"'), ("callout x", ""), ("justify", "")]
)
def test_a_cell_keeps_its_side_but_can_take_no_other_class(written: str, shown: str) -> None:
    found = html(f'<table><tr><td align="{written}">x</td></tr></table>')
    assert f"<td{shown}>x</td>" in found


def test_code_is_shown_as_it_is_written() -> None:
    assert html("```html\n<b>&amp;</b>\n```") == "<pre><code>&lt;b&gt;&amp;amp;&lt;/b&gt;\n</code></pre>"
    assert "<code>&lt;i&gt;</code>" in html("Type `<i>`.")


def test_the_leading_h1_is_the_title_and_leaves_the_page() -> None:
    page = rendered("# Refunds & *more*\n\nText.\n\n# Another\n\n#### Deep\n\n##### Deeper\n")
    assert page.first_heading == "Refunds & more"
    assert "<h1" not in page.html
    assert '<h2 id="another">Another</h2>' in page.html
    assert '<h4 id="deep">Deep</h4>' in page.html
    assert "<h5>Deeper</h5>" in page.html


def test_a_leading_h1_that_says_more_than_the_title_stays_as_a_heading() -> None:
    page = render("# Where is *my parcel*?\n\nText.", lambda href: href, Picture, "Delivery times")
    assert page.html == '<h2 id="where-is-my-parcel">Where is <em>my parcel</em>?</h2>\n<p>Text.</p>'
    assert page.sections == (Section("where-is-my-parcel", "Where is my parcel?", 2, "Text."),)
    assert page.first_heading == ""


@pytest.mark.parametrize("heading", ["Delivery times", "DELIVERY *times*!", "Delivery times at Shop"])
def test_a_leading_h1_that_says_what_the_title_says_leaves_the_page(heading: str) -> None:
    page = render(f"# {heading}\n\nText.\n\n# Another", lambda href: href, Picture, "Delivery times")
    assert page.html == '<p>Text.</p>\n<h2 id="another">Another</h2>'


def test_an_h1_after_the_beginning_is_a_heading_like_others() -> None:
    page = rendered("Text first.\n\n# Late\n")
    assert page.first_heading == ""
    assert '<h2 id="late">Late</h2>' in page.html


@pytest.mark.parametrize(
    "written",
    ["## Steps {#How-to}", "## Steps{#How-to}", "## Steps {#How-to} ##", '<h2 id="How-to">Steps</h2>'],
)
def test_a_heading_may_choose_its_anchor(written: str) -> None:
    page = rendered(f"{written}\n\nText.")
    assert page.html.startswith('<h2 id="How-to">Steps</h2>')
    assert page.sections == (Section("How-to", "Steps", 2, "Text."),)


def test_a_heading_cannot_choose_what_is_no_anchor_or_is_taken() -> None:
    assert html("## Steps {#main}") == '<h2 id="steps">Steps</h2>'
    assert html('<h2 id="main" class="x">Steps</h2>') == '<h2 id="steps">Steps</h2>'
    assert html('<h2 id="a b">Steps</h2>') == '<h2 id="steps">Steps</h2>'
    assert '<h2 id="more">' in html("## One {#one}\n\n## More {#one}")
    assert html("    ## Steps{#one}") == "<pre><code>## Steps{#one}\n</code></pre>"
    assert "Steps{#one}" in html("```\n## Steps{#one}\n```")


@pytest.mark.parametrize(
    "written",
    [
        "#12345 was delayed.",
        "#1 rule: wait.",
        "##Steps",
        "####### Seven",
        "Thanks for your order\n#12345 was late",
    ],
)
def test_signs_of_a_heading_without_a_blank_after_them_are_text(written: str) -> None:
    page = rendered(written)
    assert page.html == f"<p>{written}</p>"
    assert page.first_heading == ""


@pytest.mark.parametrize(
    ("written", "heading"),
    [
        ("## C#", "C#"),
        ("## C #", "C"),
        ("## C ## ", "C"),
        ("##   C", "C"),
        ("   ## C", "C"),
        ("## 1 \\#", "1 #"),
    ],
)
def test_a_heading_ends_without_the_signs_that_close_it(written: str, heading: str) -> None:
    page = rendered(f"Text\n{written}\nmore")
    assert [section.heading for section in page.sections] == ["", heading]


def test_a_place_that_is_named_can_be_led_to_and_takes_no_id() -> None:
    assert '<a name="main"></a>' in html('<a id="main"></a>\n\nText.')
    assert '<a name="here">x</a>' in html('<a name="here">x</a>')


def test_a_footnote_that_no_text_refers_to_has_no_way_back() -> None:
    found = html("Text[^1], text[^1]\n\n[^1]: One.\n[^2]: Nobody's.\n")
    assert found.count("↩") == found.count('href="#fnref') == 2
    assert "<p>Nobody's.</p>" in found


def test_sections_hold_the_text_under_each_heading() -> None:
    page = rendered(
        "Intro with [a link](x.md) &amp; `code`.\n\n## First *one*\n\n- Eins\n- Zwei\n\n"
        "### Inside\n\n![A blue mug](mug.png)\n\n## Empty\n\n## First one\n\nEnd <b>bold</b>.\n\n"
        "##### Small\n\nLast.\n"
    )
    assert page.sections == (
        Section("", "", 0, "Intro with a link & code."),
        Section("first-one", "First one", 2, "Eins\nZwei"),
        Section("inside", "Inside", 3, "A blue mug"),
        Section("empty", "Empty", 2, ""),
        Section("first-one-2", "First one", 2, "End bold.\nSmall\nLast."),
    )


def test_text_that_never_shows_is_not_searched() -> None:
    page = rendered("Shown.<script>hidden()</script><style>p{}</style><!-- hidden -->\n")
    assert [section.text for section in page.sections] == ["Shown."]


def test_words_of_neighbouring_cells_and_entries_stay_apart() -> None:
    text = rendered("| card | gift |\n|---|---|\n| five | once |\n\n- red\n- blue\n").sections[0].text
    assert {"card", "gift:", "five", "once", "red", "blue"} <= set(text.split())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "| Way | Hours |\n|--|--|\n| Chat | 9-5 |\n| Mail | any |",
            "Way \u2013 Hours: Chat \u2013 9-5\nMail \u2013 any",
        ),
        ("| | Hours |\n|--|--|\n| Chat | 9-5 |\n\nAfter", "Hours: Chat \u2013 9-5\nAfter"),
        ("| | |\n|--|--|\n| Chat | 9-5 |", "Chat \u2013 9-5"),
        ("<table><tr><th>Way</th></tr><tr><th>Chat</th><td>9-5</td></tr></table>", "Way: Chat \u2013 9-5"),
        ("<table><tr><th>Way</th></tr><tr><th>Web</th></tr><tr><td>Chat</td></tr></table>", "Way: Web: Chat"),
        ("<table><tr><th>Way</th></tr></table>\n\nAfter", "Way\nAfter"),
    ],
)
def test_the_head_of_a_table_is_no_passage_of_its_own(body: str, text: str) -> None:
    assert rendered(body).sections[0].text == text


def test_links_and_images_are_asked_for_their_address() -> None:
    page = render(
        '[a](b.md "t") ![c](d.png) <a href="e.md">f</a> <img src="g.png"> [h](i&amp;j.md)',
        lambda href: f"/L?{href}&",
        lambda src: Picture(f"/I?{src}"),
    )
    assert '<a href="/L?b.md&amp;" title="t">a</a>' in page.html
    assert 'href="/L?e.md&amp;"' in page.html
    assert 'href="/L?i&amp;j.md&amp;"' in page.html
    assert 'src="/I?d.png"' in page.html
    assert 'src="/I?g.png"' in page.html
    assert page.html.count("alt=") == 2


def test_signs_of_html_in_attributes_and_texts_stay_what_they_are() -> None:
    page = rendered('<img src="a.png" alt="1 < 2 > 0 &quot;&amp;&quot;"> &lt;p&gt; &amp;amp;')
    assert page.html == (
        '<p><img src="a.png" alt="1 &lt; 2 &gt; 0 &quot;&amp;&quot;"> &lt;p&gt; &amp;amp;</p>'
    )
    assert page.sections[0].text == '1 < 2 > 0 "&" <p> &amp;'


def test_an_image_has_its_size_so_that_nothing_moves_when_it_comes() -> None:
    def sized(body: str) -> str:
        return render(body, lambda href: href, lambda src: Picture(src, 600, 400)).html

    assert 'width="600" height="400"' in sized("![A mug](mug.png)")
    assert 'width="300" height="200"' in sized("![A mug](mug.png){width=300}")
    assert 'height="100" width="150"' in sized('<img src="mug.png" alt="A mug" height="100">')
    assert 'width="9" height="8"' in sized('<img src="mug.png" alt="A mug" width="9" height="8">')
    assert "width" not in html("![A mug](nobody-knows.png)")
    assert 'width="600" height="400"' in sized(f'<img src="mug.png" width="{"9" * 400}">')
    assert 'height="20"' in sized(f'<img src="mug.png" width="30" height="{"9" * 400}">')
    assert "width" not in html(f'<img src="nobody-knows.png" width="{"9" * 400}">')


def test_images_below_the_first_heading_load_when_they_are_needed() -> None:
    found = html("![Now](a.png)\n\n## Steps\n\n![Later](b.png)")
    assert found.count('loading="lazy"') == 1
    assert found.index("<h2") < found.index('loading="lazy"')


def test_an_image_with_a_title_in_a_paragraph_of_its_own_is_a_figure_with_that_caption() -> None:
    found = html("![A mug](mug.png \"Our mug & 'saucer'\")")
    assert found == (
        '<figure><img alt="A mug" src="mug.png"><figcaption>Our mug &amp; \'saucer\'</figcaption></figure>'
    )
    assert "<figure" not in html('A ![mug](mug.png "Our mug") among words.')
    assert "<figure" not in html("![A mug](mug.png)")


@pytest.mark.parametrize(
    ("kind", "ours"), [("note", "note"), ("hint", "tip"), ("Danger", "caution"), ("no-such", "note")]
)
def test_an_admonition_is_a_callout_too(kind: str, ours: str) -> None:
    found = html(f'!!! {kind} "Mind the *gap*"\n    Inside.\n\nOutside.')
    assert (
        f'<div class="callout callout-{ours}" role="note">\n<p class="callout-title">Mind the <em>' in found
    )
    assert found.index("Inside") < found.index("</div>") < found.index("Outside")


def test_an_admonition_may_have_no_title() -> None:
    assert "callout-title" not in html('!!! tip ""\n    Inside.')


def test_markdown_inside_details_is_markdown() -> None:
    found = html("<details>\n<summary>More</summary>\n\nIn **bold**.\n\n- one\n\n</details>\n\nAfter.")
    assert found.startswith("<details>\n<summary>More</summary>\n<p>In <strong>bold</strong>.</p>")
    assert found.endswith("</details>\n<p>After.</p>")
    assert "&lt;details&gt;" in html("```\n<details>\n```")


def test_blocks_of_an_article_with_a_script_from_the_right_find_their_own_direction() -> None:
    found = html("English.\n\nדגל **bold**\n\n- אחת\n\n## כותרת\n\n```\ncode\n```")
    assert found.count('dir="auto"') == 4
    assert '<p dir="auto">דגל' in found
    assert '<ul dir="auto">' in found
    assert "<pre>" in found
    assert "dir=" not in html("Only English.\n\n- one")


class Ids(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h2", "h3", "h4"):
            self.found += [value or "" for name, value in attrs if name == "id"]


words = st.sampled_from(
    ["Steps", "steps", "Steps 2", "Steps-2", "Größe", "日本", "!", "a_b", "*a*", "`b`", "x & y"]
)
headings = st.lists(st.tuples(st.integers(1, 4), words), max_size=8)


def page_of(parts: list[tuple[int, str]]) -> str:
    return "Intro.\n\n" + "\n\n".join(f"{'#' * level} {words}\n\nText." for level, words in parts)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(headings)
def test_each_heading_has_an_anchor_of_its_own_and_its_section_knows_it(parts: list[tuple[int, str]]) -> None:
    page = rendered(page_of(parts))
    anchors = Ids(page.html).found
    assert len(anchors) == len(parts) == len(set(anchors))
    assert all(anchors)
    assert [section.anchor for section in page.sections[1:]] == anchors


@settings(deadline=None, derandomize=True, max_examples=50)
@given(headings, headings)
def test_anchors_stay_when_headings_are_added_below(
    parts: list[tuple[int, str]], more: list[tuple[int, str]]
) -> None:
    before = Ids(html(page_of(parts))).found
    assert Ids(html(page_of(parts + more))).found[: len(before)] == before


@pytest.mark.parametrize(
    "written",
    [
        *("## Heading\nafter", "After\n## heading", "Setext\n---", "one | two\n---|---\n1 | 2"),
        *("Term\n: What it is", "> quoted", "1. one", "- one", "---", "    code", "!!! note\n    Inside."),
        *("[^1]: Note", "[a]: http://example.com", "<div>raw</div>", "Text\n!!! note\n    Inside."),
    ],
)
def test_what_is_no_paragraph_is_none_beside_those_that_are(written: str) -> None:
    alone = html(f"{written}\n\nSee [a] [^1].")
    found = html(f"Plain words\nin two lines.\n\n{written}\n\nSee [a] [^1].")
    assert found == f"<p>Plain words\nin two lines.</p>\n{alone}"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("two  \nlines", "<p>two<br>\nlines</p>"),
        ("5 < 6", "<p>5 &lt; 6</p>"),
        ("AT&amp;T", "<p>AT&amp;T</p>"),
        ("1\\. one", "<p>1. one</p>"),
        ("- plain\n- *not*\n- `x`, then plain", "<em>not</em></li>\n<li><code>x</code>, then plain</li>"),
        ("a_b and <https://example.com>", '<a href="https://example.com">'),
        ("*a `b` [c](d) e* f", '<em>a <code>b</code> <a href="d">c</a> e</em> f'),
        ("[a ![b](c) `d`](e)", '<a href="e">a <img alt="b" src="c"> <code>d</code></a>'),
        ("Mail <me@example.com>", "me@example.com</a>"),
        ("`*a*` \\*b\\*", "<code>*a*</code> *b*"),
    ],
)
def test_texts_with_and_without_inline_markdown_stand_side_by_side(written: str, shown: str) -> None:
    assert shown in html(written)
