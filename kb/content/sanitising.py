"""What HTML an article may hold: all else is taken out, whatever could run or track first of all."""

import nh3

from kb.content.callouts import CALLOUTS, TASK, TASK_DONE

TAGS = set(nh3.ALLOWED_TAGS) | {"section", "figure", "figcaption", "details", "summary", "mark", "u"}
VOID = frozenset({"area", "br", "col", "hr", "img", "wbr"})
"""Those of `TAGS` that hold nothing and have no end tag (HTML Standard, "Void elements")."""

_ATTRIBUTES = {
    "a": {"href", "title", "name", "id"},
    "div": {"role"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "ol": {"start"},
    "li": {"id"},
    "sup": {"id"},
    "blockquote": {"role"},
    "details": {"open"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_CLASSES = {
    "blockquote": {"callout", *(f"callout-{kind}" for kind in CALLOUTS)},
    "div": {"footnote", "callout", *(f"callout-{kind}" for kind in CALLOUTS)},
    "li": {TASK, TASK_DONE},
    "p": {"callout-title"},
}
DROPPED = {"script", "style", "template", "iframe", "object", "noscript", "svg", "math", "form"}
"""Elements that are taken out with all that stands in them."""

_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=DROPPED,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


def sanitised(html: str) -> str:
    """`html` with what is allowed alone, parsed and written anew in one way."""
    return _cleaner.clean(html)
