"""A help center that can be written to."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.model import MailSecurity, MailSettings
from tests.webapp.conftest import FakeCenter
from tests.webapp.requests.forms import Clock
from webapp import create_app

MAIL = MailSettings("mail.example", "help@shop.example", 25, MailSecurity.NONE)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(center: FakeCenter, clock: Clock) -> Flask:
    center.site = replace(center.site, mail=MAIL, privacy_url="/articles/late-parcel")
    return create_app(cast("Any", center), clock=clock)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as browser:
        yield browser
