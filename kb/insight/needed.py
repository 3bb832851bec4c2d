"""Which articles people need most: those that answered searches and helped, in the last weeks."""

import logging
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from kb.errors import KBError
from kb.insight.feedback import Feedback
from kb.insight.gaps import SearchLog

log = logging.getLogger(__name__)

LAST = timedelta(days=28)
LEAST = 10
"""So many answers and votes make an article known to be needed; fewer are chance."""

LOOK_EVERY_S = 600.0


class Needed:
    """Looks at votes and searches every ten minutes at most."""

    def __init__(self, feedback: Feedback, searches: SearchLog) -> None:
        self._feedback, self._searches = feedback, searches
        self._slugs: tuple[str, ...] = ()
        self._looked = float("-inf")

    def slugs(self) -> tuple[str, ...]:
        """The articles known to be needed, the most needed first; none when nothing can be read."""
        if time.monotonic() - self._looked > LOOK_EVERY_S:
            self._looked = time.monotonic()
            try:
                self._slugs = self._read()
            except KBError as error:
                log.warning("What people need most can't be read: %s", error)
        return self._slugs

    def _read(self) -> tuple[str, ...]:
        since = datetime.now(UTC).date() - LAST
        counts = Counter(self._searches.answers(since))
        for votes in self._feedback.totals(since):
            counts[votes.article] += votes.helped - votes.not_helped
        ordered = sorted(counts, key=lambda slug: (-counts[slug], slug))
        return tuple(slug for slug in ordered if counts[slug] >= LEAST)
