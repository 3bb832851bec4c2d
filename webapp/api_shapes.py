"""The shapes of what the API takes and gives, as its OpenAPI document shows them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from kb.model import MAX_CHARACTERS, ChannelKind, Reason, Verdict
from kb.search.query import MAX_TERMS


class Shape(BaseModel):
    """An object with these members and no others."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Asked(BaseModel):
    """Parameters of an address; those we do not know are passed over."""

    model_config = ConfigDict(defer_build=True)


Page = Annotated[int, Field(ge=1, le=1000, description="Which page, from 1.")]
_COUNTED = f"The first {MAX_CHARACTERS} characters and {MAX_TERMS} words of it count."
Words = Annotated[str, Field(description=f"What the customer wrote. {_COUNTED}")]
Address = Annotated[str, Field(description="Its path on the help center's own site.")]


class SearchAsked(Asked):
    """Of a search."""

    q: Words
    topic: str = Field("", description="Only within the topic of this path.")
    page: Page = 1


class SuggestAsked(Asked):
    """Of suggestions."""

    q: Words
    limit: Annotated[int, Field(ge=1, le=10, description="At most so many.")] = 6


class ArticlesAsked(Asked):
    """Of a list of articles."""

    topic: str = Field("", description="Only those directly in the topic of this path.")
    page: Page = 1


class ChannelsAsked(Asked):
    """Of channels: what the problem is, as far as it is known."""

    q: Words = ""
    topic: str = Field("", description="The path of the topic it is about.")
    article: str = Field("", description="The slug of the article that did not help.")


class Result(Shape):
    """One article found, at its section that fits best."""

    slug: str
    title: str
    url: Address
    heading: str = Field(description="The section's heading, '' for the introduction.")
    anchor: str
    snippet: str = Field(description="HTML: escaped text with <mark> around matched words, nothing else.")
    topic: str
    updated: date | None
    score: float


class Wait(Shape):
    """An expected wait: who set it, and when."""

    text: str
    set_by: str
    set_on: date


class Channel(Shape):
    """A way to a person, whether it is open at this moment, and why it stands where it stands."""

    id: str
    kind: ChannelKind
    name: str
    good_for: str
    address: str
    hours: str | None = Field(description="An opening_hours expression; null: takes messages at any time.")
    open: bool
    until: datetime | None
    opens: datetime | None
    wait: Wait | None
    have_ready: list[str]
    text_alternative: str
    reason: str


class Answer(Shape):
    """What a search gives: results, whether they answer, and who can be asked."""

    query: str
    verdict: Verdict
    confidence: float = Field(ge=0, le=1, description="The estimated probability that an article answers.")
    suggestion: str | None = Field(description="A better spelling, where that is what answers better.")
    total: int = Field(ge=0, description="How many articles match; ten a page.")
    results: list[Result]
    channels: list[Channel] = Field(description="Who can help with this, the best first.")


class Suggestion(Shape):
    """What a customer may mean while typing: a title, a customers' question or a heading."""

    text: str
    title: str = Field(description="The article's title.")
    url: Address
    slug: str


class Suggestions(Shape):
    """Suggestions, the best first."""

    query: str
    suggestions: list[Suggestion]


class ArticleCard(Shape):
    """An article without its text."""

    slug: str
    title: str
    url: Address
    topic: str
    summary: str
    updated: date | None


class Articles(Shape):
    """A page of articles in the writers' order; fifty a page."""

    total: int
    page: int
    articles: list[ArticleCard]


class Section(Shape):
    """A heading of an article; the introduction has none."""

    anchor: str
    heading: str
    level: int


class Article(ArticleCard):
    """A whole article."""

    questions: list[str] = Field(description="How customers ask for it.")
    sections: list[Section]
    html: str = Field(description="Sanitised, without the title.")
    related: list[ArticleCard]


class Topic(Shape):
    """A topic of the Help menu; those inside another have its path before a slash."""

    path: str
    title: str
    summary: str
    icon: str
    url: Address


class Topics(Shape):
    """All topics, in the order of the Help menu."""

    topics: list[Topic]


class Vote(Shape):
    """Whether an article helped, and if not, why."""

    article: str = Field(min_length=1, max_length=200, description="Its slug.")
    helpful: StrictBool
    reason: Reason | None = Field(None, description="Why it did not help.")


class Message(Shape):
    """A message to start from."""

    subject: str
    body: str


class Channels(Shape):
    """Who can help with a problem, the best first, and a message that says what is known of it."""

    channels: list[Channel]
    message: Message
