"""The one shape of an answer as JSON: for `kb search --json`, the API and the tests alike."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from kb.model import Route, SearchResult


def as_json(found: SearchResult, routes: Sequence[Route]) -> dict[str, Any]:
    """`found`, with the channels for it, ready for `json.dumps`; dates and times in ISO 8601."""
    return {
        "query": found.query,
        "verdict": found.verdict.value,
        "confidence": found.confidence,
        "suggestion": found.suggestion,
        "total": found.total,
        "results": [
            {**asdict(result), "updated": result.updated.isoformat() if result.updated else None}
            for result in found.results
        ],
        "channels": [channel(route) for route in routes],
    }


def channel(route: Route) -> dict[str, Any]:
    """One channel of an answer."""
    described, opening = route.channel, route.opening
    wait = described.wait
    return {
        "id": described.id,
        "kind": described.kind.value,
        "name": described.name,
        "good_for": described.good_for,
        "address": described.address,
        "hours": described.hours,
        "open": opening.is_open,
        "until": opening.until.isoformat() if opening.until else None,
        "opens": opening.opens.isoformat() if opening.opens else None,
        "wait": {"text": wait.text, "set_by": wait.set_by, "set_on": wait.set_on.isoformat()}
        if wait
        else None,
        "have_ready": list(described.have_ready),
        "text_alternative": described.text_alternative,
        "reason": route.reason,
    }
