"""Somebody at an exported help center."""

from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, Visit


def offline(visit: Visit, folder: Path, width: int = DESKTOP, javascript: bool = True) -> Page:
    """Somebody without a network who has opened the folder's first page."""
    visitor = visit(width, javascript)
    visitor.context.set_offline(True)
    visitor.page.goto((folder / "index.html").as_uri())
    page: Page = visitor.page
    return page


def search(page: Page, folder: Path, query: str, **more: str) -> None:
    asked = "&".join(f"{name}={quote(value)}" for name, value in {"q": query, **more}.items())
    page.goto((folder / "search.html").as_uri() + f"?{asked}")
    page.wait_for_selector("main[data-verdict]")
