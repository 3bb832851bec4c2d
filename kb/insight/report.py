"""Search gaps and votes as a writer reads them at a terminal, and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from kb.insight.feedback import Votes
from kb.insight.gaps import Gap

_OTHER_WORDINGS = 3


def gap_lines(gaps: Sequence[Gap]) -> Iterator[str]:
    """A line a gap: how often, the most frequent wording, others, and the article that came nearest."""
    if not gaps:
        yield "No search gaps: nothing was searched for yet, or every search had a sure answer."
    for gap in gaps:
        first, *others = gap.queries
        also = f" (also: {'; '.join(others[:_OTHER_WORDINGS])})" if others else ""
        nearest = f"nearest: {gap.nearest}" if gap.nearest else "nothing near it"
        yield f"{gap.count:5}  {first}{also} – {nearest}"


def vote_lines(votes: Sequence[Votes]) -> Iterator[str]:
    """A line an article: how many it helped of all who said, and why not."""
    if not votes:
        yield "No votes yet."
    for one in votes:
        reasons = ", ".join(f"{reason.replace('_', ' ')} {count}" for reason, count in one.reasons.items())
        why = f"  ({reasons})" if reasons else ""
        yield f"{one.helped:5} of {one.helped + one.not_helped:5}  {one.article}{why}"


def gap_json(gap: Gap) -> dict[str, Any]:
    """A gap as JSON has it."""
    return {
        "queries": list(gap.queries),
        "count": gap.count,
        "unanswered": gap.unanswered,
        "nearest": gap.nearest,
        "last": gap.last.isoformat(),
    }


def votes_json(votes: Votes) -> dict[str, Any]:
    """An article's votes as JSON has them."""
    return {
        "article": votes.article,
        "helped": votes.helped,
        "not_helped": votes.not_helped,
        "reasons": dict(votes.reasons),
    }
