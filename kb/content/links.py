"""Where the links and images of an article lead: other articles, files beside them, or nowhere."""

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from rapidfuzz import fuzz

from kb.content.assets import ASSET_TYPES, SMALLER, asset_file, image_size, too_large
from kb.content.changes import Linkable
from kb.content.frontmatter import SourceFile
from kb.content.markdown import Picture
from kb.content.memory import Anchor, BrokenLink
from kb.content.slugs import slugify, topics_above
from kb.errors import Problem, Severity, closest

PAGES = (
    "/",
    "/articles",
    "/contact",
    "/orders",
    "/search",
    "/requests/new",
    "/requests/links",
    "/feed.atom",
    "/sitemap.xml",
    "/opensearch.xml",
    "/robots.txt",
    "/llms.txt",
    "/api/v1/openapi.json",
)
"""The pages of the server that an article may link to, beside articles, topics and files."""

_A_SLIP = 85.0
"""A slug as like another as this (in percent) was likely just written wrong."""

_NO_ADDRESS = re.compile(r"\]\(<?((?!https?:|mailto:|tel:)[A-Za-z][\w+.-]*:[^\s)>]*)")
"""A link of Markdown to what the sanitiser takes out: `[x](C:\\x.md)`."""

A_DRAFT = "That is a draft: it is not published yet. Write 'draft: false' in it, or take this out."
"""The fix for what leads customers to an article that they can't see."""

_NOT_A_PAGE = "Correct the address; to a file, write the path from this article."


@dataclass(slots=True)
class PageLinks:
    """The links of one article while it is rendered; the lists grow as they are resolved.

    `targets` are all paths and addresses of ours that they mean, `anchors` the links to headings, to be
    checked when all articles are rendered: slug, anchor, the link as written, and its line.
    """

    resolver: "LinkResolver"
    path: str
    source: SourceFile
    problems: list[Problem] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    broken: list[BrokenLink] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)

    def link(self, href: str) -> str:
        """The address to link to for `href` as it is written."""
        parts = self._split(href)
        if parts is None:
            return href
        if parts.scheme == "mailto" and "@" not in parts.path and "to=" not in parts.query:
            self._tell(href, f"'{href}' has no e-mail address.", "Write it like mailto:help@shop.example.")
        if parts.scheme or parts.netloc:
            return href
        if not (parts.path or parts.fragment):
            if not parts.query and not self.resolver.foreign:
                self._report_no_address()
            return href
        if not parts.path:
            self._note_anchor(self.resolver.slugs[self.path], parts.fragment, href)
            return href
        if parts.path.startswith("/"):
            return self._site_link(href, parts.path, parts.fragment)
        target = self._relative(parts.path)
        path = self.resolver.article_at(target)
        if path:
            self._check_article(path, parts.fragment, href)
            return f"/articles/{self.resolver.slugs[path]}" + (f"#{parts.fragment}" if parts.fragment else "")
        if self.resolver.is_asset(target):
            return f"/files/{quote(target)}"
        self._report_missing(href, target)
        return href

    def image(self, src: str) -> Picture:
        """The address to load for the image `src` as it is written, and its size where it is ours."""
        parts = self._split(src)
        self._check_alternative(src)
        if parts is None or parts.scheme or parts.netloc or not parts.path:
            return Picture(src)
        if parts.path.startswith("/"):
            self._check_site_image(src, unquote(parts.path))
            return Picture(src)
        target = self._relative(parts.path)
        address = f"/files/{quote(target)}"
        file = asset_file(self.resolver.folder, target)
        if file is None:
            self._report(src, None)
            return Picture(address)
        size = image_size(file)
        excess = None if self.resolver.foreign else too_large(file, size)
        if excess:
            self._tell(src, f"the picture '{src}' has {excess}.", SMALLER)
        return Picture(address, *size)

    def line_of(self, written: str) -> int | None:
        """The line of the file on which a link is written, None when it can't be told."""
        at = self.source.body.find(written)
        return None if at < 0 else self.source.body_line + self.source.body.count("\n", 0, at)

    def _split(self, written: str) -> SplitResult | None:
        """The parts of an address, None for one that can't be an address: `http://[`."""
        try:
            return urlsplit(written)
        except ValueError:
            self._report(written, None)
            return None

    def _site_link(self, href: str, path: str, fragment: str) -> str:
        kind, _, rest = unquote(path).removeprefix("/").partition("/")
        if kind == "articles" and rest:
            self.targets.add(f"/articles/{rest}")
            article = self.resolver.path_of.get(rest) or self.resolver.there.aliases.get(rest)
            if article:
                self._check_article(article, fragment, href)
            elif rest in self.resolver.there.drafts.values():
                self._tell_nowhere(href, A_DRAFT)
            else:
                near = closest(rest, sorted(self.resolver.known))
                self._report_broken(href, rest, near, _renamed(rest, near))
        elif self.resolver.foreign:  # whose `/` is the root of another website
            pass
        elif kind == "topics" and rest:
            self.targets.add("/topics")
            if rest not in self.resolver.topics:
                near = closest(rest, sorted(self.resolver.topics))
                self._warn_nowhere(href, f"/topics/{near}" if near else None)
        elif kind == "files":
            self._check_site_image(href, f"/files/{rest}")
        elif (path.rstrip("/") or "/") not in PAGES:
            self._check_unknown(href, f"{kind}/{rest}".strip("/"))
        return href

    def _check_article(self, path: str, fragment: str, href: str) -> None:
        """Notes the heading that a link names, and tells of a draft that a published article links to."""
        if fragment:
            self._note_anchor(self.resolver.slugs[path], fragment, href)
        drafts = self.resolver.there.drafts
        if path in drafts and self.path not in drafts:
            self._tell_nowhere(href, A_DRAFT)

    def _check_unknown(self, href: str, wanted: str) -> None:
        """Warns of a path on the site that is no page, and names the article or page that it may mean."""
        last = wanted.rpartition("/")[2].removesuffix(".md")
        self.targets |= {wanted, f"/articles/{last}"}
        there = self.resolver.there
        path = self.resolver.article_at(wanted) or self.resolver.path_of.get(last) or there.aliases.get(last)
        slug = there.slugs[path] if path else None
        page = None if slug else closest(f"/{wanted}", PAGES)
        if not (slug or page):
            slug = closest(last, sorted(self.resolver.known))
        self.broken.append(BrokenLink(last, slug))
        self._warn_nowhere(href, f"/articles/{slug}" if slug else page)

    def _check_site_image(self, written: str, path: str) -> None:
        """Warns of a file that is named from the root of the site and is not there."""
        if self.resolver.foreign:
            return
        target = path.removeprefix("/files/") if path.startswith("/files/") else path[1:]
        self.targets.add(target)
        is_there = self.resolver.is_asset(target)
        if not (is_there and path.startswith("/files/")):
            relative = posixpath.relpath(target, posixpath.dirname(self.path) or ".")
            self._warn_nowhere(written, relative if is_there else None)

    def _check_alternative(self, src: str) -> None:
        """Warns of a picture without words; one that only decorates is written in HTML."""
        if not self.resolver.foreign and f"![]({src}" in self.source.body:
            fix = f'Say it in its square brackets; if it only decorates, write <img src="{src}" alt="">.'
            self._tell(f"![]({src}", f"nothing says what the picture '{src}' shows.", fix)

    def _report_no_address(self) -> None:
        taken_out = _NO_ADDRESS.search(self.source.body)
        if taken_out:
            fix = "Begin it with https:, mailto: or tel:, or write the path from this article, with '/'."
            self._tell(taken_out[1], f"'{taken_out[1]}' is no address that a page may link to.", fix)
        else:
            self._tell("]()", "a link has no address.", "Write it between the round brackets.")

    def _warn_nowhere(self, written: str, near: str | None) -> None:
        fix = f"Did you mean '{near}'?" if near else _NOT_A_PAGE
        self._tell(written, f"'{written}' leads nowhere.", fix)

    def _tell(self, written: str, problem: str, fix: str, severity: Severity = Severity.WARNING) -> None:
        name = f"{self.resolver.name}/{self.path}"
        self.problems.append(Problem(name, self.line_of(written), problem, fix, severity))

    def _relative(self, path: str) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), unquote(path)))
        self.targets.add(target)
        return target

    def _note_anchor(self, slug: str, anchor: str, href: str) -> None:
        self.anchors.append((slug, unquote(anchor), href, self.line_of(href)))

    def _report_missing(self, href: str, target: str) -> None:
        """A relative link to nothing: names the article that has the alias, or what is most like it."""
        name, extension = posixpath.splitext(posixpath.basename(target))
        if extension.lower() in ASSET_TYPES:  # which no article is called
            self._report(href, None)
            return
        there = self.resolver.there
        if any(path in there.drafts for path in _meant(target)):
            self._tell_nowhere(href, A_DRAFT)
            return
        if any(path in there.unread for path in _meant(target)):
            self._tell_nowhere(href, "That file can't be served: see what is said of it.")
            return
        old = slugify(name)
        self.targets.add(f"/articles/{old}")
        if path := there.aliases.get(old):
            self._report_broken(href, target, path, f" It has the alias '{old}'.")
            return
        near = self.resolver.path_of.get(old) or self.resolver.closest_path(target)
        self._report_broken(href, target, near, _renamed(old, self.resolver.slugs.get(near or "")))

    def _report_broken(self, href: str, target: str, near: str | None, more: str = "") -> None:
        self.broken.append(BrokenLink(target, near))
        self._report(href, near, more)

    def _report(self, written: str, near: str | None, more: str = "") -> None:
        fix = f"Did you mean '{near}'?" if near else "Correct the path, or add the file."
        self._tell_nowhere(written, fix + more)

    def _tell_nowhere(self, written: str, fix: str) -> None:
        self._tell(written, f"'{written}' leads nowhere.", fix, Severity.ERROR)


@dataclass(frozen=True)
class LinkResolver:
    """Finds what is linked to: what is `there`, and the files in `folder`, called `name` in messages.

    A `foreign` tree was not written for us: what it names from its own root is not looked up.
    """

    folder: Path
    name: str
    there: Linkable
    foreign: bool = False

    @property
    def slugs(self) -> dict[str, str]:
        """The slug of each served article by its path."""
        return self.there.slugs

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics that articles lie in, and those above them."""
        return topics_above(self.slugs)

    @cached_property
    def path_of(self) -> dict[str, str]:
        """The path of each served article by its slug."""
        return {slug: path for path, slug in self.slugs.items()}

    @cached_property
    def known(self) -> frozenset[str]:
        """The slugs of all served articles."""
        return frozenset(self.slugs.values())

    def page(self, path: str, source: SourceFile) -> PageLinks:
        """The links of the article at `path`."""
        return PageLinks(self, path, source)

    def article_at(self, target: str) -> str | None:
        """The path of the article a relative path means, with or without `.md` or an index file."""
        return next((path for path in _meant(target) if path in self.slugs), None)

    def is_asset(self, target: str) -> bool:
        """Whether `target` is a file beside the articles that may be served."""
        return asset_file(self.folder, target) is not None

    def closest_path(self, target: str) -> str | None:
        """The article file whose path is most like `target`."""
        return closest(target, list(self.slugs))


def _meant(target: str) -> tuple[str, ...]:
    return target, f"{target}.md", f"{target}/index.md", f"{target}/README.md"


def _renamed(old: str, slug: str | None) -> str:
    """What to do besides where a broken link looks like one to an article that got another name."""
    if slug is None or fuzz.ratio(old, slug) >= _A_SLIP:
        return ""
    return f" If it was renamed, add 'aliases: [{old}]' to its front matter too."


def broken_anchors(
    place: str, noted: Iterable[Anchor], anchors: Mapping[str, Collection[str]]
) -> list[Problem]:
    """The links of the article at `place` to headings that their articles do not have.

    `anchors` maps slugs to the anchors there are.
    """
    return [
        Problem(
            place,
            line,
            f"'{href}' names a heading that is not there.",
            f"Did you mean '#{near}'?"
            if (near := closest(anchor, sorted(anchors.get(slug, ()))))
            else "Correct the part after '#'.",
            Severity.WARNING,
        )
        for slug, anchor, href, line in noted
        if anchor not in anchors.get(slug, ())
    ]
