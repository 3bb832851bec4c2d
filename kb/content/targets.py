"""What seeds may link to on the site: articles and places in them, topics, files and pages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from kb.content.assets import asset_file
from kb.content.crosscheck import anchor_fix
from kb.content.library import Library
from kb.content.links import A_DRAFT, PAGES
from kb.errors import Severity, closest, near_miss

Fault = tuple[str, str, Severity]
"""What is wrong with a link, how to mend it, and how much that takes away."""


@dataclass(frozen=True, slots=True)
class Targets:
    """All of it: anchors by each published article's slugs, old ones too, paths of topics, the files' folder.

    `drafts` are the slugs of articles that customers don't see.
    """

    anchors: Mapping[str, Collection[str]]
    topics: Collection[str]
    folder: Path
    drafts: Collection[str] = ()

    @classmethod
    def of(cls, library: Library, folder: Path) -> Self:
        """What a library makes, with the files in its folder."""
        named = [(name, one) for one in library.articles for name in (one.slug, *one.aliases)]
        anchors = {name: library.places[one.slug] for name, one in named if not one.draft}
        drafts = {name for name, one in named if one.draft} - anchors.keys()
        return cls(anchors, {topic.path for topic in library.topics}, folder, drafts)

    def fault(self, link: str) -> Fault | None:
        """What is wrong with `link` as a seed has it; None when it leads somewhere, or to another site.

        A warning for what is no article, as in articles: what else stands at the same address is not ours.
        """
        if not link.startswith("/"):
            return None
        parts = urlsplit(link)
        path = unquote(parts.path)
        kind, _, rest = path[1:].partition("/")
        if kind == "articles" and rest:
            return self._article_fault(rest, unquote(parts.fragment))
        if kind == "topics" and rest:
            return None if rest in self.topics else _nowhere(path, [f"/topics/{one}" for one in self.topics])
        if kind == "files" and rest:
            return None if asset_file(self.folder, rest) else _nowhere(path, ())
        return None if (path.rstrip("/") or "/") in PAGES else _nowhere(path, PAGES)

    def _article_fault(self, slug: str, anchor: str) -> Fault | None:
        if slug in self.drafts:
            return f"'/articles/{slug}' leads nowhere.", A_DRAFT, Severity.ERROR
        if slug not in self.anchors:
            near = closest(slug, sorted(self.anchors))
            fix = f"Did you mean '/articles/{near}'?" if near else "Link to an article that exists."
            return f"there is no article '{slug}'.", fix, Severity.ERROR
        if anchor and anchor not in self.anchors[slug]:
            fix = anchor_fix(anchor, self.anchors[slug])
            return f"the article '{slug}' has no heading '#{anchor}'.", fix, Severity.WARNING
        return None


def _nowhere(path: str, known: Collection[str]) -> Fault:
    other = "Correct the address; to another site, begin it with https://."
    fix = near_miss(path, sorted(known)) or other
    return f"'{path}' leads nowhere.", fix, Severity.WARNING
