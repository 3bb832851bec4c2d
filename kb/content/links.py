"""Where the links and images of an article lead: other articles, files beside them, or nowhere."""

import posixpath
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from rapidfuzz import fuzz

from kb.content.assets import ASSET_TYPES, PICTURES, SMALLER, asset_file, image_size, too_large
from kb.content.files import NOT_READ
from kb.content.frontmatter import SourceFile
from kb.content.inline import BY_NAME
from kb.content.linkfaults import LinkFaults, whole
from kb.content.markdown import Picture
from kb.content.memory import Anchor, BrokenLink
from kb.content.resolver import LinkResolver, meant
from kb.content.slugs import slugify, topic_of
from kb.content.written import Written
from kb.errors import Problem, closest
from kb.webaddress import without_scheme

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


@dataclass(slots=True)
class PageLinks:
    """The links of one article while it is rendered; the lists grow as they are resolved.

    `targets` are all paths and addresses of ours that they mean, `anchors` the links to headings, to be
    checked when all articles are rendered: slug, anchor, the link as written, and its line.
    """

    resolver: LinkResolver
    path: str
    source: SourceFile
    targets: set[str] = field(default_factory=set)
    broken: list[BrokenLink] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    _written: Written = field(init=False)
    _faults: LinkFaults = field(init=False)

    def __post_init__(self) -> None:
        self._written = Written(self.source.body, self.source.body_line)
        self._faults = LinkFaults(f"{self.resolver.name}/{self.path}", self._written)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the links so far."""
        return self._faults.problems

    def link(self, href: str) -> str:
        """The address to link to for `href` as it is written, "" where it is none to follow."""
        self._written.ask(href)
        if href.startswith(BY_NAME):
            return self._by_name(href)
        if href.startswith("#tab/"):  # by which Microsoft Learn makes a heading a tab
            return ""
        parts = self._split(href)
        if parts is None:
            return href
        if parts.scheme == "mailto" and "@" not in parts.path and "to=" not in parts.query:
            self._faults.tell(
                href, f"'{href}' has no e-mail address.", "Write it like mailto:help@shop.example."
            )
        if parts.scheme or parts.netloc:
            return href
        if not (parts.path or parts.fragment):
            if not parts.query and not self.resolver.foreign:
                self._faults.no_address()
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
        if not src:
            if not self.resolver.foreign:
                self._faults.no_source()
            return Picture(src)
        if src.startswith(BY_NAME):
            name = src.removeprefix(BY_NAME)
            found = self._asset_by_name(name)
            if not found:
                self._faults.missing(src, None)
                return Picture(f"/files/{quote(name)}")
            return Picture(f"/files/{quote(found)}", *image_size(self.resolver.folder / found))
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
        if file is None and target in self.resolver.there.assets:
            self._faults.nowhere(src, f"That file is not served: save it as {PICTURES}, and name that here.")
            return Picture(address)
        if file is None:
            self._faults.missing(src, None)
            return Picture(address)
        size = image_size(file)
        excess = None if self.resolver.foreign else too_large(file, size)
        if excess:
            self._faults.tell(src, f"the picture '{src}' has {excess}.", SMALLER)
        return Picture(address, *size)

    def _by_name(self, href: str) -> str:
        """Where a link of Obsidian's leads, by path or by name alone; "" where there is no such article."""
        name, _, place = href.removeprefix(BY_NAME).partition("#")
        heading = place.rpartition("#")[2]
        anchor = slugify(heading) if heading and not heading.startswith("^") else ""
        slug = slugify(posixpath.basename(name).removesuffix(".md"))
        self.targets |= {name, f"{name}.md", f"/articles/{slug}"}
        found = self.resolver.article_at(name) or self.resolver.article_at(self._relative(quote(name)))
        there = self.resolver.there
        path = found or self.resolver.path_of.get(slug) or there.aliases.get(slug) if name else self.path
        if path:
            self._check_article(path, anchor, href)
            return f"/articles/{self.resolver.slugs[path]}{f'#{anchor}' if anchor else ''}"
        if asset := self._asset_by_name(name):
            return f"/files/{quote(asset)}"
        if slug in there.drafts.values():
            self._faults.nowhere(href, A_DRAFT)
        else:
            self._report_broken(href, name, self.resolver.closest_slug(slug))
        return ""

    def _asset_by_name(self, name: str) -> str | None:
        self.targets.add(posixpath.basename(name))
        return self.resolver.asset_called(name)

    def _split(self, written: str) -> SplitResult | None:
        """The parts of an address, None for one that can't be an address: `http://[`."""
        try:
            return urlsplit(written)
        except ValueError:
            self._faults.missing(written, None)
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
                self._faults.nowhere(href, A_DRAFT)
            else:
                near = self.resolver.closest_slug(rest)
                self._report_broken(href, rest, near, _renamed(rest, near))
        elif self.resolver.foreign:  # whose `/` is the root of another website
            pass
        elif kind == "topics" and rest:
            self.targets.add("/topics")
            if rest not in self.resolver.topics:
                near = closest(rest, sorted(self.resolver.topics))
                self._faults.no_page(href, f"/topics/{near}" if near else None)
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
            self._faults.nowhere(href, A_DRAFT)

    def _check_unknown(self, href: str, wanted: str) -> None:
        """Warns of a path on the site that is no page, and names the article or page that it may mean."""
        last = wanted.rpartition("/")[2].removesuffix(".md")
        self.targets |= {wanted, f"/articles/{last}"}
        there = self.resolver.there
        path = self.resolver.article_at(wanted) or self.resolver.path_of.get(last) or there.aliases.get(last)
        slug = there.slugs[path] if path else None
        page = None if slug else closest(f"/{wanted}", PAGES)
        if not (slug or page):
            slug = self.resolver.closest_slug(last)
        self.broken.append(BrokenLink(last, slug))
        self._faults.no_page(href, f"/articles/{slug}" if slug else page)

    def _check_site_image(self, written: str, path: str) -> None:
        """Warns of a file that is named from the root of the site and is not there."""
        if self.resolver.foreign:
            return
        target = path.removeprefix("/files/") if path.startswith("/files/") else path[1:]
        self.targets.add(target)
        is_there = self.resolver.is_asset(target)
        if not (is_there and path.startswith("/files/")):
            relative = posixpath.relpath(target, posixpath.dirname(self.path) or ".")
            self._faults.no_page(written, relative if is_there else None)

    def _check_alternative(self, src: str) -> None:
        """Warns of a picture without words; one that only decorates is written in HTML."""
        if not self.resolver.foreign and f"![]({src}" in self.source.body:
            fix = f'Say it in its square brackets; if it only decorates, write <img src="{src}" alt="">.'
            self._written.ask(f"![]({src}")
            self._faults.tell(f"![]({src}", f"nothing says what the picture '{src}' shows.", fix)

    def _relative(self, path: str) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), unquote(path)))
        self.targets.add(target)
        return target

    def _note_anchor(self, slug: str, anchor: str, href: str) -> None:
        if anchor.lower() == "top":  # the beginning of every page
            return
        self.anchors.append((slug, unquote(anchor), whole(href), self._written.line_of(href)))

    def _report_missing(self, href: str, target: str) -> None:
        """A relative link to nothing: names the article that has the alias, or what is most like it."""
        name, extension = posixpath.splitext(posixpath.basename(target))
        if extension.lower() in ASSET_TYPES:  # which no article is called
            self._faults.missing(href, None)
            return
        there = self.resolver.there
        if any(path in there.drafts for path in meant(target)):
            self._faults.nowhere(href, A_DRAFT)
            return
        if any(path in there.unread for path in meant(target)):
            self._faults.nowhere(href, "That file can't be served: see what is said of it.")
            return
        if unread := self._misnamed(target):
            self._faults.nowhere(href, f"Rename '{unread}' so that its name ends in .md: it is not read.")
            return
        old = slugify(name)
        self.targets.add(f"/articles/{old}")
        if path := there.aliases.get(old):
            self._report_broken_path(href, target, path, f" It has the alias '{old}'.")
            return
        topic = topic_of(f"{target}/")
        self.targets.add("/topics")
        if topic in self.resolver.topics:
            self._faults.missing(href, f"/topics/{topic}")
            return
        if fix := without_scheme(href):
            self._faults.nowhere(href, fix)
            return
        near = self.resolver.path_of.get(old) or self.resolver.closest_path(target, besides=self.path)
        self._report_broken_path(href, target, near, _renamed(old, self.resolver.slugs.get(near or "")))

    def _misnamed(self, target: str) -> str | None:
        """The file whose name alone keeps it from being what `target` means."""
        stem = target.removesuffix(".md")
        paths = [target, *(stem + ending for ending in NOT_READ)]
        self.targets.update(paths)
        there = self.resolver.there.assets
        return next((path for path in paths if path in there and path.lower().endswith(NOT_READ)), None)

    def _report_broken_path(self, href: str, target: str, near: str | None, more: str) -> None:
        """As `_report_broken`, and offers the path as it is to be written in this article."""
        self.broken.append(BrokenLink(target, near))
        self._faults.missing(
            href, near and posixpath.relpath(near, posixpath.dirname(self.path) or "."), more
        )

    def _report_broken(self, href: str, target: str, near: str | None, more: str = "") -> None:
        self.broken.append(BrokenLink(target, near))
        self._faults.missing(href, near, more)


def _renamed(old: str, slug: str | None) -> str:
    """What to do besides where a broken link looks like one to an article that got another name."""
    if slug is None or fuzz.ratio(old, slug) >= _A_SLIP:
        return ""
    return f" If it was renamed, add 'aliases: [{old}]' to its front matter too."
