"""Where the links and images of an article lead: other articles, files beside them, or nowhere."""

import posixpath
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from rapidfuzz import fuzz

from kb.content.assets import ASSET_TYPES, SMALLER, asset_file, image_size, too_large
from kb.content.files import NOT_READ
from kb.content.frontmatter import SourceFile
from kb.content.markdown import Picture
from kb.content.memory import Anchor, BrokenLink
from kb.content.resolver import LinkResolver, meant
from kb.content.slugs import slugify
from kb.content.written import Written
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

A_DRAFT = "That is a draft: it is not published yet. Write 'draft: false' in it, or take this out."
"""The fix for what leads customers to an article that they can't see."""

_NOT_A_PAGE = "Correct the address; to a file, write the path from this article."


@dataclass(slots=True)
class PageLinks:
    """The links of one article while it is rendered; the lists grow as they are resolved.

    `targets` are all paths and addresses of ours that they mean, `anchors` the links to headings, to be
    checked when all articles are rendered: slug, anchor, the link as written, and its line.
    """

    resolver: LinkResolver
    path: str
    source: SourceFile
    problems: list[Problem] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    broken: list[BrokenLink] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    _written: Written = field(init=False)

    def __post_init__(self) -> None:
        self._written = Written(self.source.body, self.source.body_line)

    def link(self, href: str) -> str:
        """The address to link to for `href` as it is written."""
        self._written.ask(href)
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
        path, place = self.resolver.article_at(target), f"#{parts.fragment}" if parts.fragment else ""
        if path:
            self._check_article(path, parts.fragment, href)
            return f"/articles/{self.resolver.slugs[path]}{place}"
        if self.resolver.is_asset(target):
            return f"/files/{quote(target)}{place}"
        self._report_missing(href, target)
        return href

    def image(self, src: str) -> Picture:
        """The address to load for the image `src` as it is written, and its size where it is ours."""
        self._written.ask(src)
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
                return self._in_use(href, rest, self.resolver.slugs[article])
            if rest in self.resolver.there.drafts.values():
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

    def _in_use(self, href: str, written: str, slug: str) -> str:
        """A link to an article from the root of the site; one to an old address leads straight on."""
        return href if written == slug else urlunsplit(urlsplit(href)._replace(path=f"/articles/{slug}"))

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
            self._written.ask(f"![]({src}")
            self._tell(f"![]({src}", f"nothing says what the picture '{src}' shows.", fix)

    def _report_no_address(self) -> None:
        taken_out, line = self._written.next_without_address()
        problem, fix = "a link has no address.", "Write it between the round brackets."
        if taken_out:
            problem = f"'{taken_out}' is no address that a page may link to."
            fix = "Begin it with https:, mailto: or tel:, or write the path from this article, with '/'."
        self._add(line, problem, fix, Severity.WARNING)

    def _warn_nowhere(self, written: str, near: str | None) -> None:
        fix = f"Did you mean '{near}'?" if near else _NOT_A_PAGE
        self._tell(written, f"'{written}' leads nowhere.", fix)

    def _tell(self, written: str, problem: str, fix: str, severity: Severity = Severity.WARNING) -> None:
        self._add(self._written.line_of(written), problem, fix, severity)

    def _add(self, line: int | None, problem: str, fix: str, severity: Severity) -> None:
        self.problems.append(Problem(f"{self.resolver.name}/{self.path}", line, problem, fix, severity))

    def _relative(self, path: str) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), unquote(path)))
        self.targets.add(target)
        return target

    def _note_anchor(self, slug: str, anchor: str, href: str) -> None:
        self.anchors.append((slug, unquote(anchor), href, self._written.line_of(href)))

    def _report_missing(self, href: str, target: str) -> None:
        """A relative link to nothing: names the article that has the alias, or what is most like it."""
        name, extension = posixpath.splitext(posixpath.basename(target))
        if extension.lower() in ASSET_TYPES:  # which no article is called
            self._report(href, None)
            return
        there = self.resolver.there
        if any(path in there.drafts for path in meant(target)):
            self._tell_nowhere(href, A_DRAFT)
            return
        if any(path in there.unread for path in meant(target)):
            self._tell_nowhere(href, "That file can't be served: see what is said of it.")
            return
        if unread := self._misnamed(target):
            self._tell_nowhere(href, f"Rename '{unread}' so that its name ends in .md: it is not read.")
            return
        old = slugify(name)
        self.targets.add(f"/articles/{old}")
        if path := there.aliases.get(old):
            self._report_broken(href, target, path, f" It has the alias '{old}'.")
            return
        near = self.resolver.path_of.get(old) or self.resolver.closest_path(target)
        self._report_broken(href, target, near, _renamed(old, self.resolver.slugs.get(near or "")))

    def _misnamed(self, target: str) -> str | None:
        """The file whose name alone keeps it from being what `target` means."""
        stem = target.removesuffix(".md")
        paths = [target, *(stem + ending for ending in NOT_READ)]
        self.targets.update(paths)
        there = self.resolver.there.assets
        return next((path for path in paths if path in there and path.lower().endswith(NOT_READ)), None)

    def _report_broken(self, href: str, target: str, near: str | None, more: str = "") -> None:
        self.broken.append(BrokenLink(target, near))
        self._report(href, near, more)

    def _report(self, written: str, near: str | None, more: str = "") -> None:
        fix = f"Did you mean '{near}'?" if near else "Correct the path, or add the file."
        self._tell_nowhere(written, fix + more)

    def _tell_nowhere(self, written: str, fix: str) -> None:
        self._tell(written, f"'{written}' leads nowhere.", fix, Severity.ERROR)


def _renamed(old: str, slug: str | None) -> str:
    """What to do besides where a broken link looks like one to an article that got another name."""
    if slug is None or fuzz.ratio(old, slug) >= _A_SLIP:
        return ""
    return f" If it was renamed, add 'aliases: [{old}]' to its front matter too."
