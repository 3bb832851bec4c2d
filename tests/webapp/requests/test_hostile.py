"""Whatever is typed into the form or its addresses: it is text, and opens nothing."""

import io
import os
import re
from datetime import timedelta

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webapp.conftest import FakeCenter
from tests.webapp.requests.forms import PNG, SCRIPT, Clock, filled, post

EXAMPLES = int(os.environ.get("KB_FORM_EXAMPLES", "150"))
"""Generated inputs to the form; `make audit` asks for ten thousand."""


def test_a_stored_script_is_text_on_every_page(client: FlaskClient, center: FakeCenter, clock: Clock) -> None:
    texts = ("happened", "expected", "tried", "name", "order_number", "when_it_happened")
    typed = filled(
        client, clock, **dict.fromkeys(texts, SCRIPT[:39]), attachments=[(io.BytesIO(PNG), SCRIPT)]
    )
    record = client.get(post(client, typed).headers["Location"]).text
    assert "<script>alert" not in record
    assert "onerror=alert(1)>" not in record


hostile = st.text() | st.sampled_from(
    [SCRIPT, "\0", "\ud800", "a" * 6000, "../../x", "' OR 1=1 --", "\r\nBcc: a@b.cc"]
)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.dictionaries(
        st.sampled_from(
            [
                "happened",
                "expected",
                "tried",
                "name",
                "email",
                "phone",
                "call_at",
                "order_number",
                "when_it_happened",
                "topic",
                "article",
                "form_token",
                "csrf_token",
                "website",
                "x",
            ]
        ),
        hostile,
    ),
    channel=hostile,
)
def test_whatever_is_sent_is_stored_or_handed_back(
    typed: dict[str, str], channel: str, client: FlaskClient, center: FakeCenter, clock: Clock
) -> None:
    clock.now += timedelta(hours=2)  # nobody is refused for having tried often
    whole = {
        name: text.encode(errors="replace").decode() for name, text in filled(client, clock, **typed).items()
    }
    answer = client.post(
        "/requests/new", data=whole, query_string={"channel": channel.encode(errors="replace")}
    )
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        answer = client.get(answer.headers["Location"])
        assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "onerror=alert(1)>" not in answer.text


@settings(max_examples=EXAMPLES // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reference=hostile, key=hostile)
def test_whatever_address_is_tried_opens_nothing(reference: str, key: str, client: FlaskClient) -> None:
    safe = re.sub(r"[/\\?#%.\ud800-\udfff]", "_", reference) or "x"
    answer = client.get(f"/requests/{safe}", query_string={"key": key.encode(errors="replace")})
    assert answer.status_code in (200, 404, 405)
    assert answer.status_code != 200 or safe in ("new", "links", "articles")
