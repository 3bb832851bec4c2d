"""Which texts are addresses of the web."""

import pytest

from kb.webaddress import is_web_address


@pytest.mark.parametrize(
    "text",
    ["https://shop.example", "http://127.0.0.1:8000/a?b#c", "https://[::1]:8000/", "https://größe.example"],
)
def test_what_leads_to_a_host_is_one(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop.example",
        "ftp://shop.example",
        "https:///path",
        "https://?q",
        "https://[",
        "https://[your-shop].example",
        "https://shop.example:80000",
        "https://shop.example:port",
        "https://a b.example",
        " https://shop.example",
        "https://:8000",
    ],
)
def test_what_leads_to_none_is_none(text: str) -> None:
    assert not is_web_address(text)
