"""The pattern portfolio: every component in every state on one page, for who works on the templates.

Served in development only, from the same partials as the pages; its own words are not translated.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template

from kb.contact.orders import STEPS, Order, OrderStatus, timeline
from kb.content.markdown import Picture, render
from kb.model import (
    Article,
    Channel,
    ChannelKind,
    Notice,
    NoticeLevel,
    Opening,
    Result,
    Route,
    Section,
    Topic,
    Wait,
)
from webapp.advice import STATUS_NAMES
from webapp.cards import ChannelCard, card_for
from webapp.current import center, now
from webapp.search import TopicFilter

blueprint = Blueprint("patterns", __name__)

LONG = "A title as long as writers make them when nobody stops them, with an Unabbreviatableword in it"
COLOURS = (
    "paper surface sunken ink ink-soft line line-strong mark brand on-brand brand-strong brand-tint"
    " brand-line deep open open-tint closed closed-tint info info-tint alarm alarm-tint"
).split()
SIZES = ("s", "m", "l", "xl", "2xl", "3xl")
SPACES = tuple(f"s{step}" for step in range(1, 9))

_TEXT = """A paragraph with **strong words**, *others*, `code`, [a link](/), [one to another
website](https://www.example.org/) and a footnote[^1].

- a list
- with two points

1. and steps
2. in order

- [x] what is done
- [ ] and ~~what is not~~ what is to do

| what | how long |
|---|--:|
| a table | 3–5 days |

> A quote.

> [!NOTE]
> What a note says.

> [!TIP]
> What a tip says.

> [!IMPORTANT]
> What matters.

> [!WARNING]
> What to watch.

!!! caution "A title of its own"
    What not to do.

```
code, to be copied
```

<details>
<summary>A folded part</summary>

What it holds.

</details>

Term
: What it means.

---

[^1]: The note.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, as far as the suggestion above its results asks."""

    suggestion: str = "parcel"


def _result(title: str, heading: str = "") -> Result:
    snippet = "Where your <mark>parcel</mark> is &amp; when it comes."
    url, anchor = ("/#slug", "slug") if heading else ("/", "")
    return Result("slug", title, url, heading, anchor, snippet, "", _today(), 1.0)


def _today() -> date:
    return now().date()


def _cards() -> list[ChannelCard]:
    """Channels in every state: open, closed till a time or for long, always there, nothing to click."""
    moment = now()
    wait = Wait("about 2 minutes", "Nadia Bell", _today())
    soon, tomorrow = moment + timedelta(hours=2), moment + timedelta(days=1)
    states = (
        (
            ChannelKind.CHAT,
            "https://shop.example",
            "Mo-Fr 08:00-22:00",
            Opening(True, soon),
        ),
        (
            ChannelKind.PHONE,
            "0808 157 0142",
            "Mo-Fr 09:00-17:00",
            Opening(False, None, tomorrow),
        ),
        (ChannelKind.EMAIL, "help@shop.example", None, Opening(True)),
        (ChannelKind.CALLBACK, "", "Mo 09:00-09:30", Opening(False)),
    )
    return [
        card_for(
            Route(
                Channel(
                    kind.value,
                    kind,
                    kind.value.capitalize(),
                    "What it is good for, in a sentence.",
                    address,
                    hours,
                    wait=wait,
                    have_ready=("Your order number", "Photos, if something is damaged"),
                ),
                "Why it stands here, for this problem.",
                opening,
            ),
            center().message(),
            None,
            None,
            moment,
        )
        for kind, address, hours, opening in states
    ]


def _order(status: OrderStatus) -> Order:
    reached = STEPS[: STEPS.index(status) + 1] if status in STEPS else (STEPS[0], status)
    return Order("HF-204815", status, dict.fromkeys(reached, _today()))


@blueprint.get("/patterns")
def portfolio() -> str:
    """Every component in every state."""
    articles = [
        Article("slug", title, "", "", summary="What it answers, in a sentence.") for title in ("Short", LONG)
    ]
    topics = [Topic("orders", "Orders", "Find an order.", "box"), Topic("long", LONG, LONG, "truck")]
    return render_template(
        "patterns/portfolio.html",
        colours=COLOURS,
        sizes=SIZES,
        spaces=SPACES,
        all_notices=[Notice(f"What is {level}.", level, link="/", link_text="More") for level in NoticeLevel],
        topics=topics,
        articles=articles,
        results=[_result("Best"), _result("Another", "A section"), _result(LONG, LONG)],
        found=Found(),
        filters=[TopicFilter(topic, 3, chosen=topic is None) for topic in (None, *topics)],
        cards=_cards(),
        orders=[timeline(_order(status)) for status in OrderStatus],
        status_names=STATUS_NAMES,
        today=_today(),
        contents=[Section(f"part-{level}", f"Heading {level}", level, "") for level in (2, 3, 2)],
        text=render(_TEXT, lambda href: href, Picture).html,
    )
