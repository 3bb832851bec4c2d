"""What each page reads of the help center: noted while it is made, and read again to see whether it changed.

Only what has all its reads noted may be taken for unchanged. So a page has no notes if it gets anything but
plain facts (something with a life of its own, a moment, an error), or asks for them with anything else.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

if TYPE_CHECKING:
    from kb.helpcenter import HelpCenter

T = TypeVar("T")

Asked = tuple[str, tuple[Any, ...] | None]
"""A method of the help center with its arguments, or an attribute, which has None."""

Reads = tuple[tuple[Asked, bytes], ...]
"""What was asked, each with a digest of the answer."""

_SIMPLE = (type(None), bool, int, str)

_as_json = msgspec.json.Encoder().encode


class Watch:
    """Stands between pages and a help center: pages are to ask `center` and `now`, and nothing else."""

    def __init__(self, center: "HelpCenter") -> None:
        self._center = center
        self._reads: dict[Asked, bytes] | None = None
        self._attributes: dict[str, tuple[object, bytes | None]] = {}
        self._now: dict[Asked, bytes | None] = {}
        self.center = cast("HelpCenter", _Watched(center, self))

    def now(self) -> datetime:
        """The moment; what is made of it has no notes."""
        self._reads = None
        return datetime.now(UTC)

    def reads_of(self, make: Callable[[], T]) -> tuple[T, Reads | None]:
        """What `make` returns and all that it read, None when that can't be said."""
        self._reads = {}
        made = make()
        reads, self._reads = self._reads, None
        return made, None if reads is None else tuple(reads.items())

    def holds(self, reads: Reads) -> bool:
        """Whether the help center answers all that was asked as it did then."""
        return all(self._digest_now(asked) == digest for asked, digest in reads)

    def note(self, asked: Asked, answer: object) -> None:
        """Takes down an answer to the page that is being made."""
        if self._reads is None:
            return
        noted = self._stamp(asked) or self._digest(asked, answer)
        if noted is None:
            self._reads = None
        else:
            self._reads[asked] = noted

    def lose(self) -> None:
        """Says that the page being made got something that can't be noted."""
        self._reads = None

    def _digest_now(self, asked: Asked) -> bytes | None:
        if asked not in self._now:
            self._now[asked] = self._stamp(asked) or self._digest(asked, self._answer(asked))
        return self._now[asked]

    def _answer(self, asked: Asked) -> object:
        name, arguments = asked
        answer = getattr(self._center, name)
        return answer if arguments is None else answer(*arguments)

    def _stamp(self, asked: Asked) -> bytes | None:
        """What stands for a whole article, without reading it."""
        name, arguments = asked
        stamp = self._center.stamp(*arguments) if name == "article" and arguments else None
        return stamp.encode() if stamp else None

    def _digest(self, asked: Asked, answer: object) -> bytes | None:
        """A digest of the answer; that of an attribute is taken once, as long as it is the same object."""
        name, arguments = asked
        if arguments is not None:
            return _digest(answer)
        known = self._attributes.get(name)
        if known is None or known[0] is not answer:
            known = self._attributes[name] = (answer, _digest(answer))
        return known[1]


class _Watched:
    """A help center to the eye, whose every answer is noted."""

    def __init__(self, center: "HelpCenter", watch: Watch) -> None:
        self._center, self._watch = center, watch

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._center, name)
        if not callable(found):
            self._watch.note((name, None), found)
            return found

        def ask(*arguments: Any, **named: Any) -> Any:
            try:
                answer = found(*arguments, **named)
            except BaseException:
                self._watch.lose()
                raise
            if named or not all(map(_can_be_asked_again, arguments)):
                self._watch.lose()
            else:
                self._watch.note((name, arguments), answer)
            return answer

        return ask


def _digest(answer: object) -> bytes | None:
    """A digest of plain facts; None for what has a life of its own, or can't be written as JSON."""
    try:
        return blake2b(_as_json(answer), digest_size=16).digest()
    except (TypeError, UnicodeEncodeError, OverflowError):
        return None


def _can_be_asked_again(argument: object) -> bool:
    """Whether an argument is small and says all by itself: a name, a number, several names."""
    if type(argument) is tuple:
        return all(map(_can_be_asked_again, argument))
    return type(argument) in _SIMPLE
