"""What of an article no reader would see as its writer meant it: tags taken out, links by unknown names.

All is judged by what became of it, so that nothing is complained of that shows well.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from itertools import chain, islice

from kb.content import directives
from kb.content.blocks import Unclear
from kb.content.lines import cells, is_table
from kb.content.sanitising import DROPPED, TAGS

_MEDIA = frozenset("iframe video audio object embed canvas applet".split())
_TEXT_STAYS = frozenset(
    "address base basefont big blink body button datalist dialog dir fieldset font frame frameset head html "
    "image input label legend link listing main marquee menu meta meter nobr noembed noframes optgroup "
    "option output param picture plaintext progress rb search select slot source textarea tfoot title track "
    "xmp".split()
)
"""Elements of HTML that may go: what they hold is shown, or they are part of others."""

_UNTOLD = (TAGS | _TEXT_STAYS) - _MEDIA

_NAME = re.compile(r"<([a-zA-Z][^\s/>]*)")
_ELEMENT = re.compile(
    rf"<!--(?:.*?-->|.*)|<({'|'.join(sorted(DROPPED))})\b(?:.*?</\1\b|.*)"
    r"|<([a-zA-Z][^\s/>]*)(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*+>",
    re.DOTALL | re.IGNORECASE,
)
"""A comment, an element that is taken out with what it holds, or a tag."""

_REFERENCE = re.compile(r"(?<![\w\\\])])\[([^\[\]\n]+)\]\[([^\[\]\n]*)\]")
_NOTE = re.compile(r"(?<!\\)\[\^(\w+)\](?!:)")
_NAMED = re.compile(r"\]\[([^\[\]<>]*)\]")
_DEFINED = re.compile(r"^[ >]*\[([^\]\n]+)\]:", re.MULTILINE)
_NO_HEADING = re.compile(r"^ {0,3}(#{2,6})[^\W\d_].*", re.MULTILINE)
_NO_ANCHOR = re.compile(r'<h[1-4]\b[^<>]*\sid="([^"]*%[^"]*)"')
_BARRED = re.compile(r"(?:^[ >]*\|.*\| *(?:\n|\Z)){2,}", re.MULTILINE)
_SHOWN_BARS = re.compile(r"(?:^|<p>)\|.*\|\n\|.*\|(?:$|</p>)", re.MULTILINE)
"""Lines between bars, in Markdown and as text that a page shows."""
_CODE = re.compile(
    r"^(?:[ >*+-]|\d+[.)])*(`{3,}|~{3,})[^\n`]*(?=\n)(?:.*?^[ >]*\1|.*)"
    r"|(?<!`)(`+)(?!`).{0,1000}?(?<!`)\2(?!`)",
    re.DOTALL | re.MULTILINE,
)

_MARKED = re.compile(r"(?<![\w=+])(?:==([^\s=](?:[^=\n]{0,98}[^\s=])?)==|\+\+([a-z][\w+-]*)\+\+)(?![\w=+])")
"""Marked text, and keys, as Obsidian and Material for MkDocs have them."""

_MOST = 20
"""Problems of one article: who has more begins with these."""

_LONGEST = 40
"""Signs of a tag that are quoted; of a longer one only its name is."""


def lost(body: str, html: str, clean: str) -> list[Unclear]:
    """What is lost of a Markdown `body` that became `html`, and `clean` when that was sanitised."""
    tags = _NAME.findall(html)
    told = {} if _UNTOLD.issuperset(tags) else _taken_out(html)
    for_builders = any(sign in body for sign in ("{%", "{{", "8<", "<<<")) or "[!include" in body.lower()
    checks = [check for signs, check in _CHECKS if any(sign in clean for sign in signs)]
    if not (told or for_builders or checks):
        return []
    text = _CODE.sub(lambda code: "\n" * code[0].count("\n"), body)
    found = (Unclear(_line(text, written), *told[written]) for written in told)
    without = _without_effect(text, unescape(clean)) if for_builders else ()
    return list(islice(chain(found, without, *(check(text, clean) for check in checks)), _MOST))


def _taken_out(html: str) -> dict[str, tuple[str, str]]:
    """Tags that begin what does not show, as they are written, each with what is wrong and the fix."""
    told: dict[str, tuple[str, str]] = {}
    components: set[str] = set()
    for found in _ELEMENT.finditer(html):
        name = (found[1] or found[2] or "").lower()
        if not name or name in _UNTOLD or ":" in name:  # which office programs write
            continue
        if found[2] in components:
            continue
        if name in _MEDIA:
            told[f"<{name}"] = (
                f"'<{name}>' is taken out.",
                "Link to what it would show: [its name](its address).",
            )
        elif name in DROPPED:
            told[f"<{name}"] = (
                f"'<{name}>' is taken out, with all in it.",
                "Delete it, or say it in Markdown.",
            )
        elif found[2][0].isupper() and _is_component(found[0], found[2], html):
            components.add(found[2])
            told[found[0].removesuffix(">")] = (
                f"'<{found[2]}>' is a component of another program, and does not show.",
                "Write in Markdown what it would show.",
            )
        else:
            tag = found[0] if len(found[0]) <= _LONGEST and "\n" not in found[0] else f"<{found[2]}>"
            fix = f"Write \\{tag} or `{tag}`; within HTML, write &lt; for its first sign."
            told[tag.removesuffix(">")] = f"'{tag}' is taken for HTML, and does not show.", fix
    return told


def _is_component(tag: str, name: str, html: str) -> bool:
    """Whether a `tag` is one of MDX or Vue, as `<Tabs group="os">`, not words as `<Device name>`."""
    return "=" in tag or tag.endswith("/>") or f"</{name}>" in html


def _line(text: str, written: str) -> int:
    """The line of `text` that `written` stands on, the first when it can't be told."""
    anywhere = re.escape(written)
    found = re.search(rf"(?<!\\){anywhere}", text, re.IGNORECASE) or re.search(anywhere, text, re.IGNORECASE)
    return text.count("\n", 0, found.start()) if found else 0


def _without_effect(text: str, shown: str) -> Iterator[Unclear]:
    for at, written in directives.without_effect(text):
        if written in shown:  # as code
            continue
        tag = " ".join(written.split())
        tag = tag if len(tag) <= _LONGEST else f"{tag[:_LONGEST]}…"
        what = f"'{tag}' is for another program, and is left out."
        yield Unclear(text.count("\n", 0, at), what, "Write in Markdown what it would show.")


def _without_note(text: str, clean: str) -> Iterator[Unclear]:
    shown, defined = set(_NOTE.findall(clean)), set(_DEFINED.findall(text))
    for mark in dict.fromkeys(_NOTE.findall(text)):
        if mark in shown and f"^{mark}" not in defined:
            fix = f"Add a line '[^{mark}]: …', or write \\[ for a bracket."
            yield Unclear(_line(text, f"[^{mark}]"), f"'[^{mark}]' has no note.", fix)


def _without_address(text: str, clean: str) -> Iterator[Unclear]:
    shown = {unescape(label) for label in _NAMED.findall(clean)}
    defined = {label.lower() for label in _DEFINED.findall(text)}
    for words, label in dict.fromkeys(_REFERENCE.findall(text)):
        name = label or words
        if label in shown and name.lower() not in defined:
            written = f"[{words}][{label}]"
            fix = f"Add a line '[{name}]: https://…', or write \\[ for a bracket."
            yield Unclear(_line(text, written), f"nothing says where '{written}' leads.", fix)


def _no_headings(text: str, clean: str) -> Iterator[Unclear]:
    for found in _NO_HEADING.finditer(text):
        if found[1] in clean:
            line = text.count("\n", 0, found.start())
            yield Unclear(line, f"'{found[0].strip()}' is no heading.", f"Put a blank after '{found[1]}'.")


def _no_anchors(text: str, clean: str) -> Iterator[Unclear]:
    for name in _NO_ANCHOR.findall(clean):
        written = unescape(name)
        problem = f"the anchor '{written}' is not taken: '%' begins another sign in an address."
        yield Unclear(_line(text, written), problem, "Choose one without '%'.")


def _no_tables(text: str, clean: str) -> Iterator[Unclear]:
    for found in _BARRED.finditer(text) if _SHOWN_BARS.search(clean) else ():
        first, second, *_ = (line.strip(" >") for line in found[0].splitlines())
        if is_table(first, second):
            continue
        fix = f"Write '{'|---' * cells(first)}|' below it."
        if not first.strip("|-: "):
            fix = "Write a line with the names of the columns above it."
        problem = f"'{first}' begins no table: below it stands no line with as many '---' as it has cells."
        yield Unclear(text.count("\n", 0, found.start()), problem, fix)


def _marked(text: str, clean: str) -> Iterator[Unclear]:
    for found in _MARKED.finditer(text):
        if escape(found[0], quote=False) in clean:
            tag, words = ("mark", found[1]) if found[1] else ("kbd", found[2])
            fix = f"Write <{tag}>{words}</{tag}>, or `{found[0]}` for the signs."
            yield Unclear(text.count("\n", 0, found.start()), f"'{found[0]}' shows as it is written.", fix)


_CHECKS: tuple[tuple[tuple[str, ...], Callable[[str, str], Iterator[Unclear]]], ...] = (
    (("[^",), _without_note),
    (("][",), _without_address),
    (("##",), _no_headings),
    (("%",), _no_anchors),
    (("|\n|",), _no_tables),
    (("==", "++"), _marked),
)
"""Each with the signs of which one shows where something has not become what it was written for."""
