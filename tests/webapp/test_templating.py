"""Templates as they are edited: shown at once, and compiled once for each of their texts."""

from typing import Any, cast

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment

from tests.webapp.conftest import FakeCenter
from webapp import create_app
from webapp.templating import Compiled

PAGE = '{% import "part.html" as part %}{{ part.greeting() }}'
PART = "{% macro greeting() %}Hello{% endmacro %}"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The names of the templates that were compiled, as they come; none has been before."""
    monkeypatch.setattr("webapp.COMPILED", Compiled())
    names: list[str | None] = []
    compile_one = Environment.compile

    def noted(self: Environment, source: Any, name: str | None = None, *more: Any, **other: Any) -> Any:
        names.append(name)
        return compile_one(self, source, name, *more, **other)

    monkeypatch.setattr(Environment, "compile", noted)
    return names


def test_in_development_an_edited_macro_shows_on_every_page_that_imports_it(
    center: FakeCenter, compiled: list[str | None]
) -> None:
    app = create_app(cast("Any", center), development=True)
    templates = {"page.html": PAGE, "part.html": PART}
    app.jinja_env.loader = ChoiceLoader([DictLoader(templates)])
    page = app.jinja_env.get_template
    assert page("page.html").render() == "Hello"
    assert page("page.html").render() == "Hello"
    templates["part.html"] = PART.replace("Hello", "Good day")
    assert page("page.html").render() == "Good day"
    assert compiled == ["page.html", "part.html", "part.html"]


def test_a_second_application_compiles_nothing_again(center: FakeCenter, compiled: list[str | None]) -> None:
    create_app(cast("Any", center)).test_client().get("/")
    compiled.clear()
    create_app(cast("Any", center)).test_client().get("/")
    assert compiled == []
