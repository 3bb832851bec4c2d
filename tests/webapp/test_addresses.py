"""Addresses that are not in use any more, or never were, in any script: each leads on."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kb import building
from kb.helpcenter import HelpCenter
from tests.builders import article, help_center
from webapp import create_app

FILES = {
    "articles/orders/größe-ändern.md": article("Größe ändern", aliases=["サイズ変更", "Änderung der Größe"]),
    "articles/orders/تتبع-الطلب.md": article("تتبع الطلب", "افتح الطلبات."),
    "articles/orders/alt.md": article("Alte Größe", retired=True, successor="größe-ändern"),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A customer of a help center whose addresses are not ASCII."""
    place = help_center(tmp_path_factory.mktemp("addresses"), FILES)
    building.build(place)
    with create_app(HelpCenter(place)).test_client() as browser:
        yield browser


@pytest.mark.parametrize("ending", ["", ".md"])
@pytest.mark.parametrize("old", ["サイズ変更", "änderung-der-größe"])
def test_an_old_address_in_any_script_moves_on_for_good(browser: FlaskClient, old: str, ending: str) -> None:
    answer = browser.get(f"/articles/{quote(old)}{ending}")
    assert (answer.status_code, answer.location) == (301, f"/articles/{quote('größe-ändern')}{ending}")
    assert browser.get(answer.location).status_code == 200


def test_a_retired_article_names_its_successor_in_any_script(browser: FlaskClient) -> None:
    answer = browser.get("/articles/alt")
    assert answer.status_code == 410
    assert 'href="/articles/größe-ändern"' in answer.text


def test_an_address_nobody_knows_offers_to_search_for_its_words(browser: FlaskClient) -> None:
    answer = browser.get(f"/hc/ar/{quote('تتبع-الطلب')}.html")
    assert answer.status_code == 404
    assert 'value="تتبع الطلب"' in answer.text
    found = browser.get("/search", query_string={"q": "تتبع الطلب"})
    assert 'href="/articles/تتبع-الطلب' in found.text


def test_machines_get_every_address_escaped(browser: FlaskClient) -> None:
    for path in ("/sitemap.xml", "/feed.atom", "/llms.txt"):
        addresses = re.findall(r"https?://[^\s<>\")]+/articles/[^\s<>\")]+", browser.get(path).text)
        assert all(address.isascii() for address in addresses), path
        assert len(addresses) == (0 if path == "/feed.atom" else 2), "no article here has a date"
    page = browser.get(f"/articles/{quote('تتبع-الطلب')}")
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/articles/{quote("تتبع-الطلب")}">' in page.text
