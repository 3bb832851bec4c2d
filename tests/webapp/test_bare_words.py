"""No template has words that gettext never sees."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

import webapp
from tests.webapp.wording import WORD, messages, visible

TEMPLATES = Path(webapp.__file__).parent / "templates"
PAGES = sorted(set(TEMPLATES.rglob("*.html")) - set(TEMPLATES.glob("patterns/*")))
"""All templates but the pattern portfolio, which only developers see."""
_ATTRIBUTES = re.compile(r'[\w-]+="[^"]*(?:"|$)|(?<=[\s\0])[a-z]+(?:-[a-z]+){2,}(?=[\s\0]|$)')
"""What a block fills into a tag: attributes, a class."""


@pytest.mark.parametrize("template", PAGES, ids=lambda path: path.stem)
def test_a_template_has_no_words_outside_gettext(template: Path, app: Flask) -> None:
    assert list(bare_words(template.read_text(encoding="utf-8"), app)) == []


def test_bare_words_are_found_in_text_attributes_and_arguments(app: Flask) -> None:
    bare = '<p title="Say more">Hello {{ name }} there</p>{{ card("Ask a person") }}{{ _("Fine") }}'
    assert list(bare_words(bare, app)) == ["Say more", "Hello", "there", "Ask a person"]


def bare_words(source: str, app: Flask) -> Iterator[str]:
    """Words that a template shows without asking gettext, in text, attributes and arguments."""
    tree = app.jinja_env.parse(source)
    for text in visible("".join(template_text(tree))):
        parts = (part.strip() for part in _ATTRIBUTES.sub("", text).split("\0"))
        yield from (part for part in parts if WORD.search(part))
    asked = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for constant in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        value = constant.value
        if isinstance(value, str) and id(constant) not in asked and re.match(r"[A-Z]\w* \w", value):
            yield value


def template_text(node: nodes.Node) -> Iterator[str]:
    """What a template writes as it is, in its order; a NUL for each thing that it fills in."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Expr):
        yield "\0"
    else:
        for child in node.iter_child_nodes(exclude=("test",)):
            yield from template_text(child)


def test_translators_find_every_kind_of_text() -> None:
    found = {message.id for message in messages()}
    assert {
        "Skip to the content",
        "When it happened:",
        "Start a chat",
        "Out for delivery",
        ("%(num)s article.", "%(num)s articles."),
    } <= found
