"""E-mail addresses are one when mail servers take them for one, and never when they only look alike."""

import pytest

from kb.contact.addresses import folded, mail_address
from kb.contact.orders import email_digest


@pytest.mark.parametrize(
    "written", ["ada@xn--strae-oqa.de", "Ada@XN--STRAE-OQA.de", " ada@straße.de ", "ADA@Straße.DE"]
)
def test_a_domain_is_the_same_in_every_spelling(written: str) -> None:
    assert folded(written) == "ada@xn--strae-oqa.de"
    assert email_digest(written) == email_digest("ada@straße.de")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ada@straße.de", "ada@strasse.de"), ("\u017fada@shop.de", "sada@shop.de"), ("ß@shop.de", "ss@shop.de")],
)
def test_two_that_only_look_alike_stay_two(one: str, other: str) -> None:
    assert folded(one) != folded(other)
    assert email_digest(one) != email_digest(other)


def test_letters_beyond_ascii_are_the_same_composed_and_decomposed() -> None:
    assert folded("J\u00f6rg@shop.de") == folded("jo\u0308rg@shop.de")


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@localhost", "ada@shop.de\r\nBcc: x@y.zz", "\u017fada@shop.de"]
)
def test_what_no_mail_server_takes_is_no_address(text: str) -> None:
    assert mail_address(text) == ""
