"""Pictures of every type of page to look at, in build/screenshots/: KB_SCREENSHOTS=1 takes them."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE, TABLET, Scheme, Visit
from tests.browser.pages import PAGE_TYPES, Site
from tests.serve.running import REPOSITORY

FOLDER = REPOSITORY / "build" / "screenshots"


@pytest.mark.parametrize("page_type", PAGE_TYPES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, TABLET, PHONE])
def test_a_picture_is_taken(visit: Visit, site: Site, page_type: str, scheme: Scheme, width: int) -> None:
    page = visit(width, scheme=scheme).page
    site.open(page, page_type)
    file = FOLDER / f"{page_type.replace(' ', '-')}-{width}-{scheme}.png"
    page.screenshot(path=file, full_page=True)
    assert file.stat().st_size > 0
