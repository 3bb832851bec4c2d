"""Where the links and images of an article lead: other articles, files beside them, or nowhere."""

import posixpath
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

import imagesize

from kb.content.frontmatter import SourceFile
from kb.content.markdown import Picture
from kb.content.memory import Anchor, BrokenLink
from kb.errors import Problem, Severity, closest

ASSET_TYPES = frozenset(
    """
    .png .jpg .jpeg .gif .webp .avif .svg .ico .pdf .txt .csv .zip .mp4 .webm .mp3 .ogg .docx .xlsx .pptx
    """.split()
)


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
        if parts is None or parts.scheme or parts.netloc or not (parts.path or parts.fragment):
            return href
        if not parts.path:
            self._note_anchor(self.resolver.slugs[self.path], parts.fragment, href)
            return href
        if parts.path.startswith("/"):
            return self._site_link(href, parts.path, parts.fragment)
        target = self._relative(parts.path)
        article = self.resolver.article_at(target)
        if article:
            if parts.fragment:
                self._note_anchor(article, parts.fragment, href)
            return f"/articles/{article}" + (f"#{parts.fragment}" if parts.fragment else "")
        if self.resolver.is_asset(target):
            return f"/files/{quote(target)}"
        self._report_broken(href, target, self.resolver.closest_path(target))
        return href

    def image(self, src: str) -> Picture:
        """The address to load for the image `src` as it is written, and its size where it is ours."""
        parts = self._split(src)
        if parts is None or parts.scheme or parts.netloc or parts.path.startswith("/") or not parts.path:
            return Picture(src)
        target = self._relative(parts.path)
        address = f"/files/{quote(target)}"
        file = asset_file(self.resolver.folder, target)
        if file is None:
            self._report(src, None)
            return Picture(address)
        return Picture(address, *image_size(file))

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
        if path.startswith("/articles/"):
            slug = unquote(path.removeprefix("/articles/"))
            self.targets.add(f"/articles/{slug}")
            if slug not in self.resolver.known:
                self._report_broken(href, slug, closest(slug, sorted(self.resolver.known)))
            elif fragment:
                self._note_anchor(slug, fragment, href)
        return href

    def _relative(self, path: str) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), unquote(path)))
        self.targets.add(target)
        return target

    def _note_anchor(self, slug: str, anchor: str, href: str) -> None:
        self.anchors.append((slug, unquote(anchor), href, self.line_of(href)))

    def _report_broken(self, href: str, target: str, near: str | None) -> None:
        self.broken.append(BrokenLink(target, near))
        self._report(href, near)

    def _report(self, written: str, near: str | None) -> None:
        fix = f"Did you mean '{near}'?" if near else "Correct the path, or add the file."
        name = f"{self.resolver.name}/{self.path}"
        self.problems.append(Problem(name, self.line_of(written), f"'{written}' leads nowhere.", fix))


@dataclass(frozen=True)
class LinkResolver:
    """All that can be linked to: `slugs` maps the path of each served article to its slug."""

    folder: Path
    name: str
    slugs: dict[str, str]

    @cached_property
    def known(self) -> frozenset[str]:
        """The slugs of all served articles."""
        return frozenset(self.slugs.values())

    def page(self, path: str, source: SourceFile) -> PageLinks:
        """The links of the article at `path`."""
        return PageLinks(self, path, source)

    def article_at(self, target: str) -> str | None:
        """The slug of the article a relative path means, with or without `.md` or an index file."""
        for path in (target, f"{target}.md", f"{target}/index.md", f"{target}/README.md"):
            if path in self.slugs:
                return self.slugs[path]
        return None

    def is_asset(self, target: str) -> bool:
        """Whether `target` is a file beside the articles that may be served."""
        return asset_file(self.folder, target) is not None

    def closest_path(self, target: str) -> str | None:
        """The article file whose path is most like `target`."""
        return closest(target, list(self.slugs), least=80.0)


def broken_anchors(place: str, noted: Iterable[Anchor], anchors: dict[str, set[str]]) -> list[Problem]:
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


def image_size(file: Path) -> tuple[int, int]:
    """Width and height of an image file in pixels, (0, 0) when they can't be told."""
    try:
        width, height = imagesize.get(file)
    except (OSError, ValueError, struct.error):
        return 0, 0
    return max(0, round(width)), max(0, round(height))


def asset_file(folder: Path, target: str) -> Path | None:
    """The file that an asset's path (relative to the articles folder) names, None when not to be served."""
    parts = target.split("/")
    if any(part in ("", "..") or part.startswith((".", "_")) for part in parts):
        return None
    if posixpath.splitext(target)[1].lower() not in ASSET_TYPES or "\0" in target:
        return None
    file = folder.joinpath(*parts)
    try:
        return file if file.is_file() and file.resolve().is_relative_to(folder.resolve()) else None
    except OSError:
        return None
