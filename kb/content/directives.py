"""What a page says to the builder of another site: no reader should see it, and nothing here carries it out.

Lines of Hugo's shortcodes (`{{< note >}}`), Liquid's tags (`{% if … %}`), Microsoft Learn's and VitePress's
colons (`:::image …:::`, `::: code-group`), MDX (`import … from '…'`), kramdown (`{: .wide }`), Obsidian and
MkDocs. Callouts, tabs, pictures, code and comments of theirs become ours; all else is left out, and what
stands between is shown.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.content import callouts

SIGNS = frozenset(":{[%-<*ie")
"""What such a line begins with."""

CODE, COMMENT = "code", "comment"
"""What a directive may hold besides the text of an admonition."""

FAR = 1000
"""Signs that a tag may have: one without an end would be looked for up to the text's end."""

TAG = rf"\{{\{{[<%](?:(?!\{{\{{).){{0,{FAR}}}?[>%]\}}\}}|\{{%(?:(?!\{{%).){{0,{FAR}}}?%\}}"
"""A tag of Hugo's or Liquid's. `{{ name }}` is none: it may be what an article is about."""

WITHIN = (
    rf"{TAG}|\{{/\*(?:(?!\{{/\*).){{0,{FAR}}}?\*/\}}"
    r"|:(?:material|octicons|fontawesome|simple)(?:-[a-z0-9]+)+:(?:\{[^{}\n]*\})?"
)
"""What is for a builder alone within a text: tags, comments, and MkDocs's names of icons."""

_TAGS = re.compile(rf"(?:{TAG}|\s)+")
_NAME = re.compile(r"\{[{%][<%-]?\s*(/?)\s*([\w./-]*)")
_VALUE = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)')""")
_COLONS = re.compile(r"(:{3,}) *(?:([a-z][\w-]*)(.*))?$", re.IGNORECASE)
_CLOSED = re.compile(":::")
_VIDEO = re.compile(r"\[!VIDEO (\S+?)\] *$", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"\[(?:TOC|\[_?TOC_?\])\] *$|\[!(?:INCLUDE|div|CODE)\b.*\] *$"
    r"|-+8<-+(?: .*)?$|<<< ?@.*$|\{:[^{}]*\} *$|\*\[[^\]]+\]: .*$|%% .* %% *$"
    r"""|import (?:(?:[\w$]+|[^'"]*[{*,][^'"]*) from )?(?:"[^"]+"|'[^']+');? *$""",
    re.IGNORECASE,
)
_EXPORT = re.compile(r"export (?:default |const |let |function )")
_MDX_END, _OBSIDIAN_END = re.compile(r"\*/\}"), re.compile(r"^ *%% *$")
_BLANK = re.compile(r"^ *$")

_SILENT = frozenset(
    "if unless else elsif elseif case when for break continue assign capture raw comment increment ifversion "
    "icon octicon heading".split()
)
"""Tags that stand for no word."""

_CHOOSING = frozenset({"if", "unless", "case", "for", "ifversion"})
_CARRIED_OUT = (_SILENT - _CHOOSING) | {"", "text", "aria-label", "figure", "link", "ref", "relref"}
_FOR_BUILDERS = re.compile(
    rf"{TAG}|^[ >]*(?:\[!INCLUDE\b[^\n]*\]|-+8<-+ *\"[^\n]*|<<< ?@[^\n]*)",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)

_KINDS = frozenset({"alert", "admonition", "callout", "hint", "notice"})
_TABS = frozenset({"tab", "tab-item", "tabitem"})
_FOLDED = frozenset({"details", "expand", "expandable", "collapse", "accordion"})


class Directive(NamedTuple):
    """A line for a builder, and the Markdown to write for it, maybe none.

    With an `end` it holds what stands up to the line which that is found in, as the admonition `holds`, as
    CODE or as a COMMENT. `name` is what messages call one that is not understood.
    """

    shown: str = ""
    holds: str = ""
    end: re.Pattern[str] | None = None
    name: str = ""


def directive(line: str) -> Directive | None:
    """What `line` says to a builder, if it says nothing else."""
    if line[0] == ":":
        return _colons(line)
    if line.startswith("{/*"):
        closed = line.find("*/}") + 3
        if closed < 3:
            return Directive(holds=COMMENT, end=_MDX_END)
        return None if line[closed:].strip() else Directive()
    if line.startswith("%%") and not line.strip("% "):
        return Directive(holds=COMMENT, end=_OBSIDIAN_END)
    if line[0] == "{" and _TAGS.fullmatch(line):
        return _tag(line)
    if video := _VIDEO.match(line):
        return Directive(shown=f"<{video[1]}>")
    if _EXPORT.match(line):
        return Directive(holds=COMMENT, end=_BLANK)
    return Directive() if _LEFT_OUT.match(line) else None


def replaced(tag: str, after: str) -> str:
    """What is shown for a `tag` in a text: what it names, a sign that a word is missing, or nothing.

    `after` is the text after it: a tag that is closed there stands for no word.
    """
    name, given = _named(tag)
    if not name or name in _SILENT or name.startswith("end"):
        return ""
    if name in ("link", "ref", "relref"):  # which stand where a link has its address
        return "".join(re.findall(r"""(?:ref|link)\s+["']?([^\s"']+)""", tag)[:1])
    shown = given.get("text") or given.get("aria-label")
    return shown or ("" if _end(name).search(after) else "\N{HORIZONTAL ELLIPSIS}")


def without_effect(body: str) -> Iterator[tuple[int, str]]:
    """Where in a `body` something is left out that a builder would have put in or chosen, and its tag.

    The first of each name; callouts and others that are ours here are not among them.
    """
    met = set(_CARRIED_OUT)
    for found in _FOR_BUILDERS.finditer(body):
        name, given = _named(found[0])
        name = name or ("" if found[0][0] == "{" else found[0])
        if name in met or name.startswith("end") or not met.isdisjoint(given):
            continue
        met.add(name)
        if name in _CHOOSING or not _end(name).search(body, found.end()):
            yield found.start(), found[0]


def _end(name: str) -> re.Pattern[str]:
    """What ends that which the tag called `name` begins."""
    plain = re.escape(name)
    return re.compile(rf"\{{\{{[<%]\s*/\s*{plain}\s*[>%]\}}\}}|\{{%-?\s*end_?{plain}\s*-?%\}}")


def _named(tag: str) -> tuple[str, dict[str, str]]:
    found = _NAME.match(tag)
    name = found[2].lower() if found and not found[1] else ""
    return name, {key: double or single for key, double, single in _VALUE.findall(tag)}


def _colons(line: str) -> Directive | None:
    found = _COLONS.match(line)
    opened = callouts.container(line)
    if not found or (opened and opened.admonition):
        return None
    name, rest = (found[2] or "").lower(), found[3] or ""
    given = _named(rest)[1]
    if name == "image" and given.get("source"):
        picture = f"![{given.get('alt-text', '')}](<{given['source']}>)"
        _, closed, after = rest.partition(":::")
        return Directive(f"{picture}{after}") if closed else Directive(picture, COMMENT, _CLOSED)
    is_end = not name or name.endswith("-end")
    return Directive(name="" if is_end else f"{found[1]}{found[2]}")


def _tag(line: str) -> Directive:
    name, given = _named(line)
    end = _end(name)
    title = next(
        (given[key] for key in ("title", "name", "label", "summary", "header") if given.get(key)), ""
    )
    if name == "figure" and given.get("src"):
        return Directive(shown=f"![{given.get('alt') or given.get('caption') or title}](<{given['src']}>)")
    if line.rstrip()[:-3].endswith("/") or not name or end.search(line):
        return Directive()
    if name in (COMMENT, "highlight"):
        return Directive(holds=COMMENT if name == COMMENT else CODE, end=end)
    quoted = title.replace('"', "'")
    if name in _TABS and title:
        return Directive(holds=f'=== "{quoted}"', end=end)
    if name in _FOLDED and title:
        return Directive(holds=f'??? note "{quoted}"', end=end)
    kind = next((given[key] for key in ("type", "style", "color") if given.get(key)), "note")
    kind = (kind if name in _KINDS else name).lower()
    if kind in callouts.KINDS or name in _KINDS:
        shown = kind if kind in callouts.KINDS else "note"
        return Directive(holds=f'!!! {shown} "{quoted}"' if title else f"!!! {shown}", end=end)
    return Directive()
