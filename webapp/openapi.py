"""The OpenAPI 3.1 document of the API, made from its operations and their shapes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webapp.problems import MEDIA_TYPE, ProblemDetails

VERSION = "3.1.0"
_REFERENCE = "#/components/schemas/{model}"

_MEANINGS = {
    301: "It is called otherwise now: Location says how.",
    304: "Still what the ETag in If-None-Match stands for.",
    404: "There is none of that name.",
    410: "It has been retired; `detail` names its successor, if it has one.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Something sent is not as described here.",
    429: "Too often: Retry-After says for how many seconds to wait.",
    500: "Something went wrong on our side.",
}
_ALWAYS = (429, 500)
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_LOCATION = {"Location": {"description": "Its address now.", "schema": {"type": "string"}}}


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does: `path` is below its root, with gaps in braces.

    `asks` are its parameters, `takes` its body, if it has one; `errors` are the statuses it may answer
    besides 200, those that any operation may answer left out.
    """

    name: str
    method: str
    path: str
    summary: str
    asks: type[BaseModel]
    takes: type[BaseModel] | None
    answers: type[BaseModel]
    errors: tuple[int, ...]


def document(operations: Iterable[Operation], title: str, root: str) -> dict[str, Any]:
    """The whole document; `root` is the address that the operations' paths are below."""
    found = list(operations)
    shapes = {shape: None for one in found for shape in (one.answers, one.takes) if shape}
    _, schemas = models_json_schema(
        [*((shape, "serialization") for shape in shapes), (ProblemDetails, "validation")],
        ref_template=_REFERENCE,
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in found:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": VERSION,
        "info": {"title": title, "version": "1", "description": _ABOUT},
        "servers": [{"url": root}],
        "paths": paths,
        "components": {"schemas": schemas["$defs"]},
    }


_ABOUT = (
    "Search, suggestions, articles, topics and channels of the help center. Every error is a problem"
    " detail (RFC 9457). Answers carry an ETag."
)


def _operation(one: Operation) -> dict[str, Any]:
    statuses = sorted({*one.errors, *_ALWAYS, *([422] if one.asks.model_fields or one.takes else [])})
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*_gaps(one.path), *_parameters(one.asks)],
        "responses": {
            "200": {"description": "Here it is.", "content": _content("application/json", one.answers)},
            **{str(status): _response(status) for status in statuses},
        },
    }
    if one.takes:
        described["requestBody"] = {"required": True, "content": _content("application/json", one.takes)}
    return described


def _gaps(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameters(asks: type[BaseModel]) -> list[dict[str, Any]]:
    schema = asks.model_json_schema()
    found = []
    for name, about in schema.get("properties", {}).items():
        described = {key: value for key, value in about.items() if key not in ("title", "description")}
        required = name in schema.get("required", ())
        parameter = {"name": name, "in": "query", "required": required, "schema": described}
        found.append(
            {**parameter, "description": about["description"]} if "description" in about else parameter
        )
    return found


def _response(status: int) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _MEANINGS.get(status, HTTPStatus(status).phrase)}
    if status >= 400:
        described["content"] = _content(MEDIA_TYPE, ProblemDetails)
    headers = {429: _RETRY_AFTER, 301: _LOCATION}.get(status)
    return {**described, "headers": headers} if headers else described


def _content(media_type: str, shape: type[BaseModel]) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": _REFERENCE.format(model=shape.__name__)}}}
