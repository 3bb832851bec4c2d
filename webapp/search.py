"""Search: an answer, results with a way out, or the Contact Us page in place."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.contact.message import asks_for_person
from kb.contact.orders import asks_where
from kb.model import PAGE_SIZE, SearchResult, Topic, Verdict
from webapp import operations
from webapp.browse import MOST_NEEDED
from webapp.cards import help_with
from webapp.current import QUERY_LENGTH, asked, center, now, numbers
from webapp.excerpt import excerpt
from webapp.offline import is_offline, search_page

blueprint = Blueprint("search", __name__)

_TEMPLATES = {
    Verdict.ANSWERED: "search/results.html",
    Verdict.UNSURE: "search/results.html",
    Verdict.NOTHING_USEFUL: "search/nothing_useful.html",
}


@dataclass(frozen=True, slots=True)
class TopicFilter:
    """One choice of the topic filters; `topic` is None for all topics."""

    topic: Topic | None
    count: int
    chosen: bool


@blueprint.get("/search")
def results() -> Response | str:
    """What the library has for `q`, narrowed to `topic`, ten a `page`; with `explain`, why."""
    typed = asked()
    query = typed[:QUERY_LENGTH].strip()
    wanted = request.args.get("topic", "")
    if is_offline():
        return search_page(center().most_needed(MOST_NEEDED))
    if not query:
        return render_template("search/empty.html", most_needed=center().most_needed(MOST_NEEDED))
    topic = center().topic(wanted) if wanted else None
    path = topic.path if topic else ""
    page = _page()
    found = center().search(query, topic=path, page=page)
    operations.searched(found.verdict)
    if page == 1 and not path:
        note(query, found)
    last = max(1, -(-found.total // PAGE_SIZE))
    if page > last:
        return redirect(url_for(".results", q=query, topic=path or None, page=last if last > 1 else None))
    facts: dict[str, Any] = {
        "query": query,
        "found": found,
        "topic": topic,
        "topics_by_path": {each.path: each for each in center().topics},
        "filters": _filters(found, topic),
        "was_cut": len(typed) > QUERY_LENGTH,
        "unknown_topic": wanted if wanted and topic is None else "",
        "page": page,
        "last": last,
        "order_number": numbers().order(typed) if center().has_orders else "",
        "only_order": asks_where(typed, numbers()),
        "wants_person": asks_for_person(typed),
        "about": url_for("contact.channels", q=typed, topic=path or None),
        "why": center().explain(query) if "explain" in request.args else None,
    }
    if found.verdict is Verdict.ANSWERED and page == 1:
        facts |= _best_answer(found, facts["about"])
    elif found.verdict is Verdict.NOTHING_USEFUL:
        facts["nearest"] = () if facts["only_order"] or facts["wants_person"] else found.near
    if found.verdict is not Verdict.ANSWERED or facts["wants_person"]:  # for their own words, all of them
        facts["help"] = help_with(query=typed, topic=path or found.topic)
    return render_template(_TEMPLATES[found.verdict], **facts)


def note(query: str, found: SearchResult) -> None:
    """Keeps a search for those who write articles: what it was, and what came of it, but not who asked."""
    nearest = found.results[0].slug if found.results else ""
    center().ledger.searches.record(query, found.verdict, nearest, now().date())


def _best_answer(found: SearchResult, about: str) -> dict[str, Any]:
    """The best answer's section to be read at once, and what goes with it that is no result itself.

    Its links to Contact us lead to `about`.
    """
    best = found.results[0]
    article = center().article(best.slug)
    if article is None:  # the index has just been replaced
        return {}
    results = {result.slug for result in found.results}
    related = [other for other in center().related(article.related) if other.slug not in results]
    return {"excerpt": excerpt(article, best.anchor, about, center().site), "related": related}


def _page() -> int:
    """The `page` asked for, 1 when it is no number or below it."""
    written = request.args.get("page", "1")
    return max(1, int(written)) if written.isdecimal() and len(written) < 6 else 1


def _filters(found: SearchResult, topic: Topic | None) -> list[TopicFilter]:
    """All topics first, then each topic with matches, in the order of the Help menu.

    The chosen one comes right after all topics: a phone shows no more than the first few.
    """
    first_level = topic.path.split("/")[0] if topic else ""
    choices = [
        TopicFilter(choice, found.topics[choice.path], chosen=choice.path == first_level)
        for choice in center().topics
        if found.topics.get(choice.path)
    ]
    if not choices or (len(choices) == 1 and topic is None):
        return []
    choices.sort(key=lambda choice: not choice.chosen)
    everything = sum(found.topics.values()) if topic else found.total
    return [TopicFilter(None, everything, chosen=topic is None), *choices]
