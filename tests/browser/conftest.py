"""A real Chromium, a real server, and visitors whose every request and complaint is heard."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from kb.helpcenter import HelpCenter
from kb.place import Place
from tests import npm
from tests.browser import axe, chromium
from tests.browser.pages import PAGE_TYPES, Site
from tests.serve.running import PATIENCE_S, kb, live_generation, serving

collect_ignore = [] if os.environ.get("KB_SCREENSHOTS") else ["test_screenshots.py"]

DESKTOP, TABLET, PHONE = 1280, 768, 360
HEIGHT = 800
_TIMEOUT_MS = 1000 * PATIENCE_S
expect.set_options(timeout=_TIMEOUT_MS)


@dataclass
class Visitor:
    """One person's browser: its `page`, the addresses it asked for, and what it complained of."""

    context: BrowserContext
    page: Page
    asked_for: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Hears everything from now on."""
        self.context.on("request", lambda request: self.asked_for.append(request.url))
        self.context.on("requestfailed", self._fail)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("console", self._hear)

    def _fail(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # going on to another page aborts what is still loading
            self.complaints.append(f"{request.failure}: {request.url}")

    def _hear(self, message: ConsoleMessage) -> None:
        """Policy violations come this way too; that a page isn't found is the page's to say."""
        of_page = message.location["url"] == self.page.url and "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not of_page:
            self.complaints.append(f"{message.text} {message.location}")


Visit = Callable[..., Visitor]
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="package")
def site(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The help center of this repository, served."""
    folder = tmp_path_factory.mktemp("browser")
    root, broken = (Path(shutil.copytree(indexed, folder / name)) for name in ("help", "broken"))
    with serving(root) as server, serving(broken) as broken_server:
        store = broken / ".kb" / "index" / live_generation(broken) / "articles.sqlite"
        store.write_bytes(b"\xff" * store.stat().st_size)
        yield Site(HelpCenter(Place.at(root)), server, broken_server)


@pytest.fixture(scope="package")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The help center of this repository, exported to a folder."""
    out = tmp_path_factory.mktemp("export") / "help center"
    done = kb(site.center.place.root, "export", str(out))
    assert done.code == 0, done.printed
    return out


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The Chromium that is installed, or else Playwright's own."""
    with chromium.launched() as browser:
        yield browser


@contextmanager
def visitor(
    browser: Browser, width: int = DESKTOP, javascript: bool = True, scheme: Scheme = "light"
) -> Iterator[Visitor]:
    """Somebody new, who may have had nothing to complain of when they leave."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        java_script_enabled=javascript,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    context.set_default_timeout(_TIMEOUT_MS)
    somebody = Visitor(context, context.new_page())
    somebody.listen()
    yield somebody
    context.close()
    assert somebody.complaints == []


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Makes visitors for one test."""
    with ExitStack() as stack:
        yield lambda *settings, **more: stack.enter_context(visitor(browser, *settings, **more))


@pytest.fixture(scope="package")
def wanderer(browser: Browser) -> Iterator[Visitor]:
    """One visitor who goes from page type to page type."""
    with visitor(browser) as somebody:
        yield somebody


@pytest.fixture(scope="package", params=PAGE_TYPES)
def opened(request: pytest.FixtureRequest, wanderer: Visitor, site: Site) -> Visitor:
    """A visitor on each type of page, for tests that leave the page as it is.

    It is opened once for all of them: set the width, the colours and the focus that you need.
    """
    wanderer.asked_for.clear()
    wanderer.complaints.clear()
    site.open(wanderer.page, request.param)
    wanderer.page.evaluate("() => new Promise(requestAnimationFrame)")  # what it complains of is heard by now
    return wanderer


@pytest.fixture(scope="package")
def axe_script() -> str:
    """The text of axe-core."""
    try:
        return axe.script().read_text(encoding="utf-8")
    except npm.CannotInstallError as error:
        pytest.skip(f"axe-core can't be had: {error}.")
