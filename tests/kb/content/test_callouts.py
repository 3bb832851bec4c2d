"""What other sites write for callouts, folded parts, tabs and tasks is what our pages have for them."""

import re

import pytest

from kb.content.blocks import Unclear
from kb.content.markdown import Picture, Rendered, render


def rendered(body: str) -> Rendered:
    return render(body, lambda href: href, Picture)


def html(body: str) -> str:
    """Without the line ends between tags, which say nothing."""
    return re.sub(r">\s+<", "><", rendered(body).html)


@pytest.mark.parametrize(
    ("written", "kind", "title"),
    [
        (":::tip", "tip", "Tip"),
        ("::: tip", "tip", "Tip"),
        (":::info", "note", "Info"),
        (":::Danger", "caution", "Danger"),
        (":::note[Mind the *gap*]", "note", "Mind the <em>gap</em>"),
        (":::note Mind the gap", "note", "Mind the gap"),
        (':::warning[A "quoted" word]{#here .now}', "warning", 'A "quoted" word'),
        (":::::caution", "caution", "Caution"),
    ],
)
def test_what_stands_between_colons_is_a_callout(written: str, kind: str, title: str) -> None:
    closing = ":" * written.count(":")
    found = html(f"Before\n{written}\nIn **bold**.\n\n- one\n- two\n{closing}\nAfter")
    assert found == (
        f'<p>Before</p><div class="callout callout-{kind}" role="note"><p class="callout-title">{title}</p>'
        "<p>In <strong>bold</strong>.</p><ul><li>one</li><li>two</li></ul></div><p>After</p>"
    )


def test_callouts_between_colons_lie_within_one_another_and_in_items() -> None:
    found = html(
        "::::note\n:::tip\nInner.\n:::\nOuter.\n::::\n\n- item\n\n  :::tip\n  Within.\n  :::\n- last"
    )
    assert found.count("<div") == 3
    assert "<p>Inner.</p></div><p>Outer.</p></div>" in found
    assert "<p>Within.</p></div></li><li>" in found


@pytest.mark.parametrize(
    ("body", "box"),
    [
        ("- :::tip\n  Within.\n  :::\n\n  After.\n- last", '<div class="callout callout-tip" role="note">'),
        (
            "1.  !!! tip\n        Within.\n\n    After.\n2. last",
            '<div class="callout callout-tip" role="note">',
        ),
        ('- ??? tip "T"\n      Within.\n\n  After.\n- last', "<details>"),
        ('- a\n  * === "T"\n        Within.\n\n    After.\n  * b', '<details open="">'),
    ],
)
def test_a_callout_may_begin_on_an_items_own_first_line(body: str, box: str) -> None:
    found = rendered(body)
    assert found.unclear == ()
    shown = re.sub(r"\n\s*", "", found.html)
    assert f"<li>{box}" in shown
    assert re.search(r"<p>Within\.</p></(div|details)><p>After\.</p></li><li>", shown)


@pytest.mark.parametrize("text", [":: x", ":::", "? y", "???", "= z", "==", "! a", "!!!"])
def test_an_item_that_only_looks_like_one_is_text(text: str) -> None:
    found = rendered(f"- {text}\n- last")
    assert f"<li>{text}</li>" in found.html
    assert found.unclear == ()


@pytest.mark.parametrize(("name", "stays"), [("tip", True), ("zone", False)])
def test_colons_on_an_items_first_line_that_come_to_nothing_are_named(name: str, stays: bool) -> None:
    found = rendered(f"- a\n- :::{name}\n  Text.\n- b\n")
    assert [one.line for one in found.unclear] == [1]
    assert (f":::{name}" in found.html) is stays
    assert "Text." in found.html


def test_code_between_colons_is_shown_as_it_is_written() -> None:
    found = html(":::tip\n\n```\n- no *list*\n:::no\n```\n\n:::")
    assert "<pre><code>- no *list*\n:::no\n</code></pre></div>" in found


def test_colons_in_code_are_no_callout() -> None:
    found = rendered("```\n:::tip\nx\n:::\n```\n\n`:::tip`\n\n    :::image\n")
    assert "callout" not in found.html
    assert found.unclear == ()


def test_colons_that_nothing_closes_are_named_with_their_line_and_fix() -> None:
    found = rendered("A.\n\n:::tip\nText.\n\n> :::note\n> Text.\n\n:::warning\n")
    assert "callout" not in found.html
    assert [one.line for one in found.unclear] == [2, 5, 8]
    fix = "Put a line ':::' after it, indented as this one is."
    assert found.unclear[0] == Unclear(2, "':::tip' is never closed.", fix)


def test_colons_with_a_name_that_is_none_of_ours_are_named_with_their_line() -> None:
    found = rendered("A.\n\n:::tip\n:::zone pivot=x\nB.\n:::zone-end\n:::\n\nTerm\n: :::zone\n")
    problem = "':::zone' is not understood: it is left out, and what it holds is shown."
    assert [one[:2] for one in found.unclear] == [(3, problem)]
    assert ":::zone" not in found.html.replace("<dd>:::zone</dd>", "")
    assert "<p>B.</p>" in found.html


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("??? note", "<details><summary>Note</summary>"),
        ("???+ note", '<details open=""><summary>Note</summary>'),
        ('??? warning "Mind the *gap*"', "<details><summary>Mind the <em>gap</em></summary>"),
        ('??? "Only a title"', "<details><summary>Only a title</summary>"),
        ('??? note inline end ""', "<details><summary>Note</summary>"),
        ('=== "Windows"', '<details open=""><summary>Windows</summary>'),
    ],
)
def test_folded_parts_and_tabs_of_mkdocs_are_folded_parts(written: str, opened: str) -> None:
    found = html(f"Before\n\n{written}\n\n    In **bold**.\n\n    - one\n      - two\n\nAfter")
    assert found == (
        f"<p>Before</p>{opened}<p>In <strong>bold</strong>.</p><ul><li>one<ul><li>two</li></ul></li></ul>"
        "</details><p>After</p>"
    )


def test_details_between_colons_are_a_folded_part() -> None:
    assert html("::: details More\nText.\n:::") == "<details><summary>More</summary><p>Text.</p></details>"


@pytest.mark.parametrize(
    "body", ["??? What?", "???", "Why ??? note", "Title\n===", '== "x"', "```\n??? note\n```", '    === "x"']
)
def test_what_only_looks_like_a_folded_part_is_none(body: str) -> None:
    assert "<details" not in html(body)


def test_a_task_says_in_words_and_by_its_mark_whether_it_is_done() -> None:
    found = html("- [ ] Pack *it*\n- [x] Label\n- [X] Stamp\n")
    assert (
        '<li class="task"><span class="task-mark" role="img" aria-label="To do">☐︎</span> Pack <em>' in found
    )
    assert (
        found.count('<li class="task task-done"><span class="task-mark" role="img" aria-label="Done">☑') == 2
    )
    assert "[" not in found
    assert rendered("- [x] Label").sections[0].text == "Label"


def test_a_task_may_hold_paragraphs_and_tasks_and_have_a_number() -> None:
    found = html("1. [ ] One\n\n   Text.\n\n   - [x] Inner\n2. [ ] Two\n")
    assert found.count('class="task"') == 2
    assert found.count('class="task task-done"') == 1
    assert "</span><p>One</p><p>Text.</p>" in found


@pytest.mark.parametrize(
    "body", ["- [x](y.md)", "- [a] b", "- [ ]", "[ ] no item", "- `[ ]` x", "- [x]y", "- \\[x] y"]
)
def test_other_items_with_brackets_are_no_tasks(body: str) -> None:
    assert "task" not in html(body)


def test_a_writer_can_not_write_the_mark_of_a_task_or_a_box_to_tick() -> None:
    found = html('- <span class="task-mark" role="img" aria-label="Done">x</span> <input type="checkbox">')
    assert found == "<ul><li><span>x</span></li></ul>"


@pytest.mark.parametrize("after", ["\n> ", "  \n> ", "\\\n> ", "<br>", "<br/>\n> ", " "])
def test_an_alert_begins_with_its_text_however_its_line_ends(after: str) -> None:
    found = html(f"> [!NOTE]{after}Text.")
    assert '<p class="callout-title">Note</p><p>Text.</p>' in found


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "> [!tip] A *title*\n> In.",
            'callout-tip" role="note"><p class="callout-title">A <em>title</em></p>',
        ),
        ("> [!info] A title\n>\n> In.", 'callout-note" role="note"><p class="callout-title">A title</p>'),
        ("> [!danger]\n> In.", 'callout-caution" role="note"><p class="callout-title">Danger</p>'),
        ("> [!faq]- A title\n> In.", "<details><summary>A title</summary>"),
        ("> [!note]+\n> In.", '<details open=""><summary>Note</summary>'),
        ("> [!note] In.", 'callout-note" role="note"><p class="callout-title">Note</p>'),
    ],
)
def test_alerts_of_obsidian_and_gitlab_have_titles_other_names_and_fold(written: str, shown: str) -> None:
    found = html(written)
    assert f"{shown}<p>In.</p></" in found
