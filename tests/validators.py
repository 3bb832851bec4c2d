"""What machines read, held against the schema of its format."""

from pathlib import Path

from lxml import etree

from tests import npm

SCHEMAS = Path(__file__).parent / "schemas"
SITEMAP_PACKAGE = ("sitemap", "8.0.3")
"""From npm: it carries the protocol's own schema as www.sitemaps.org gives it out."""


def feed_problems(feed: bytes) -> list[str]:
    """What is wrong with an Atom feed."""
    return _problems(_rules("atom"), feed)


def description_problems(description: bytes) -> list[str]:
    """What is wrong with an OpenSearch description."""
    return _problems(_rules("opensearch"), description)


def sitemap_index_problems(index: bytes) -> list[str]:
    """What is wrong with an index of sitemaps."""
    return _problems(_rules("siteindex"), index)


def sitemap_problems(sitemap: bytes) -> list[str]:
    """What is wrong with a sitemap; raises npm.CannotInstallError."""
    schema = npm.install(*SITEMAP_PACKAGE) / "schema" / "sitemap.xsd"
    return _problems(etree.XMLSchema(etree.parse(str(schema))), sitemap)


def _rules(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(str(SCHEMAS / f"{name}.rng")))


def _problems(schema: etree._Validator, text: bytes) -> list[str]:
    schema.validate(etree.fromstring(text))
    return [f"{error.line}: {error.message}" for error in schema.error_log]
