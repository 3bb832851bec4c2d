"""The nouns of a help center, as frozen dataclasses with no behaviour beyond their own fields.

Text is plain Unicode unless a field says HTML. Anchors and slugs are ready for a URL path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

BRAND_COLOUR = "#2f5d50"
ANSWERED_FROM = 0.7
UNSURE_FROM = 0.36

PAGE_SIZE = 10
"""How many results a page shows."""

NEAREST = 3
"""How many results are named when none of them is thought to answer."""

MAX_CHARACTERS = 600
"""The most characters of a query that are searched and shown."""


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one h2–h4, or the introduction before the first (anchor and heading empty)."""

    anchor: str
    heading: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One Markdown file, read and rendered.

    `path` is relative to the articles folder with forward slashes; `topic` is the folder's path of
    slugs ("" at the top level); `html` is sanitised and complete but for the h1, which is `title`.
    """

    slug: str
    title: str
    topic: str
    path: str
    summary: str = ""
    questions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    updated: date | None = None
    order: int | None = None
    draft: bool = False
    retired: bool = False
    successor: str | None = None
    sections: tuple[Section, ...] = ()
    html: str = ""

    @property
    def url(self) -> str:
        """The article's address on the site."""
        return f"/articles/{self.slug}"


@dataclass(frozen=True, slots=True)
class Topic:
    """A folder of articles as the Help menu shows it; `path` is its slugs joined by `/`."""

    path: str
    title: str
    summary: str = ""
    icon: str = ""

    @property
    def url(self) -> str:
        """The topic's address on the site."""
        return f"/topics/{self.path}"

    @property
    def parent(self) -> str:
        """The path of the topic this one lies in, "" at the first level."""
        return self.path.rpartition("/")[0]


class MailSecurity(StrEnum):
    """How the connection to a mail server is encrypted; the values are those of site.yaml."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def lies_in(path: str, topic: str) -> bool:
    """Whether the topic at `path` is the one at `topic`, or below it."""
    return path == topic or path.startswith(f"{topic}/")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server that sends what customers write to us, and a copy to them.

    `port` 0 is the usual one of `security`. `sender` is the address it sends from. `to` names, by
    channel, who gets its requests; other channels' go to the first e-mail channel's address.
    """

    host: str
    sender: str
    port: int = 0
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    to: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """What `seeds/site.yaml` says of the help center as a whole."""

    name: str
    tagline: str = ""
    base_url: str = "http://127.0.0.1:8000"
    shop_url: str = ""
    language: str = "en"
    timezone: str = "UTC"
    holidays: str = ""
    brand_colour: str = BRAND_COLOUR
    answered_from: float = ANSWERED_FROM
    unsure_from: float = UNSURE_FROM
    orders_url: str = ""
    database_url: str = ""
    api_origins: tuple[str, ...] = ()
    order_page: str = ""
    order_number: str = ""
    mail: MailSettings | None = None
    retention_days: int = 730
    privacy_url: str = ""
    logo: str = ""

    @property
    def own(self) -> tuple[str, ...]:
        """What says nothing of a problem here: our name, and the order number that stands in all examples."""
        return self.name, self.order_number


class NoticeLevel(StrEnum):
    """How much a notice matters: to know, to plan for, or something is broken."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Notice:
    """What everybody should know from `start` to `end` (aware; None for no such bound).

    Articles are read from search engines by people with other questions, and above a sure answer all else is
    in its way: both show only what is critical and what is about one of their `topics`, a topic's path
    standing for all below it. Forms, records and errors show only what is critical.
    """

    text: str
    level: NoticeLevel = NoticeLevel.INFO
    start: datetime | None = None
    end: datetime | None = None
    link: str = ""
    link_text: str = ""
    topics: tuple[str, ...] = ()

    def concerns(self, topic: str) -> bool:
        """Whether it is to be shown above an answer in `topic`."""
        is_near = any(lies_in(topic, one) for one in self.topics)
        return is_near or self.level is NoticeLevel.CRITICAL

    def shown_at(self, moment: datetime) -> bool:
        """Whether it is to be shown at `moment`."""
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


class ChannelKind(StrEnum):
    """What a channel is, which decides its icon and how a customer opens it."""

    CHAT = "chat"
    PHONE = "phone"
    EMAIL = "email"
    CALLBACK = "callback"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Wait:
    """An expected wait in words, who set it and when: never invented, never computed."""

    text: str
    set_by: str
    set_on: date


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to a person, as `seeds/channels.yaml` describes it.

    `hours` is an opening_hours expression (OpenStreetMap's specification, the form schema.org uses
    too), None for a channel that takes messages at any time. `address` is a phone number, an e-mail
    address or a URL, as `kind` says; `text_alternative` is what to use instead of a voice call.
    """

    id: str
    kind: ChannelKind
    name: str
    good_for: str
    address: str = ""
    hours: str | None = None
    closed_on_holidays: bool = True
    wait: Wait | None = None
    have_ready: tuple[str, ...] = ()
    text_alternative: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a channel can be used at a moment, and when that changes next (aware, site zone)."""

    is_open: bool
    until: datetime | None = None
    opens: datetime | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A channel offered for a problem: why it stands where it stands, and whether it is open."""

    channel: Channel
    reason: str
    opening: Opening


class Verdict(StrEnum):
    """Whether the library answers a query."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NOTHING_USEFUL = "nothing_useful"


@dataclass(frozen=True, slots=True)
class Result:
    """One article found, as it is shown: `heading` and `anchor` name its best section, where `url` leads.

    `snippet` is HTML: escaped text with `<mark>` around matched words, and nothing else.
    """

    slug: str
    title: str
    url: str
    heading: str
    anchor: str
    snippet: str
    topic: str
    updated: date | None
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a customer may mean while typing: `text` is a title, a customers' question or a heading.

    `title` is the article's own; the `url` of a heading ends in its anchor.
    """

    text: str
    url: str
    slug: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a query got: the page of results asked for, and whether they answer it.

    `confidence` is the estimated probability, in [0, 1], that an article answers the query.
    `total` counts all matching articles, `topics` how many of them lie in each first-level topic. `topic` is
    that of the best of them, whichever page was asked for, "" when it is of no use. `near` are those of the
    first results that may be about it when none is thought to answer.
    """

    query: str
    verdict: Verdict
    confidence: float
    suggestion: str | None = None
    total: int = 0
    results: tuple[Result, ...] = ()
    topics: dict[str, int] = field(default_factory=dict)
    topic: str = ""
    near: tuple[Result, ...] = ()


class Reason(StrEnum):
    """Why an article did not help."""

    NOT_MY_CASE = "not_my_case"
    UNCLEAR = "unclear"
    DID_NOT_WORK = "did_not_work"
    WRONG = "wrong"
