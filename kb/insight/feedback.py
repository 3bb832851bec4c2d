"""Votes on articles: did it help, and if not, why. One a person, article and day; the last one counts.

A person is an address, and of it only a keyed hash is kept, which is another for each article and day: so
nobody's votes can be put together. Who has the key could still find the address by trying all that there are:
when the day is over, and there is nothing more to tell apart, random bytes take the hash's place.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from kb.database import AT_ONCE, Database
from kb.insight.tables import VOTES
from kb.model import Reason
from kb.secret import site_key

_HASH_BYTES, _RANDOM_BYTES = 16, 15
"""What stands for a voter; of two lengths, so that what is overwritten can be told from what is not."""


@dataclass(frozen=True, slots=True)
class Votes:
    """How an article did: how many it helped, how many not, and why not, as far as they said."""

    article: str
    helped: int
    not_helped: int
    reasons: Mapping[str, int]


class Feedback:
    """The votes in a database; `folder` is the help center's `.kb`, where the key of the hashes lies."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder

    def vote(self, article: str, helpful: bool, reason: Reason | None, address: str, day: date) -> None:
        """Keeps a vote instead of an earlier one of the same address that day.

        Raises DatabaseUnavailableError.
        """
        key = {"article": article, "day": day, "voter": self._voter(article, address, day)}
        values = {"helpful": helpful, "reason": reason.value if reason and not helpful else ""}
        same = [VOTES.c[name] == value for name, value in key.items()]
        try:
            with self._database.writing() as connection:
                connection.execute(delete(VOTES).where(*same))
                connection.execute(VOTES.insert().values(**key, **values))
        except IntegrityError:  # both clicks of a double click: the other one has just been kept
            return

    def forget_voters(self, before: date) -> None:
        """Puts random bytes in place of whoever voted on a day before this one; the votes stay.

        Raises DatabaseUnavailableError.
        """
        key = [VOTES.c[name] for name in ("article", "day", "voter")]
        known = select(*key).where(VOTES.c.day < before, func.length(VOTES.c.voter) == _HASH_BYTES)
        same = [column == bindparam(f"old_{column.name}") for column in key]
        forget = update(VOTES).where(*same).values(voter=bindparam("new"))
        more = True
        while more:
            with self._database.writing() as connection:
                rows = connection.execute(known.limit(AT_ONCE)).all()
                values = [
                    {"old_article": row.article, "old_day": row.day, "old_voter": row.voter}
                    | {"new": secrets.token_bytes(_RANDOM_BYTES)}
                    for row in rows
                ]
                if values:
                    connection.execute(forget, values)
            more = len(rows) == AT_ONCE

    def totals(self, since: date | None = None) -> tuple[Votes, ...]:
        """The votes of each article from the day `since` on, those that helped least first."""
        query = select(VOTES.c.article, VOTES.c.helpful, VOTES.c.reason, func.count())
        query = query.group_by(VOTES.c.article, VOTES.c.helpful, VOTES.c.reason)
        if since:
            query = query.where(VOTES.c.day >= since)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        helped: Counter[str] = Counter()
        not_helped: Counter[str] = Counter()
        reasons: dict[str, Counter[str]] = {}
        for article, helpful, reason, count in rows:
            (helped if helpful else not_helped)[article] += count
            why = reasons.setdefault(article, Counter())
            if reason:
                why[reason] += count
        found = (
            Votes(article, helped[article], not_helped[article], dict(why.most_common()))
            for article, why in reasons.items()
        )
        return tuple(sorted(found, key=lambda votes: (votes.helped - votes.not_helped, votes.article)))

    def _voter(self, article: str, address: str, day: date) -> bytes:
        key = site_key(self._folder, "votes")
        text = f"{day.isoformat()} {article} {address}"
        return hashlib.blake2b(text.encode(errors="replace"), key=key, digest_size=_HASH_BYTES).digest()
