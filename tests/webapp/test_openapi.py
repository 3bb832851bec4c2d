"""The OpenAPI document is valid and true: whatever it allows is answered as it says, on our own articles."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

from kb.helpcenter import HelpCenter
from kb.place import Place
from webapp import api, create_app
from webapp.openapi import Operation

EXAMPLES = int(os.environ.get("KB_API_EXAMPLES", "15"))
"""Requests made up for each operation and check; `make audit` asks for more."""

AS_IT_IS = {"Accept-Encoding": "identity"}
"""The generator does not take compressed answers apart when it calls the application itself."""


@pytest.fixture(scope="module")
def ours(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a copy of our own help center, where nobody asks too often."""
    place = Place.at(Path(shutil.copytree(indexed, tmp_path_factory.mktemp("api") / "help")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "READS", 1_000_000)
        app = create_app(HelpCenter(place))
        patch.setattr(app, "wsgi_app", _uncompressed(app.wsgi_app))
        yield app


def _uncompressed(application: Callable[..., Any]) -> Callable[..., Any]:
    """Schemathesis says that it takes gzip and, without a network in between, doesn't unpack it."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return application(environ, start_response)

    return answer


@pytest.fixture(scope="module")
def schema(ours: Flask) -> schemathesis.schemas.BaseSchema:
    """What a program that only knows the document makes of it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", ours)


def test_the_document_is_openapi_3_1(ours: Flask) -> None:
    content = ours.test_client().get("/api/v1/openapi.json").get_json()
    assert content["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(content).iter_errors()) == []


def test_every_address_of_the_api_is_in_the_document(ours: Flask) -> None:
    paths = ours.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    rules = {rule.rule for rule in ours.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    written = {f"/api/v1{path}".replace("{", "<").replace("}", ">") for path in paths}
    assert rules == written | {"/api/v1/openapi.json"}


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", api.OPERATIONS, ids=lambda operation: operation.name)
def test_whatever_is_asked_is_answered_as_the_document_says(
    schema: schemathesis.schemas.BaseSchema, operation: Operation, mode: GenerationMode
) -> None:
    """Rightly or wrongly asked: never a 500, and nothing that is not in the document."""
    asked = schema[operation.path][operation.method]
    if mode is GenerationMode.NEGATIVE and not (operation.asks.model_fields or operation.takes):
        return  # nothing can be asked wrongly

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=asked.as_strategy(generation_mode=mode))
    def holds(case: "schemathesis.Case[Any]") -> None:
        case.call_and_validate(headers=AS_IT_IS)

    holds()


@pytest.mark.parametrize(
    ("path", "gaps", "query"),
    [
        ("/search", {}, {"q": "charged twice"}),
        ("/search", {}, {"q": "refund", "topic": "payments", "page": 2}),
        ("/search", {}, {"q": "asdfghjkl"}),
        ("/suggest", {}, {"q": "where is", "limit": 3}),
        ("/articles", {}, {"page": 2}),
        ("/articles", {}, {"topic": "orders"}),
        ("/articles/{slug}", {"slug": "charged-twice"}, {}),
        ("/articles/{slug}", {"slug": "fax-us-your-order"}, {}),
        ("/channels", {}, {"q": "charged twice", "article": "charged-twice"}),
    ],
)
def test_what_people_ask_is_answered_as_the_document_says(
    schema: schemathesis.schemas.BaseSchema, path: str, gaps: dict[str, str], query: dict[str, Any]
) -> None:
    """Made-up words find little, so real ones are checked too."""
    answer = schema[path]["GET"].Case(path_parameters=gaps, query=query).call_and_validate(headers=AS_IT_IS)
    assert answer.status_code == (410 if "fax-us" in str(gaps) else 200)


def test_an_answer_that_the_document_does_not_allow_is_noticed(
    schema: schemathesis.schemas.BaseSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that finding nothing means something."""
    monkeypatch.setattr("kb.answer.channel", lambda route: {"id": route.channel.id})
    with pytest.raises(FailureGroup):
        schema["/channels"]["GET"].Case(query={"q": "parcel"}).call_and_validate(headers=AS_IT_IS)
