"""What a result shows of its article beyond its text: the addresses of its sections, and its date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from kb.model import Article
from kb.search.arrays import Array, offsets


@dataclass(frozen=True, slots=True)
class Cards:
    """The arrays.

    Article a has the sections `section_of[a]:section_of[a + 1]`; section s has its anchor, a line end and its
    heading at `section_text[section_text_of[s]:section_text_of[s + 1]]` in UTF-8. `updated` is a day as
    `date.toordinal` counts them, 0 for none.
    """

    section_of: Array
    section_text_of: Array
    section_text: Array
    updated: Array

    def section(self, article: int, number: int) -> tuple[str, str]:
        """The anchor and the heading of one section of an article, counted from 0."""
        at = self.section_of[article] + number
        text = self.section_text[self.section_text_of[at] : self.section_text_of[at + 1]].tobytes()
        anchor, _, heading = text.decode("utf-8").partition("\n")
        return anchor, heading

    def day(self, article: int) -> date | None:
        """The day an article was updated, None when neither its writer nor Git says."""
        ordinal = int(self.updated[article])
        return date.fromordinal(ordinal) if ordinal else None


def compile_cards(articles: Sequence[Article]) -> Cards:
    """The arrays for `articles`, in ordinal order."""
    texts = [f"{one.anchor}\n{one.heading}".encode() for article in articles for one in article.sections]
    return Cards(
        section_of=offsets([len(article.sections) for article in articles], np.int32),
        section_text_of=offsets([len(text) for text in texts], np.int64),
        section_text=np.frombuffer(b"".join(texts), np.uint8),
        updated=np.array([a.updated.toordinal() if a.updated else 0 for a in articles], np.int32),
    )
