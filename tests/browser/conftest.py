"""A real Chromium, a real server, and visitors whose every request and complaint is heard."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser import axe, chromium
from tests.browser.pages import Site
from tests.serve.running import indexed_help_center, live_generation, serving

collect_ignore = [] if os.environ.get("KB_SCREENSHOTS") else ["test_screenshots.py"]

DESKTOP, PHONE = 1280, 360
HEIGHT = 800
_TIMEOUT_MS = 15_000


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
        self.context.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        """Policy violations come this way too; that a page isn't found is the page's to say."""
        of_page = message.location["url"] == self.page.url and "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not of_page:
            self.complaints.append(message.text)


Visit = Callable[..., Visitor]


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """This repository's help center, served."""
    root = indexed_help_center(tmp_path_factory.mktemp("browser") / "help")
    broken = root.parent / "broken"
    shutil.copytree(root, broken)
    with serving(root) as server, serving(broken) as broken_server:
        store = broken / ".kb" / "index" / live_generation(broken) / "articles.sqlite"
        store.write_bytes(b"\xff" * store.stat().st_size)
        yield Site(root, server, broken_server)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The Chromium that is installed, or else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(), args=list(chromium.ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Makes visitors; none of them may have had anything to complain of when the test is over."""
    visitors: list[Visitor] = []

    def arrive(
        width: int = DESKTOP, javascript: bool = True, scheme: Literal["light", "dark"] = "light"
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=javascript,
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_TIMEOUT_MS)
        visitor = Visitor(context, context.new_page())
        visitor.listen()
        visitors.append(visitor)
        return visitor

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture(scope="package")
def axe_script() -> str:
    """The text of axe-core."""
    problem = axe.install()
    script = axe.path()
    if script is None:
        pytest.skip(f"axe-core can't be had: {problem}.")
    return script.read_text(encoding="utf-8")
