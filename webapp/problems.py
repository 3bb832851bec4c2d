"""Errors of the API as problem details (RFC 9457), so that a program can tell what went wrong."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"

LARGEST_BODY = 10_000
"""The most bytes of a request's body."""

_DETAILS = {
    404: "There is nothing at this address. The OpenAPI document lists what there is.",
    405: "This address does not take that method. The Allow header names those it takes.",
    413: f"The body is larger than {LARGEST_BODY:,} bytes.",
    415: "The body has to be JSON, sent as application/json.",
    500: "Something went wrong on our side, and we have a record of it. Try again in a minute.",
}


class Fault(BaseModel):
    """One thing that is wrong with what was sent."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The parameter, or the member of the body.")
    detail: str = Field(description="What is wrong with it.")


class ProblemDetails(BaseModel):
    """What went wrong, as RFC 9457 has it; `title` is the status in words."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="about:blank: the status says what kind of problem it is.")
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = Field(None, description="For 422: each fault by name.")


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, faults: Iterable[Fault] = ()
) -> Response:
    """A response of that status that says what is wrong in `detail`, a sentence for the program's author."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    errors = [fault.model_dump() for fault in faults]
    if errors:
        content["errors"] = errors
    body = json.dumps(content, ensure_ascii=False)
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, content_type=MEDIA_TYPE)


def of_error(error: HTTPException) -> Response:
    """An HTTP error as problem details, with its own headers (Allow, Retry-After)."""
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return problem(status, _DETAILS.get(status, error.description or ""), headers)


def of_faults(error: ValidationError) -> Response:
    """What pydantic found wrong with parameters or a body, all of it at once."""
    faults: list[Any] = [
        Fault(name=".".join(map(str, found["loc"])) or "body", detail=found["msg"])
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    names = ", ".join(dict.fromkeys(fault.name for fault in faults))
    return problem(422, f"Not as the OpenAPI document says: {names}.", faults=faults)
