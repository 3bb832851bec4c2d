"""What customers leave with a help center: requests, votes and searches, in its database."""

import logging
from functools import cached_property

from sqlalchemy import text

from kb.contact.requests import Requests
from kb.database import Database
from kb.errors import DatabaseUnavailableError
from kb.insight.feedback import Feedback
from kb.insight.gaps import SearchLog
from kb.insight.needed import Needed
from kb.model import Site
from kb.place import Place
from kb.secret import site_key

logger = logging.getLogger(__name__)


class Ledger:
    """All that the help center at `place`, whose site is `site`, is told; safe for threads."""

    def __init__(self, place: Place, site: Site) -> None:
        """Opens nothing yet; raises KBError as `Database` does."""
        self._place, self._site = place, site
        self.database = Database.at(place.root, site.database_url)
        self.feedback = Feedback(self.database, place.derived)
        self.searches = SearchLog(self.database)
        self._needed = Needed(self.feedback, self.searches)

    @cached_property
    def requests(self) -> Requests:
        """What customers wrote to us; makes the site's secret, of which keys are made, if there is none."""
        mail = self._site.mail
        domain = (mail.sender.rpartition("@")[2] if mail else "") or "helpcenter.invalid"
        return Requests(self.database, site_key(self._place.derived, "request keys"), domain)

    def can_be_read(self) -> bool:
        """Whether the database answers now; if not, the log says why."""
        try:
            with self.database.reading() as connection:
                connection.execute(text("SELECT 1"))
        except DatabaseUnavailableError as error:
            logger.error("%s", error)
            return False
        return True

    def most_needed(self) -> tuple[str, ...]:
        """The slugs of the articles that helped most of late, as far as that is known."""
        return self._needed.slugs() if self.database.is_there else ()
