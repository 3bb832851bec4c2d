"""Callouts, folded parts and tasks: how they are written elsewhere, and what they are here.

Lines as Docusaurus has them (`:::tip[Title]`, closed by `:::`, https://docusaurus.io/docs/markdown-features/admonitions)
and Material for MkDocs (`??? note "Title"`, `=== "Tab"`, https://squidfunk.github.io/mkdocs-material/reference/)
become lines of Python-Markdown's admonitions. What that makes of these, and of GitHub's alerts and task lists
(https://github.github.com/gfm/#task-list-items-extension-), gets the tags, roles and classes of our pages.
"""

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

CALLOUTS = ("note", "tip", "important", "warning", "caution")
_SAME_AS = {
    **dict.fromkeys("info abstract summary question quote example seealso secondary".split(), "note"),
    **dict.fromkeys("todo tldr help faq cite".split(), "note"),
    **dict.fromkeys(("hint", "success", "check", "done"), "tip"),
    **dict.fromkeys(("attention",), "warning"),
    **dict.fromkeys("danger error failure bug fail missing".split(), "caution"),
}
"""Other names that callouts go by in MkDocs, Docusaurus, Obsidian and reStructuredText, each with ours."""

KINDS = frozenset({*CALLOUTS, *_SAME_AS})

TASK, TASK_DONE = "task", "task-done"
"""Classes of a list's item."""

_FOLDED, _UNFOLDED = "folded", "unfolded"  # as classes of an admonition
_FOLD = re.compile(r'\?\?\?(\+?) ?([\w-]+(?: +[\w-]+)*)?(?: *"(.*)")? *$')
_TAB = re.compile(r'===[!+]? ?"(.+)" *$')
_CONTAINER = re.compile(r"(:{3,}) *([a-z][\w-]*)(?:\[(.*)\])?(?:\{[^{}]*\})?(.*)$", re.IGNORECASE)
_ALERT = re.compile(
    rf"\s*\[!({'|'.join(sorted(KINDS))})\]([+-]?)(?: *\\(?=\n)|\s*<br\s*/?>)?[ \t]*",
    re.IGNORECASE,
)
_TASK = re.compile(r"\[([ xX])\]\s+(?=\S)")


class Container(NamedTuple):
    """A line that begins with colons: these, the name after them, and the admonition it is, or ""."""

    fence: str
    name: str
    admonition: str


def container(line: str) -> Container | None:
    """What begins with `line`, when it is colons and a name."""
    found = _CONTAINER.match(line)
    if not found:
        return None
    fence, name, kind, title = found[1], found[2], found[2].lower(), (found[3] or found[4]).strip()
    if kind == "details":  # as VitePress has it
        return Container(fence, name, f'!!! note {_FOLDED} "{title or "Details"}"')
    if kind not in KINDS:
        return Container(fence, name, "")
    return Container(fence, name, f'!!! {kind} "{title}"' if title else f"!!! {kind}")


def admonition(line: str) -> str:
    """`line` as an admonition when it begins a folded part or a tab of MkDocs; else `line`.

    A page can't tell which tab its reader needs, so all of them are open, one below the other.
    """
    if line.startswith("==="):
        return _TAB.sub(rf'!!! note {_UNFOLDED} "\1"', line)
    found = _FOLD.match(line)
    if not found or not (found[2] or found[3]):
        return line
    kind, title = found[2] or "note", "" if found[3] is None else f' "{found[3]}"'
    first, *others = kind.split()
    return " ".join(("!!!", first, *others, _UNFOLDED if found[1] else _FOLDED)) + title


def as_ours(root: Element) -> None:
    """Gives alerts, admonitions and tasks within `root` what they have on our pages."""
    for quote in root.iter("blockquote"):
        _alert(quote)
    for box in list(root.iter("div")):
        kinds = box.get("class", "").split()
        if kinds[:1] == ["admonition"]:
            _admonition(box, kinds[1:])
    for item in root.iter("li"):
        _task(item)


def _alert(quote: Element) -> None:
    """As on GitHub; with a title on the first line and folded by a sign, as in Obsidian and GitLab."""
    first = quote[0] if len(quote) else quote
    found = _ALERT.match(first.text or "") if first.tag == "p" else None
    if not found:
        return
    kind, sign, text = found[1].lower(), found[2], (first.text or "")[found.end() :]
    line, _, below = text.partition("\n")
    is_title = line.strip() and (below or len(quote) > 1 or sign)
    first.text = below if is_title else text.lstrip()
    title = Element("summary" if sign else "p", {} if sign else {"class": "callout-title"})
    title.text = line.strip() if is_title else AtomicString(kind.capitalize())
    quote.insert(0, title)
    if sign:
        quote.tag, quote.attrib = "details", {"open": ""} if sign == "+" else {}
    else:
        _be_callout(quote, kind if kind in CALLOUTS else _SAME_AS[kind])


def _admonition(box: Element, kinds: list[str]) -> None:
    kind = kinds[0] if kinds else "note"
    title = box[0] if len(box) and box[0].get("class") == "admonition-title" else None
    if not {_FOLDED, _UNFOLDED}.isdisjoint(kinds):
        box.tag, box.attrib = "details", {"open": ""} if _UNFOLDED in kinds else {}
        if title is None:
            title = SubElement(box, "summary")
            title.text = kind.capitalize()
            box.remove(title)
            box.insert(0, title)
        title.tag, title.attrib = "summary", {}
        return
    if title is not None:
        title.set("class", "callout-title")
    _be_callout(box, kind if kind in CALLOUTS else _SAME_AS.get(kind, "note"))


def _be_callout(element: Element, kind: str) -> None:
    element.attrib = {"role": "note", "class": f"callout callout-{kind}"}


def _task(item: Element) -> None:
    holder = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
    found = _TASK.match((holder.text or "").lstrip())
    if found:
        holder.text = (holder.text or "").lstrip()[found.end() :]
        item.set("class", TASK if found[1] == " " else f"{TASK} {TASK_DONE}")
