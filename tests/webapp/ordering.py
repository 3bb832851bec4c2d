"""Who asks for an order, and when."""

from datetime import date

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TODAY = date(2026, 11, 24)
ADA = ("HF-204815", "ada.marsh@example.com")


def look_up(client: FlaskClient, number: str, email: str, address: str = "203.0.113.7") -> TestResponse:
    return client.post(
        "/orders", data={"number": number, "email": email}, environ_base={"REMOTE_ADDR": address}
    )
