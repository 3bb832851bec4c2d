"""No page has anything that axe-core finds wrong, light or dark, on a desk or on a phone."""

from itertools import product
from typing import get_args

from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE, Scheme, Visit, Visitor
from tests.browser.pages import Site

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(
    (violation) => violation.nodes.map((node) => `${violation.id}: ${node.target} ${node.failureSummary}`)
)"""


def violations(page: Page, axe_script: str) -> list[str]:
    """What axe-core finds, in both themes, on a desk and on a phone."""
    page.evaluate(axe_script)
    found = []
    for scheme, width in product(SCHEMES, (DESKTOP, PHONE)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{scheme} at {width}: {violation}" for violation in page.evaluate(_RUN)]
    return found


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
    views = [f"{scheme} at {width}" for scheme, width in product(SCHEMES, (DESKTOP, PHONE))]
    assert found == [[view, " button-name"] for view in views]
