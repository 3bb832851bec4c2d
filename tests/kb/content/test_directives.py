"""What pages say to the builders of other sites: nobody reads it here."""

import re
import time

import pytest

from kb.content.markdown import Picture, Rendered, render


def rendered(body: str) -> Rendered:
    return render(body, lambda href: href, lambda src: Picture(src))


def html(body: str) -> str:
    return re.sub(r"\n+", "", rendered(body).html)


CALLOUT = '<div class="callout callout-{}" role="note"><p class="callout-title">{}</p><p>In.</p></div>'


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{{< note >}}\nIn.\n{{< /note >}}", CALLOUT.format("note", "Note")),
        ("{{% warning %}}\nIn.\n{{% /warning %}}", CALLOUT.format("warning", "Warning")),
        ('{{< alert type="tip" title="So" >}}\n\nIn.\n\n{{< /alert >}}', CALLOUT.format("tip", "So")),
        ("{% note %}\nIn.\n{% endnote %}", CALLOUT.format("note", "Note")),
        ('{% hint style="danger" %}\nIn.\n{% endhint %}', CALLOUT.format("caution", "Danger")),
        (
            '{{< tabs >}}\n{{< tab title="Mac" >}}\nIn.\n{{< /tab >}}\n{{< /tabs >}}',
            '<details open=""><summary>Mac</summary><p>In.</p></details>',
        ),
        (
            '{{< details summary="More" >}}\nIn.\n{{< /details >}}',
            "<details><summary>More</summary><p>In.</p></details>",
        ),
        ("{% highlight ruby %}\n*x*\n{% endhighlight %}", "<pre><code>*x*</code></pre>"),
        ("{% comment %}\nIn.\n{% endcomment %}", ""),
        ("{/* a\n\nb */}", ""),
        ("%%\na\n%%\n\n%% b %%", ""),
        ("{% if x %}\nIn.\n{% endif %}", "<p>In.</p>"),
        ("::: zone pivot=x\nIn.\n::: zone-end", "<p>In.</p>"),
        ("::: code-group\n\nIn.\n\n:::", "<p>In.</p>"),
        (':::image type="icon" source="a b.png" alt-text="A":::', '<p><img alt="A" src="a b.png"></p>'),
        (':::image source="a.png" alt-text="A":::\nx', '<p><img alt="A" src="a.png"></p><p>x</p>'),
        (':::image source="a.png"::: Pick.', '<p><img alt="" src="a.png"> Pick.</p>'),
        (':::image source="a.png"\n  lightbox="b.png":::\nx', '<p><img alt="" src="a.png"></p><p>x</p>'),
        ('{{< figure src="a.png" alt="A" >}}', '<p><img alt="A" src="a.png"></p>'),
        ("import Tabs from '@theme/Tabs';\nimport './a.css'\n\nIn.", "<p>In.</p>"),
        ("export const A = () => (\n  <b>{x}</b>\n);\n\nIn.", "<p>In.</p>"),
        ("[TOC]\n\n[[_TOC_]]\n\nIn.\n{: .wide}", "<p>In.</p>"),
        ('--8<-- "a.md"\n\n[!INCLUDE [a](a.md)]\n\n<<< @/a.ts\n\nIn.', "<p>In.</p>"),
        ("> [!VIDEO https://a.example/b]", 'href="https://a.example/b"'),
        ('> [!div class="checklist"]\n> In.', "<blockquote><p>In.</p></blockquote>"),
    ],
)
def test_a_line_for_another_builder_becomes_what_is_ours_or_nothing(written: str, shown: str) -> None:
    found = html(f"{written}\n")
    assert found == shown or (shown.startswith("href") and shown in found)


def test_what_a_directive_holds_lies_in_its_item() -> None:
    found = html("1. a\n\n   {{< note >}}\n   In.\n   {{< /note >}}\n\n1. b\n")
    assert found == f"<ol><li><p>a</p>{CALLOUT.format('note', 'Note')}</li><li><p>b</p></li></ol>"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Use {% data product %} now.", "Use … now."),
        (
            "Version {{< skew now >}}.",
            "Version ….",
        ),
        ("A {{< tooltip text='Pod' >}}.", "A Pod."),
        ("{{< mark >}}So{{< /mark >}} it is{% endif %}.", "So it is."),
        ("{/* why */}So %%Name%% is.", "So %%Name%% is."),
        ("Go :material-arrow-right:{ .big } on.", "Go  on."),
        ("Hello {{ name }}, 50%% off, at 9:30-:10.", "Hello {{ name }}, 50%% off, at 9:30-:10."),
        ("Write `{% if %}`.", "Write <code>{% if %}</code>."),
        ("import duties apply from 'day one'", "import duties apply from 'day one'"),
        ('[a]({{< ref "b.md" >}})', '<a href="b.md">a</a>'),
        ("[a]({% link b.md %})", '<a href="b.md">a</a>'),
    ],
)
def test_a_tag_in_a_text_shows_what_it_names_or_that_a_word_is_missing(written: str, shown: str) -> None:
    assert html(written) == f"<p>{shown}</p>"


def test_tags_in_code_are_what_they_are() -> None:
    found = rendered("```\n{% if x %}\nimport a from 'b'\n```\n\n    {{< note >}}\n")
    assert found.html.count("<pre>") == 2
    assert "{% if x %}\nimport a from 'b'\n" in found.html
    assert found.unclear == ()


def test_what_is_left_out_is_named_once_with_its_line() -> None:
    body = '{{< note >}}\nx {% data a %}\n{% data b %}\n{{< /note >}}\n\n--8<-- "c.md"\n{% if d %}\ne\n'
    found = [(one.line, one.problem) for one in rendered(body).unclear]
    assert found == [
        (1, "'{% data a %}' is for another program, and is left out."),
        (5, "'--8<-- \"c.md\"' is for another program, and is left out."),
        (6, "'{% if d %}' is for another program, and is left out."),
    ]


def test_sections_hold_nothing_of_it_for_the_search() -> None:
    body = "import A from 'a'\n\n{{< note >}}\nMind {% data x %} the gap.\n{{< /note >}}\n"
    assert rendered(body).sections[0].text == "Note\nMind … the gap."


@pytest.mark.parametrize(
    "line", ["{{< note >}}", "{% note %}", "{% a", "x {% a %}", "{/* a", "%%", "export const a"]
)
def test_thousands_of_them_take_no_longer_than_others(line: str) -> None:
    begun = time.process_time()
    rendered(f"{line}\n" * 4_000 + f"{line}\n\n" * 4_000)
    assert time.process_time() - begun < 5
