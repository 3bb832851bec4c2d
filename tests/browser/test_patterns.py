"""The pattern portfolio: every component in every state passes what pages must pass."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.browser.conftest import HEIGHT, Visit
from tests.browser.pages import Site
from tests.browser.test_accessibility import violations
from webapp import create_app


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """The portfolio, served as in development."""
    server = make_server("127.0.0.1", 0, create_app(site.center, development=True), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/patterns"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_component_fits_is_accessible_and_complains_of_nothing(
    visit: Visit, address: str, axe_script: str
) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(address)
    assert page.locator("[data-pattern]").count() >= 14
    for swatch in page.locator(".swatch").all():
        expect(swatch).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert page.evaluate("() => document.documentElement.scrollWidth") == width
    assert violations(page, axe_script) == []


def test_the_portfolio_is_for_development_only(site: Site) -> None:
    assert site.server.get("/patterns").status == 404
