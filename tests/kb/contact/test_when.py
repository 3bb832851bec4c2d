"""When it happened is found in the customer's words, and not where they only look like it."""

import pytest

from kb.contact.when import find_when

SAID = [
    ("my parcel was due yesterday and is not here", "yesterday"),
    ("It was due the day before yesterday", "the day before yesterday"),
    ("Yesterday evening somebody rang", "Yesterday evening"),
    ("ordered on 12 March, still nothing", "on 12 March"),
    ("ordered 3rd of december 2025 by card", "3rd of december 2025"),
    ("bought on 12 may", "on 12 may"),
    ("bought 12 May 2026", "12 May 2026"),
    ("bought May 12th", "May 12th"),
    ("bought on March 12 as a present", "on March 12"),
    ("ordered Nov 5", "Nov 5"),
    ("it came on the 5th and is broken", "on the 5th"),
    ("arrived last Tuesday", "last Tuesday"),
    ("nobody came last night", "last night"),
    ("charged twice this morning", "this morning"),
    ("paid today", "today"),
    ("I sent it back 3 days ago", "3 days ago"),
    ("returned more than two weeks ago", "more than two weeks ago"),
    ("returned 2-3 weeks ago", "2-3 weeks ago"),
    ("broke a couple of days ago", "a couple of days ago"),
    ("ordered ten mins ago", "ten mins ago"),
    ("half an hour ago my card was charged", "half an hour ago"),
    ("delivered on 05/11", "on 05/11"),
    ("delivered 5.11.2026", "5.11.2026"),
    ("delivered 5/11/26 to a neighbour", "5/11/26"),
    ("delivered 2026-11-05", "2026-11-05"),
    ("it never came on Monday", "on Monday"),
    ("nothing since friday morning", "since friday morning"),
    ("it arrived monday and is broken", "monday"),
    ("yesterday, not on Monday", "yesterday"),
]
LOOKALIKES = [
    "", "the mug may be broken", "2 may be broken", "order 12 may be late", "item 3 may arrive later",
    "may 2 of them be returned", "they march on", "march 12 people in", "the sun faded it",
    "monday motivation mug", "Sunday best set", "order 12", "order HF-204815", "order #12 march",
    "it cost 12.11", "£3.12.25", "1/2 price", "open 24/7", "a second mug", "one second ago",
    "2 days delivery", "in 3 days", "next friday", "I need it by Friday", "the Black Friday offer",
    "bought in the cyber monday sale", "are you open on sunday", "on sundays", "is chat open sunday",
    "on a sunday", "it is now friday", "coming this afternoon", "today's offer",
    "yesterdays", "last order", "the last item", "how long does it last", "years ago", "size 10-12",
    "call 0808 157 0142", "sort code 20-10-12", "version 1.2.3", "2 weeks and 3 days ago",
    "on the 3rd attempt", "june 2026", "32 March 2026", "x12-11-2026", "été yesterdayé",
]  # fmt: skip


@pytest.mark.parametrize(("text", "when"), SAID)
def test_the_first_words_that_say_when_are_taken_as_they_stand(text: str, when: str) -> None:
    assert find_when(text) == when


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_is_not_surely_a_day_is_left_open(text: str) -> None:
    assert find_when(text) == ""
