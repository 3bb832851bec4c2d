"""Every type of page a customer can meet, opened in a browser."""

from dataclasses import dataclass

from playwright.sync_api import Page

from kb.helpcenter import HelpCenter
from kb.model import Verdict
from tests.serve.running import Server

NO_ANSWER = "asdfghjkl qwerty"

_PATHS = {
    "home": "/",
    "topic": "/topics/payments",
    "all articles": "/articles",
    "article": "/articles/photos-for-a-claim",
    "article with tables": "/articles/charged-twice",
    "search": "/search",
    "more results": "/search?q=order&page=2",
    "narrowed results": "/search?q=order&topic=payments",
    "order status": "/orders",
    "order status of a number": "/orders?number=HF-204815",
    "after a yes": "/articles/charged-twice/feedback?helpful=yes",
    "after a no": "/articles/charged-twice/feedback?helpful=no",
    "after a no with its reason": "/articles/charged-twice/feedback?helpful=no&reason=unclear",
    "contact": "/contact",
    "request by e-mail": "/requests/new?q=my%20mug%20HF-204815%20broke",
    "request for a callback": "/requests/new?channel=callback",
    "contact about an article": "/contact?article=charged-twice",
    "contact about words": "/contact?q=where%20is%20my%20parcel",
}
_VERDICTS = {f"search {verdict.value}": verdict for verdict in Verdict}
_FAILURES = {
    "not found": ("/articles/where-is-my-sofa", 404),
    "refused": ("/search?q=refund", 405),
    "retired": ("/articles/fax-us-your-order", 410),
    "server error": ("/articles/charged-twice", 500),
}

SHIFT = """(since = 0) => new Promise((done) => {
    let sum = 0;
    const shifts = [];
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        if (entry.startTime < since || entry.value < 0.001) return;
        sum += entry.value;
        shifts.push(...entry.sources.map((source) => source.node?.className ?? source.node?.nodeName));
    })).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => setTimeout(() => done([sum, shifts]), 100));
})"""
"""How much of the page has moved, so far or since a moment of its clock, and what; [0, []]: nothing.

Less than a thousandth is a word that wrapped when the parser, which may pause anywhere, brought its end.
"""

PAGE_TYPES = (*_PATHS, *_VERDICTS, *_FAILURES)


@dataclass(frozen=True)
class Site:
    """A running help center, and one whose articles can't be read any more, for its error page."""

    center: HelpCenter
    server: Server
    broken: Server

    def open(self, page: Page, page_type: str) -> None:
        """Goes to a page of that type, and makes sure that it is one."""
        path, status = _FAILURES.get(page_type, ("", 200))
        server = self.broken if page_type == "server error" else self.server
        if page_type in _VERDICTS:
            path = f"/search?q={self.query_for(_VERDICTS[page_type])}"
        address = server.url + (path or _PATHS[page_type])
        if page_type == "refused":
            page.route(address, lambda route: route.continue_(method="POST"), times=1)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        if page_type in _VERDICTS:
            assert page.locator("main").get_attribute("data-verdict") == _VERDICTS[page_type].value

    def query_for(self, verdict: Verdict) -> str:
        """Words that get this verdict: how surely something is an answer is fitted again and again."""
        titles = [article.title for article in self.center.most_needed(100)]
        words = sorted({word for title in titles for word in title.split()})
        candidates = (NO_ANSWER, *titles, *words)
        return next(query for query in candidates if self.center.search(query).verdict is verdict)
