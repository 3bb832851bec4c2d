"""No page has anything that axe-core finds wrong, light or dark, on a desk or on a phone."""

from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE, Visit, Visitor
from tests.browser.pages import Site

_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(
    (violation) => violation.nodes.map((node) => `${violation.id}: ${node.target} ${node.failureSummary}`)
)"""


def violations(page: Page, axe_script: str) -> list[str]:
    """What axe-core finds, light on a desk and dark on a phone."""
    page.evaluate(axe_script)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})
    found = [f"light: {violation}" for violation in page.evaluate(_RUN)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    return found + [f"dark: {violation}" for violation in page.evaluate(_RUN)]


def test_axe_finds_nothing_wrong(opened: Visitor, axe_script: str) -> None:
    assert violations(opened.page, axe_script) == []


def test_axe_finds_nothing_wrong_in_the_open_help_menu(visit: Visit, site: Site, axe_script: str) -> None:
    page = visit().page
    site.open(page, "article")
    page.locator("summary", has_text="Help topics").click()
    assert violations(page, axe_script) == []


def test_axe_finds_what_is_wrong(visit: Visit, site: Site, axe_script: str) -> None:
    """So that finding nothing means something."""
    page = visit().page
    site.open(page, "home")
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    found = [violation.split(":")[:2] for violation in violations(page, axe_script)]
    assert found == [["light", " button-name"], ["dark", " button-name"]]
