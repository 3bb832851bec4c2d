"""An article's text as its page shows it: `kb.content` wrote the HTML, this adds links, names and marks.

What it adds depends on the page around the text: its language, and which websites are the shop's own.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from flask_babel import lazy_gettext
from markupsafe import Markup, escape

from kb.content.markdown import TABLE_NAME, TABLE_OPEN
from kb.model import Site
from webapp.language import gettext as _

_HEADING = re.compile(r"<h([2-4])\b[^>]*\bid=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)
_NAMED = re.compile(
    r'<(?:(?:p class="callout-title"|summary)>(Note|Tip|Important|Warning|Caution|Details)(?=</)'
    r'|span class="task-mark" role="img" aria-label="(To do|Done)(?=">))'
)
_NAMES = {
    "Note": lazy_gettext("Note"),
    "Tip": lazy_gettext("Tip"),
    "Important": lazy_gettext("Important"),
    "Warning": lazy_gettext("Warning"),
    "Caution": lazy_gettext("Caution"),
    "Details": lazy_gettext("Details"),
    "To do": lazy_gettext("To do"),
    "Done": lazy_gettext("Done"),
}
_FOOTNOTE_BACK = re.compile(r'(<a href="#fnref\d*:[^"]*") title="[^"]*"')
_EXTERNAL = re.compile(r'<a href="(https?://[^"]+)"([^>]*)>(.*?)</a>', re.DOTALL)
_E_MAIL = re.compile(r'(<a href="mailto:[^"]*"[^>]*>[^<@]*@)(?=[^<]*</a>)')
_CONTACT = '<a href="/contact"'
_TAG = re.compile(r"<[^>]*>")


def article_text(html: str, contact_url: str, site: Site) -> Markup:
    """The article HTML `html`, sanitised by `kb.content`, ready for its page on `site`.

    Each heading has a link to itself beside it; links to other websites are marked, for eyes and
    screen readers; what `kb.content` named in English is named in the page's language. Links to
    Contact us become `contact_url`, which says what about. An e-mail address may go on in the next line
    after its @, so that a phone breaks it nowhere else.
    """
    own = {urlsplit(address).netloc for address in (site.base_url, site.shop_url) if address}
    html = with_table_names(html)
    html = _NAMED.sub(_in_words, html)
    html = _FOOTNOTE_BACK.sub(rf'\1 aria-label="{escape(_("Back to the text"))}"', html)
    html = html.replace(_CONTACT, f'<a href="{escape(contact_url)}"')
    html = _E_MAIL.sub(r"\1<wbr>", html)
    mark, label = escape(_("(another website)")), _("Link to this section: %(heading)s")
    html = _EXTERNAL.sub(lambda found: _with_mark(found, mark, own), html)
    return Markup(_HEADING.sub(lambda found: _with_link(found, label), html))  # noqa: S704  kb.content sanitised it


def _in_words(found: re.Match[str]) -> str:
    name = found[1] or found[2]
    return f"{found[0].removesuffix(name)}{escape(str(_NAMES[name]))}"  # what is lazy would count as HTML


def with_table_names(html: str) -> str:
    """The article HTML `html` with each table, which may be scrolled, named by the heading above it."""
    *parts, last = html.split(TABLE_OPEN)
    named, name = "", _("Table")
    for part in parts:
        headings = _HEADING.findall(part)
        if headings:
            name = _("Table: %(heading)s", heading=_text_of(headings[-1][2]))
        named += part + TABLE_OPEN.replace(TABLE_NAME, f'aria-label="{escape(name)}"')
    return named + last


def _text_of(html: str) -> str:
    return unescape(_TAG.sub("", html))


def _with_mark(found: re.Match[str], mark: str, own: set[str]) -> str:
    bare = " bare" if found[3] == found[1] else ""  # on paper its address need not be said again
    if urlsplit(found[1]).netloc in own or "<img" in found[3]:
        return found[0].replace("<a ", '<a class="bare" ', 1) if bare else found[0]
    return (
        f'<a class="external{bare}" href="{found[1]}"{found[2]}>{found[3]}'
        f'<span class="visually-hidden"> {mark}</span></a>'
    )


def _with_link(found: re.Match[str], label: str) -> str:
    name = escape(label % {"heading": _text_of(found[3])})
    link = f'<a class="heading-link" href="#{found[2]}" aria-label="{name}">#</a>'
    direction = ' dir="auto"' if ' dir="auto"' in found[0][: found.start(3) - found.start()] else ""
    return f'<div class="heading"{direction}>{found[0].replace(direction, "", 1)}{link}</div>'
