"""What machines read, held against the schema of its format."""

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def linked_data_problems(objects: Mapping[str, Any]) -> list[str]:
    """What schema.org's vocabulary does not know in JSON-LD objects, each by a name for messages.

    Their types are those that schema.org's own TypeScript declarations give them; the compiler says what
    does not fit. Properties that end in `-input` are left out: they annotate an action for a search engine
    (https://schema.org/docs/actions.html). Raises npm.CannotInstallError.
    """
    declarations, compiler = npm.install("schema-dts", "1.1.5"), npm.install("typescript", "5.9.3")
    lines = ['import type { Graph } from "schema-dts";']
    lines += [f"export const o{at}: Graph = {_literal(one)};" for at, one in enumerate(objects.values())]
    options = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "types": [],
        "module": "esnext",
        "moduleResolution": "bundler",
        "paths": {"schema-dts": [str(declarations)]},
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pages.ts").write_text("\n".join(lines), encoding="utf-8")
        settings = json.dumps({"compilerOptions": options, "files": ["pages.ts"]})
        Path(folder, "tsconfig.json").write_text(settings, encoding="utf-8")
        command = ["node", str(compiler / "bin" / "tsc"), "--pretty", "false", "-p", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    names = list(objects)
    told = [
        re.sub(r"^\S*pages\.ts\((\d+),.*?\): ", lambda found: f"{names[int(found[1]) - 2]}: ", line)
        for line in done.stdout.splitlines()
    ]
    assert bool(told) == bool(done.returncode), done.stderr
    return told


def _literal(node: Any) -> str:
    """An object as TypeScript, without annotations of actions."""
    if isinstance(node, dict):
        kept = {key: value for key, value in node.items() if not key.endswith("-input")}
        return "{" + ", ".join(f"{json.dumps(key)}: {_literal(value)}" for key, value in kept.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_literal, node)) + "]"
    return json.dumps(node)
