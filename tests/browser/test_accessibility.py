"""No page has anything that axe-core finds wrong, light or dark, on a desk or on a phone."""

from typing import Literal

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.pages import PAGE_TYPES, Site

_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(
    (violation) => violation.nodes.map((node) => `${violation.id}: ${node.target} ${node.failureSummary}`)
)"""


@pytest.mark.parametrize("page_type", PAGE_TYPES)
@pytest.mark.parametrize(("scheme", "width"), [("light", DESKTOP), ("dark", PHONE)])
def test_axe_finds_nothing_wrong(
    visit: Visit,
    site: Site,
    axe_script: str,
    page_type: str,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    page = visit(width, scheme=scheme).page
    site.open(page, page_type)
    page.evaluate(axe_script)
    assert page.evaluate(_RUN) == []


def test_axe_finds_nothing_wrong_in_the_open_help_menu(visit: Visit, site: Site, axe_script: str) -> None:
    page = visit(PHONE).page
    site.open(page, "article")
    page.locator("summary", has_text="Help topics").click()
    page.evaluate(axe_script)
    assert page.evaluate(_RUN) == []


def test_axe_finds_what_is_wrong(visit: Visit, site: Site, axe_script: str) -> None:
    """So that finding nothing means something."""
    page = visit().page
    site.open(page, "home")
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    page.evaluate(axe_script)
    assert any(found.startswith("button-name: ") for found in page.evaluate(_RUN))
