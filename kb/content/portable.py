"""An article's Markdown as others may read it: what writers keep to themselves left out, links made whole."""

import re
from collections.abc import Callable

import yaml

from kb.model import Article

_CODE_OR_LINK = re.compile(
    r"""
    ^[ ]{0,3}(`{3,}|~{3,}).*?^[ ]{0,3}\1   # fenced code
    | (?<!`)(`+)(?!`).*?(?<!`)\2(?!`)      # code in a line
    | (?P<before>
        \]\([ \t]*<?                       # a link or an image: ](address
        | ^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ \t]*<?  # a definition, but not a footnote's: [name]: address
      )
      (?P<address>(?<=<)[^<>\n]+ | [^\s()<>]+)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
"""Links as CommonMark writes them (https://spec.commonmark.org/0.31.2/#links); code holds none."""


def portable(article: Article, body: str, link: Callable[[str], str], base_url: str) -> str:
    """The article's public front matter, then `body` as it was written, but with whole addresses.

    `link` gives the address on the site for each one written; `base_url` is where the site lies, no slash at
    its end.
    """

    def absolute(found: re.Match[str]) -> str:
        if found["address"] is None or found["address"].startswith("#"):
            return found[0]
        address = link(found["address"])
        on_site = address.startswith("/") and not address.startswith("//")
        return found["before"] + (base_url if on_site else "") + address

    facts = {"title": article.title, "summary": article.summary, "updated": article.updated}
    front = yaml.safe_dump(
        {key: value for key, value in facts.items() if value}, allow_unicode=True, sort_keys=False, width=1000
    )
    return f"---\n{front}---\n\n{_CODE_OR_LINK.sub(absolute, body).strip()}\n"
